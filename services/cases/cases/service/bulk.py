"""The same change to many cases, each taken or refused on its own."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat, UnknownAssignee, UnknownGroup
from cases.policy import can
from cases.schemas.talk import BulkChange, BulkRow
from cases.service.changing import put_all
from cases.service.closing import end
from cases.service.found import Found, find_many
from cases.service.timeline import say_changed
from kit.caller import Caller


async def change_many(tx: AsyncSession, caller: Caller, change: BulkChange) -> list[BulkRow]:
    """Change or close every case that is named and lets it; says what became of each, in the order named."""
    if caller.kind != "staff":
        raise MayNotDoThat()
    wanted = change.model_dump(exclude_unset=True, exclude={"case_ids"})
    found = await find_many(tx, caller, change.case_ids, wanted)
    _check(change, list(found.values()))
    return [_one(tx, caller, case_id, found.get(case_id), wanted) for case_id in dict.fromkeys(change.case_ids)]


def _check(change: BulkChange, found: list[Found]) -> None:
    """Whom they are given to. A group that is offered no more is known to the cases in it alone.

    Raises UnknownAssignee, UnknownGroup.
    """
    if change.assignee_id and any(one.colleague is None for one in found):
        raise UnknownAssignee()
    if change.group_id and any(str(change.group_id) not in (one.nouns.get("group_id") or {}) for one in found):
        raise UnknownGroup()


def _one(tx: AsyncSession, caller: Caller, case_id: UUID, found: Found | None, wanted: dict[str, Any]) -> BulkRow:
    if found is None:
        return BulkRow(case_id=case_id, reference=None, outcome="refused", detail="There is no such case.")
    reference = found.case.reference
    if found.case.status == "closed":
        outcome = "unchanged" if wanted == {"status": "closed"} else "refused"
        return BulkRow(case_id=case_id, reference=reference, outcome=outcome, detail="This case is closed.")
    if not can(caller, "change_status", found.case):
        return BulkRow(case_id=case_id, reference=reference, outcome="refused", detail=MayNotDoThat.title)
    changed = _apply(tx, caller, found, dict(wanted))
    return BulkRow(case_id=case_id, reference=reference, outcome="changed" if changed else "unchanged")


def _apply(tx: AsyncSession, caller: Caller, found: Found, wanted: dict[str, Any]) -> bool:
    closes = wanted.get("status") == "closed"
    if closes:
        del wanted["status"]
    changed = put_all(tx, caller, found, wanted)
    if changed:
        say_changed(tx, caller, found.case, changed, found.member_ids)
    if closes:
        end(tx, caller, found)
    return closes or bool(changed)
