"""The facts of a case are set: by staff, and by customers where their desk lets them."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import (
    CaseClosed,
    FieldNotYours,
    MayNotDoThat,
    PriorityNotOffered,
    UnknownAssignee,
    UnknownOfDesk,
)
from cases.models import Case
from cases.policy import can, editable, offers_priority
from cases.queries.nouns import LISTS
from cases.schemas.cases import CaseChange
from cases.schemas.desk import Desk
from cases.service import promises
from cases.service.found import Found, Standing, find
from cases.service.timeline import put, say_changed, touch
from kit.caller import Caller
from kit.problems import VersionStale


async def change_case(tx: AsyncSession, caller: Caller, key: str, change: CaseChange, version: int) -> Standing:
    """F107, F120: set what is named of its facts. Raises VersionStale when it has moved on, UnknownOfDesk."""
    if change.status == "closed":
        raise MayNotDoThat("Close the case instead of setting its status.")
    wanted = change.model_dump(exclude_unset=True)
    found = await find(tx, caller, key, wanted)
    _check(caller, found, wanted, version)
    if change.assignee_id and found.colleague is None:
        raise UnknownAssignee(errors=[{"field": "assignee_id", "detail": UnknownAssignee.title}])
    if changed := put_all(tx, caller, found, _of_the_desk(found, wanted)):
        say_changed(tx, caller, found.case, changed, found.member_ids)
    return found.standing


def _of_the_desk(found: Found, wanted: dict[str, Any]) -> dict[str, Any]:
    """What is wanted, with a category's name and id together. Raises UnknownOfDesk for what is not offered."""
    missing = [column for column in LISTS if wanted.get(column) and _name(found, column, wanted[column]) is None]
    if missing:
        raise UnknownOfDesk(errors=[{"field": name, "detail": UnknownOfDesk.title} for name in missing])
    if "category_id" in wanted:
        return wanted | {"category": _name(found, "category_id", wanted["category_id"])}
    if "category" in wanted:
        found_id, name = _by_name(found, wanted["category"])
        return wanted | {"category": name, "category_id": found_id}
    return wanted


def _by_name(found: Found, name: str | None) -> tuple[UUID | None, str | None]:
    """The category that is called so, as the desk writes it; what the desk does not know is a name and no more."""
    offered = found.nouns.get("category_id") or {}
    same = ((UUID(row_id), known) for row_id, known in offered.items() if name and known.lower() == name.lower())
    return next(same, (None, name))


def _name(found: Found, column: str, row_id: UUID | None) -> str | None:
    """What a row of one of the desk's lists is called."""
    return (found.nouns.get(column) or {}).get(str(row_id))


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
    else:
        _check_customers(case, desk, wanted)


def _check_customers(case: Case, desk: Desk, wanted: dict[str, Any]) -> None:
    if not set(wanted) <= set(editable(desk)):
        raise FieldNotYours()
    priority = wanted.get("priority")
    if priority not in (None, case.priority) and not offers_priority(desk, priority):
        raise PriorityNotOffered(errors=[{"field": "priority", "detail": PriorityNotOffered.title}])


def put_all(tx: AsyncSession, caller: Caller, found: Found, wanted: dict[str, Any]) -> list[str]:
    """Set what differs, and what follows from it for the promises. Returns the fields that are others now."""
    case = found.case
    changed = [name for name, value in wanted.items() if getattr(case, name) != value and not _required(name, value)]
    for field in changed:
        if field == "category_id":  # told by its name, which is another field
            case.category_id = wanted[field]
        else:
            put(tx, caller, case, field, wanted[field], _told(found, field, wanted[field]))
    if changed:
        touch(case)
        promises.follow_up(case, found.rules, changed)
    return changed


def _told(found: Found, field: str, value: Any) -> tuple[str | None, str | None] | None:
    """How the timeline tells what a field was and is; None where that is the value itself."""
    now = getattr(found.case, field)
    if field == "assignee_id":
        return found.assignee, found.colleague
    if field == "asset":
        return now and now["label"], value and value["label"]
    return (_name(found, field, now), _name(found, field, value)) if field in LISTS else None


def _required(field: str, value: object) -> bool:
    return value is None and field in ("status", "priority", "subject")
