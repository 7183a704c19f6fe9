"""The case a verb is about, locked, with whom its event names and the rules it goes by."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import CaseNotFound
from cases.models import Case, Entry
from cases.policy import visible
from cases.queries.rules import Rules, days_off, desk_text, rules
from kit.caller import Caller


class Found(NamedTuple):
    """A case under lock. `colleague` is the name of whom it could be given to, None unless they are active staff."""

    case: Case
    watcher_ids: list[UUID]
    assignee: str | None
    colleague: str | None
    rules: Rules
    answered_since: bool


async def find(
    tx: AsyncSession, caller: Caller, key: str, colleague_id: UUID | None = None, seen_at: datetime | None = None
) -> Found:
    """Lock a case the caller may know of, by id or reference, in one statement. Raises CaseNotFound."""
    told = queries.watcher_ids, queries.assignee_name, queries.staff_name(colleague_id)
    columns = Case, *told, desk_text, days_off, _answered_since(caller, seen_at)
    query = select(*columns).where(visible(caller), queries.by_key(key)).with_for_update(of=Case)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise CaseNotFound()
    return Found(row[0], row[1] or [], row[2], row[3], rules(row[4], row[5]), row[6])


def _answered_since(caller: Caller, seen_at: datetime | None) -> ColumnElement[bool]:
    """Has somebody else written since the writer looked?"""
    if seen_at is None:
        return false()
    return exists().where(
        Entry.tenant_id == Case.tenant_id,
        Entry.case_id == Case.id,
        Entry.kind == "note",
        Entry.created_at > seen_at,
        Entry.author_id != caller.id,
    )
