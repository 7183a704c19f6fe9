"""The facts of a case are set: by staff, and by customers where their desk lets them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import CaseClosed, FieldNotYours, MayNotDoThat, UnknownAssignee
from cases.models import Case
from cases.policy import can
from cases.schemas.cases import CaseChange
from cases.service import promises
from cases.service.found import Found, find
from cases.service.timeline import put, say_changed, touch
from kit.caller import Caller
from kit.problems import VersionStale


async def change_case(tx: AsyncSession, caller: Caller, key: str, change: CaseChange, version: int) -> Case:
    """F107, F120: set status, priority, subject, category or assignee. Raises VersionStale when it has moved on."""
    if change.status == "closed":
        raise MayNotDoThat("Close the case instead of setting its status.")
    found = await find(tx, caller, key, change.assignee_id)
    wanted = change.model_dump(exclude_unset=True)
    _check(caller, found, wanted, version)
    if change.assignee_id and found.colleague is None:
        raise UnknownAssignee()
    if changed := put_all(tx, caller, found, wanted):
        say_changed(tx, caller, found.case, changed)
    return found.case


def _check(caller: Caller, found: Found, wanted: dict[str, Any], version: int) -> None:
    case, desk = found.case, found.rules.desk
    if case.version != version:
        raise VersionStale()
    if case.status == "closed":
        raise CaseClosed("This case is closed. Reopen it before changing it.")
    if caller.kind == "staff":
        if not can(caller, "change_status", case):
            raise MayNotDoThat()
    elif not can(caller, "edit", case, desk):
        raise MayNotDoThat()
    elif not set(wanted) <= set(desk.customers_edit):
        raise FieldNotYours()


def put_all(tx: AsyncSession, caller: Caller, found: Found, wanted: dict[str, Any]) -> list[str]:
    """Set what differs, and what follows from it for the promises. Returns the fields that are others now."""
    case = found.case
    changed = [name for name, value in wanted.items() if getattr(case, name) != value and not _required(name, value)]
    names = {"assignee_id": (found.assignee, found.colleague)}
    for field in changed:
        put(tx, caller, case, field, wanted[field], names.get(field))
    if changed:
        touch(case)
        promises.follow_up(case, found.rules, changed)
    return changed


def _required(field: str, value: object) -> bool:
    return value is None and field in ("status", "priority", "subject")
