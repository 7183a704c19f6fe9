"""A case ends, may begin again, and is rated."""

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import CaseWasMerged, MayNotClose, MayNotDoThat, NotRatedHere, ReopenNotPossible
from cases.policy import can
from cases.schemas.talk import Rating
from cases.service import promises
from cases.service.found import Found, Standing, find
from cases.service.timeline import actor, put, say_changed, say_closed, touch
from kit.caller import Caller
from kit.ids import now
from kit.outbox import emit


async def close_case(tx: AsyncSession, caller: Caller, key: str) -> Standing:
    """F123, F124: mark a case as closed. Closing a closed one changes nothing."""
    found = await find(tx, caller, key)
    if found.case.status == "closed":
        return found.standing
    if not can(caller, "close", found.case, found.rules.desk):
        raise MayNotClose()
    end(tx, caller, found)
    return found.standing


def end(tx: AsyncSession, caller: Caller, found: Found) -> None:
    """Close a case that is open, and say so."""
    case = found.case
    put(tx, caller, case, "status", "closed")
    case.closed_at = now()
    promises.status_set(case, found.rules)
    touch(case)
    say_closed(tx, caller, case, found.watcher_ids)


async def reopen_case(tx: AsyncSession, caller: Caller, key: str) -> Standing:
    """F125: open a closed case again, staff always, customers as their desk has it; an open one stays as it is.

    Raises ReopenNotPossible with what is possible instead.
    """
    found = await find(tx, caller, key)
    case = found.case
    if case.status != "closed":
        return found.standing
    if case.merged_into_id:
        raise CaseWasMerged()
    if not can(caller, "reopen", case, found.rules.desk):
        raise _why_not(caller, found)
    put(tx, caller, case, "status", "in_progress")
    case.closed_at = None
    promises.status_set(case, found.rules)
    touch(case)
    say_changed(tx, caller, case, ["status"])
    _say_reopened(tx, caller, found)
    return found.standing


def _why_not(caller: Caller, found: Found) -> Exception:
    case, desk = found.case, found.rules.desk
    if caller.kind == "staff" or case.contact_id != caller.id:
        return MayNotDoThat("Only the person who opened this case can open it again.")
    if desk.after_close == "reopen_within_days":
        return ReopenNotPossible(
            f"A closed case can be opened again for {desk.reopen_days} days, and they are over. Open a new case."
        )
    if desk.after_close == "new_linked_case":
        return ReopenNotPossible("A closed case stays closed. Open a new case that is linked to it.")
    return ReopenNotPossible()


def _say_reopened(tx: AsyncSession, caller: Caller, found: Found) -> None:
    case = found.case
    event = contracts.CaseReopened(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        reopened_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        watcher_ids=found.watcher_ids,
        organisation_id=case.organisation_id,
        group_member_ids=list(found.member_ids),
    )
    emit(tx, event, version=case.version)


async def rate_case(tx: AsyncSession, caller: Caller, key: str, said: Rating) -> Standing:
    """How well it was solved, once it is closed; within seven days it can be said anew. Raises NotRatedHere."""
    found = await find(tx, caller, key)
    case = found.case
    if not can(caller, "rate", case, found.rules.desk):
        raise NotRatedHere() if case.contact_id == caller.id else MayNotDoThat()
    if (case.rating, case.rating_comment) == (said.rating, said.comment):
        return found.standing
    case.rating, case.rating_comment, case.rated_at = said.rating, said.comment, case.rated_at or now()
    touch(case)
    event = contracts.CaseRated(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        rating=said.rating,
        comment=said.comment,
        rated_by=actor(caller),
        assignee_id=case.assignee_id,
    )
    emit(tx, event, version=case.version)
    return found.standing
