"""What people are told of cases."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import (
    Actor,
    CaseChanged,
    CaseClosed,
    CaseNoteAdded,
    CaseOpened,
    CasePromiseMissed,
    CaseRated,
    CaseReopened,
)
from notifier import service
from notifier.handlers.heard import hears, name_of, text_of
from notifier.policy import Notice


@hears(CaseOpened)
async def tell_of_a_new_case(tx: AsyncSession, event: CaseOpened) -> None:
    """F126, F127: a receipt for the contact, or word of whoever opened it for them; word to the owner, or to whoever
    is on duty, of the group it went to first. What the CRM brought is no news: it wrote to them itself."""
    if event.opened_via == "api" and not event.notify:
        return
    by_contact = event.opened_by.id == event.contact_id
    notice = Notice(
        followers=frozenset({event.contact_id}),
        to_customers="case_received" if by_contact else "case_opened_for_you",
        to_staff="case_arrived",
        owner_id=event.assignee_id,
        else_on_duty=True,
        pool=frozenset(event.group_member_ids),
        but_not=None if by_contact else event.opened_by.id,
    )
    await _tell(tx, event, notice, event.opened_by, priority=event.priority)


@hears(CaseNoteAdded)
async def tell_of_a_note(tx: AsyncSession, event: CaseNoteAdded) -> None:
    """F110, F111: to the customer, what is meant for them; to staff, what a customer or a colleague wrote: to who has
    the case, else to the group that shares it, and where it is nobody's to whoever is on duty (F127)."""
    if not event.notify:
        return
    by_contact, internal = event.author.kind == "contact", event.visibility == "internal"
    notice = Notice(
        followers=frozenset({event.contact_id, *event.watcher_ids}),
        to_customers=None if internal else "case_answered",
        to_staff="case_note",
        owner_id=event.assignee_id if by_contact or internal else None,
        else_on_duty=by_contact or (internal and bool(event.group_member_ids)),
        but_not=event.author.id,
        pool=frozenset(event.group_member_ids),
        within=True,
    )
    await _tell(tx, event, notice, event.author, excerpt=event.excerpt, internal=internal)


@hears(CaseChanged)
async def tell_of_an_assignment(tx: AsyncSession, event: CaseChanged) -> None:
    """F101, F126: whoever is given a case hears of it, a group as well as one of staff; other changes are no reason for
    a mail, and whom the CRM names is told by the CRM."""
    if event.changed_by.kind == "key":
        return
    to_one = event.assignee_id is not None and "assignee_id" in event.fields
    to_group = event.assignee_id is None and "group_id" in event.fields and bool(event.group_member_ids)
    if not (to_one or to_group):
        return
    notice = Notice(
        followers=frozenset(),
        to_customers=None,
        to_staff="case_for_group" if to_group else "case_assigned",
        owner_id=event.assignee_id,
        else_on_duty=to_group,
        but_not=event.changed_by.id,
        pool=frozenset(event.group_member_ids),
        within=True,
    )
    await _tell(tx, event, notice, event.changed_by, priority=event.priority)


@hears(CaseClosed)
async def tell_of_a_closed_case(tx: AsyncSession, event: CaseClosed) -> None:
    """F126: the contact and the owner hear that a case was closed, except who closed it."""
    if not event.notify:
        return
    notice = Notice(
        followers=frozenset({event.contact_id}),
        to_customers="case_closed",
        to_staff="case_closed_by",
        owner_id=event.assignee_id,
        but_not=event.closed_by.id,
    )
    await _tell(tx, event, notice, event.closed_by)


@hears(CaseReopened)
async def tell_of_a_reopened_case(tx: AsyncSession, event: CaseReopened) -> None:
    """F126: contact, followers and owner hear that work goes on; its group where nobody has it, or who is on duty."""
    notice = Notice(
        followers=frozenset({event.contact_id, *event.watcher_ids}),
        to_customers="case_reopened",
        to_staff="case_reopened_by",
        owner_id=event.assignee_id,
        else_on_duty=True,
        but_not=event.reopened_by.id,
        pool=frozenset(event.group_member_ids),
        within=True,
    )
    await _tell(tx, event, notice, event.reopened_by)


@hears(CasePromiseMissed)
async def tell_of_a_missed_promise(tx: AsyncSession, event: CasePromiseMissed) -> None:
    """The owner hears that a case is overdue, or its group, or whoever is on duty; the customer is told by people."""
    notice = Notice(
        followers=frozenset(),
        to_customers=None,
        to_staff="case_overdue",
        owner_id=event.assignee_id,
        else_on_duty=True,
        pool=frozenset(event.group_member_ids),
        within=True,
    )
    nobody = Actor(id=None, kind="system", name="")
    await _tell(tx, event, notice, nobody, promise=event.promise)


@hears(CaseRated)
async def tell_of_a_rating(tx: AsyncSession, event: CaseRated) -> None:
    """The owner hears how well their work was found."""
    if event.assignee_id is None:
        return
    notice = Notice(followers=frozenset(), to_customers=None, to_staff="case_rated", owner_id=event.assignee_id)
    await _tell(tx, event, notice, event.rated_by, rating=event.rating)


async def _tell(
    tx: AsyncSession,
    event: CaseOpened | CaseNoteAdded | CaseChanged | CaseClosed | CaseReopened | CasePromiseMissed | CaseRated,
    notice: Notice,
    who: Actor,
    **more: Any,
) -> None:
    data = {"case_id": str(event.case_id), "subject": event.subject, "who": name_of(who), **more}
    data["organisation_id"] = text_of(getattr(event, "organisation_id", None))
    await service.tell(tx, event.envelope.id, notice, event.reference, data)
