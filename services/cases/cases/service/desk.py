"""The choices that hold for all cases of a tenant."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat, NothingToUndo, UnknownAssignee, UnknownGroup
from cases.models import DeskRow
from cases.policy import may_read_desk, may_set_desk
from cases.queries.desk import chosen, whose_defaults
from cases.schemas.desk import Desk
from kit.caller import Caller
from kit.ids import now
from kit.problems import VersionStale

_ONLY_EDITORS = "Only those who edit the portal's settings can change the desk."


async def read_desk(tx: AsyncSession, caller: Caller) -> DeskRow:
    """The desk as it stands; version 0 before the first change. Raises MayNotDoThat."""
    if not may_read_desk(caller):
        raise MayNotDoThat("Only staff see how the desk is set.")
    return (await tx.execute(select(DeskRow))).scalar_one_or_none() or _untouched()


async def change_desk(tx: AsyncSession, caller: Caller, change: Desk, version: int) -> DeskRow:
    """Set what is named. Raises VersionStale, UnknownAssignee, UnknownGroup."""
    row = await _to_change(tx, caller, version)
    wanted = chosen(row.settings | change.model_dump(mode="json", exclude_unset=True))
    await _check(tx, wanted)
    settings = wanted.model_dump(mode="json")
    if settings != row.settings:
        await _put(tx, caller, row, settings)
    return row


async def undo_desk(tx: AsyncSession, caller: Caller, version: int) -> DeskRow:
    """Go back to what stood before the newest change; once more, and the change is back. Raises NothingToUndo."""
    row = await _to_change(tx, caller, version)
    if row.previous is None:
        raise NothingToUndo()
    await _check(tx, chosen(row.previous))
    await _put(tx, caller, row, row.previous)
    return row


async def _to_change(tx: AsyncSession, caller: Caller, version: int) -> DeskRow:
    if not may_set_desk(caller):
        raise MayNotDoThat(_ONLY_EDITORS)
    row = (await tx.execute(select(DeskRow).with_for_update())).scalar_one_or_none() or _untouched()
    if row.version != version:
        raise VersionStale()
    return row


def _untouched() -> DeskRow:
    return DeskRow(settings=Desk().model_dump(mode="json"), previous=None, version=0, changed_by="", changed_at=None)


async def _put(tx: AsyncSession, caller: Caller, row: DeskRow, settings: dict[str, object]) -> None:
    row.previous, row.settings = row.settings, settings
    row.version, row.changed_by, row.changed_at = row.version + 1, caller.name, now()
    tx.add(row)
    try:
        await tx.flush()
    except IntegrityError as error:
        # Two made the first change at the same time.
        raise VersionStale() from error


async def _check(tx: AsyncSession, wanted: Desk) -> None:
    if wanted.default_assignee_id is None and wanted.default_group_id is None:
        return
    assignee, group = await whose_defaults(tx, wanted)
    if wanted.default_assignee_id and not assignee:
        raise UnknownAssignee(errors=[{"field": "default_assignee_id", "detail": UnknownAssignee.title}])
    if wanted.default_group_id and not group:
        raise UnknownGroup(errors=[{"field": "default_group_id", "detail": UnknownGroup.title}])
