"""Staff set the facts of a case."""

from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import CaseClosed, MayNotDoThat, UnknownAssignee
from cases.models import Case
from cases.policy import can
from cases.schemas.cases import CaseChange
from cases.service.found import find
from cases.service.timeline import put, say_changed, touch
from kit.caller import Caller
from kit.problems import VersionStale


async def change_case(tx: AsyncSession, caller: Caller, key: str, change: CaseChange, version: int) -> Case:
    """F107: staff set status, priority, category or assignee. Raises VersionStale when it has moved on."""
    if change.status == "closed":
        raise MayNotDoThat("Close the case instead of setting its status.")
    case, _, old_assignee, new_assignee = await find(tx, caller, key, change.assignee_id)
    if case.version != version:
        raise VersionStale()
    if case.status == "closed":
        raise CaseClosed("This case is closed. Reopen it before changing it.")
    if not can(caller, "change_status", case):
        raise MayNotDoThat()
    if change.assignee_id and new_assignee is None:
        raise UnknownAssignee()
    wanted = change.model_dump(exclude_unset=True)
    changed = [
        field for field, value in wanted.items() if getattr(case, field) != value and not _required(field, value)
    ]
    names = {"assignee_id": (old_assignee, new_assignee)}
    for field in changed:
        put(tx, caller, case, field, wanted[field], names.get(field))
    if changed:
        touch(case)
        say_changed(tx, caller, case, changed)
    return case


def _required(field: str, value: object) -> bool:
    return value is None and field in ("status", "priority")
