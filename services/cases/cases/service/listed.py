"""What a desk offers in lists: made, changed, archived. Nothing is deleted, for cases name it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import MayNotDoThat, NotListed, UnknownGroup, UnknownMember, UnknownOfDesk
from cases.models import Group, GroupMember
from cases.policy import may_read_desk, may_set_desk
from cases.queries.listed import Noun, all_staff
from cases.schemas.listed import ListedChange
from kit.caller import Caller
from kit.db import AnyRow, tenant_of
from kit.ids import new_id
from kit.problems import Problem, VersionStale

_FOREIGN: dict[str, tuple[str, type[Problem]]] = {
    "categories_tenant_id_group_id_fkey": ("group_id", UnknownGroup),
    "request_templates_tenant_id_category_id_fkey": ("category_id", UnknownOfDesk),
    "request_templates_tenant_id_product_id_fkey": ("product_id", UnknownOfDesk),
}


async def list_nouns(tx: AsyncSession, caller: Caller, noun: Noun) -> Sequence[AnyRow]:
    """All of them, for staff and for a key that reads cases. Raises MayNotDoThat."""
    if not may_read_desk(caller) and not (caller.kind == "key" and caller.has("cases.read")):
        raise MayNotDoThat("Only staff see how the desk is set.")
    return await queries.listed(tx, noun)


async def make_noun(tx: AsyncSession, caller: Caller, noun: Noun, new: ListedChange) -> Any:
    """A new one. Raises UnknownGroup, UnknownOfDesk, UnknownMember."""
    _must(caller)
    row = noun(id=new_id(), version=1, **_columns(new.model_dump(mode="json")))
    tx.add(row)
    await _written(tx)
    if noun is Group:
        await _put_members(tx, row.id, new.model_dump()["member_ids"])
    return row


async def change_noun(
    tx: AsyncSession, caller: Caller, noun: Noun, row_id: UUID, change: ListedChange, version: int
) -> Any:
    """Change what is named. Raises NotListed, VersionStale, UnknownGroup, UnknownOfDesk, UnknownMember."""
    _must(caller)
    row: Any = (await tx.execute(select(noun).where(noun.id == row_id).with_for_update())).scalar_one_or_none()
    if row is None:
        raise NotListed()
    if row.version != version:
        raise VersionStale()
    for name, value in _columns(change.model_dump(mode="json", exclude_unset=True)).items():
        setattr(row, name, value)
    row.version += 1
    await _written(tx)
    if "member_ids" in change.model_fields_set:
        await _put_members(tx, row.id, change.model_dump()["member_ids"])
    return row


def _must(caller: Caller) -> None:
    if not may_set_desk(caller):
        raise MayNotDoThat("Only those who edit the portal's settings can change the desk.")


def _columns(sent: dict[str, Any]) -> dict[str, Any]:
    ids = {name: UUID(value) for name, value in sent.items() if name.endswith("_id") and value}
    return {name: value for name, value in (sent | ids).items() if name != "member_ids"}


async def _written(tx: AsyncSession) -> None:
    try:
        await tx.flush()
    except IntegrityError as error:
        for constraint, (field, problem) in _FOREIGN.items():
            if f'"{constraint}"' in str(error.orig):
                raise problem(errors=[{"field": field, "detail": problem.title}]) from error
        raise


async def _put_members(tx: AsyncSession, group_id: UUID, ids: Sequence[UUID]) -> None:
    """Let these be the group's members, and nobody else."""
    wanted = set(ids)
    if not await all_staff(tx, wanted):
        raise UnknownMember(errors=[{"field": "member_ids", "detail": UnknownMember.title}])
    await tx.execute(delete(GroupMember).where(GroupMember.group_id == group_id))
    if wanted:
        rows = [{"tenant_id": tenant_of(tx), "group_id": group_id, "person_id": one} for one in sorted(wanted)]
        await tx.execute(insert(GroupMember).values(rows))
