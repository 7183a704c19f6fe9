"""A case ends, and may begin again."""

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import MayNotClose, MayNotDoThat
from cases.models import Case
from cases.policy import can
from cases.service.found import find
from cases.service.timeline import actor, put, say_changed, touch
from kit.caller import Caller
from kit.ids import now
from kit.outbox import emit


async def close_case(tx: AsyncSession, caller: Caller, key: str) -> Case:
    """F123, F124: mark a case as closed. Closing a closed one changes nothing."""
    case, watcher_ids, *_ = await find(tx, caller, key)
    if case.status == "closed":
        return case
    if not can(caller, "close", case):
        raise MayNotClose()
    put(tx, caller, case, "status", "closed")
    case.closed_at = now()
    touch(case)
    event = contracts.CaseClosed(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        closed_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=watcher_ids,
        organisation_id=case.organisation_id,
    )
    emit(tx, event, version=case.version)
    return case


async def reopen_case(tx: AsyncSession, caller: Caller, key: str) -> Case:
    """Staff open a closed case again; one that is open stays as it is."""
    case, *_ = await find(tx, caller, key)
    if case.status != "closed":
        return case
    if not can(caller, "reopen", case):
        raise MayNotDoThat()
    put(tx, caller, case, "status", "in_progress")
    case.closed_at = None
    touch(case)
    say_changed(tx, caller, case, ["status"])
    return case
