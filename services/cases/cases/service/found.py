"""The case a verb is about, locked, with whom its event names and the rules it goes by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import CaseNotFound
from cases.models import Case, Entry
from cases.policy import visible
from cases.queries.rules import Rules, days_off, desk_text, rules
from cases.schemas.desk import Desk
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

_NOTHING: Mapping[str, Any] = {}


class Standing(NamedTuple):
    """Where a verb left a case, and how its desk is set, for customers have words of their tenant's own (F107)."""

    case: Case
    desk: Desk


class Found(NamedTuple):
    """A case under lock. `colleague` is the name of whom it could be given to, None unless they are active staff.

    `nouns` are names by id of what a change refers to (see queries.nouns); `member_ids` who is in the case's group.
    """

    case: Case
    watcher_ids: list[UUID]
    assignee: str | None
    colleague: str | None
    rules: Rules
    answered_since: bool
    nouns: Mapping[str, Mapping[str, str] | None] = {}
    member_ids: Sequence[UUID] = ()

    @property
    def standing(self) -> Standing:
        """The case as it stands now, for who changed it."""
        return Standing(self.case, self.rules.desk)


async def find(
    tx: AsyncSession,
    caller: Caller,
    key: str,
    wanted: Mapping[str, Any] = _NOTHING,
    seen_at: datetime | None = None,
) -> Found:
    """Lock a case the caller may know of, by id or reference, in one statement; `wanted` is what it is to become.

    Raises CaseNotFound.
    """
    query = _found(caller, wanted, seen_at).where(queries.by_key(key))
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise CaseNotFound()
    return _read(row)


async def find_many(
    tx: AsyncSession, caller: Caller, case_ids: Sequence[UUID], wanted: Mapping[str, Any]
) -> dict[UUID, Found]:
    """Lock all of these that the caller may know of, in one order for everybody, so that two never wait for each
    other."""
    query = _found(caller, wanted, None).where(Case.id.in_(case_ids)).order_by(Case.id)
    return {row[0].id: _read(row) for row in (await tx.execute(query)).all()}


def _found(caller: Caller, wanted: Mapping[str, Any], seen_at: datetime | None) -> AnyQuery:
    told = queries.watcher_ids, queries.assignee_name, queries.staff_name(wanted.get("assignee_id"))
    listed = queries.nouns(wanted), queries.member_ids(wanted.get("group_id"))
    columns = Case, *told, desk_text, days_off, _answered_since(caller, seen_at), *listed
    return select(*columns).where(visible(caller)).with_for_update(of=Case)


def _read(row: AnyRow) -> Found:
    return Found(row[0], row[1] or [], row[2], row[3], rules(row[4], row[5]), row[6], row[7] or {}, row[8] or ())


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
