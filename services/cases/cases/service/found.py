"""The case a verb is about, locked, with whom its event names."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import CaseNotFound
from cases.models import Case
from cases.policy import visible
from kit.caller import Caller


class Found(NamedTuple):
    """A case under lock. `colleague` is the name of whom it could be given to, None unless they are active staff."""

    case: Case
    watcher_ids: list[UUID]
    assignee: str | None
    colleague: str | None


async def find(tx: AsyncSession, caller: Caller, key: str, colleague_id: UUID | None = None) -> Found:
    """Lock a case the caller may know of, by id or reference, in one statement. Raises CaseNotFound."""
    columns = Case, queries.watcher_ids, queries.assignee_name, queries.staff_name(colleague_id)
    query = select(*columns).where(visible(caller), queries.by_key(key)).with_for_update(of=Case)
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise CaseNotFound()
    return Found(found[0], found[1] or [], found[2], found[3])
