"""What notifier hears: who is who and how portals look, and what people are to be told."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import (
    PUBLIC,
    AccessIssued,
    Actor,
    CaseChanged,
    CaseClosed,
    CaseNoteAdded,
    CaseOpened,
    CasePromiseMissed,
    CaseRated,
    CaseReopened,
    ContactChanged,
    DocumentChanged,
    DocumentRequestChanged,
    Event,
    PortalSettingsChanged,
    ProjectCommentAdded,
    StaffChanged,
    SupportEndNeared,
)
from kit.db import keep_newest
from kit.inbox import Hears
from notifier import service
from notifier.models import KnownPerson, Portal
from notifier.policy import Notice

hears = Hears()

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NEUTRAL = "#334155"
"""For a portal whose accent is no colour."""


@hears(ContactChanged)
async def know_the_contact(tx: AsyncSession, event: ContactChanged) -> None:
    """Keep a copy of a contact."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.contact_id,
        kind="contact",
        name=event.name,
        email=event.email,
        active=event.portal_enabled,
        opted_out=event.email_opt_out,
        on_duty=False,
        organisation_ids=event.organisation_ids or [event.organisation_id],
        notify_team=event.notify_team,
        version=event.envelope.version,
    )


@hears(StaffChanged)
async def know_the_staff(tx: AsyncSession, event: StaffChanged) -> None:
    """F060: keep a copy of a member of staff, and whether they are on duty."""
    await keep_newest(
        tx,
        KnownPerson,
        id=event.staff_id,
        kind="staff",
        name=event.name,
        email=event.email,
        active=event.active,
        opted_out=False,
        on_duty=event.on_duty,
        organisation_ids=None,
        version=event.envelope.version,
    )


@hears(PortalSettingsChanged)
async def know_the_portal(tx: AsyncSession, event: PortalSettingsChanged) -> None:
    """Keep a copy of how a tenant's portal is called, looks and is reached."""
    await keep_newest(
        tx,
        Portal,
        name=event.name,
        slug=event.slug,
        portal_url=event.portal_url.rstrip("/"),
        accent=event.accent if _COLOUR.fullmatch(event.accent) else NEUTRAL,
        support_email=event.support_email,
        modules=event.modules,
        has_logo=event.has_logo,
        version=event.envelope.version,
    )


@hears(AccessIssued)
async def write_about_access(tx: AsyncSession, event: AccessIssued) -> None:
    """F029, F031, F039, F045: the letter that brings a way in, to whom it was given and nobody else."""
    await service.write_credential(tx, event)


@hears(SupportEndNeared)
async def tell_of_the_end_of_support(tx: AsyncSession, event: SupportEndNeared) -> None:
    """F087: the contact hears when their support ends, and so does whoever reads the tenant's support address."""
    data = {"who": event.contact_name, "organisation": event.organisation_name}
    data |= {"ends_on": f"{event.ends_on:%d %B %Y}".lstrip("0"), "organisation_id": str(event.organisation_id)}
    await service.tell_of_renewal(tx, event.envelope.id, event.contact_id, data)


@hears(CaseOpened)
async def tell_of_a_new_case(tx: AsyncSession, event: CaseOpened) -> None:
    """F126, F127: a receipt for the contact, or word of whoever opened it for them; word to the owner, or to whoever
    is on duty, of the group it went to first. What the CRM brought is no news: it wrote to them itself."""
    if event.opened_via == "api":
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
    a mail."""
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
    notice = Notice(
        followers=frozenset({event.contact_id}),
        to_customers="case_closed",
        to_staff="case_closed_by",
        owner_id=event.assignee_id,
        but_not=event.closed_by.id,
    )
    await _tell(tx, event, notice, event.closed_by)


@hears(DocumentChanged)
async def tell_of_an_upload(tx: AsyncSession, event: DocumentChanged) -> None:
    """F142, F145: a customer's file, to the member of staff whom the settings name, and of a flagged contact to
    whoever is on duty; to nobody twice."""
    uploader = event.uploaded_by
    if event.change != "added" or uploader.kind != "contact" or uploader.id is None:
        return
    await service.tell_of_upload(tx, event.envelope.id, uploader.id, event.tell_id, event.title, _of_file(event))


def _of_file(event: DocumentChanged) -> dict[str, Any]:
    data = {"place": f"documents/{event.document_id}", "who": event.uploaded_by.name}
    return data | {"organisation_id": _text(event.organisation_id), "notice": event.tell_text}


@hears(DocumentRequestChanged)
async def tell_of_a_request(tx: AsyncSession, event: DocumentRequestChanged) -> None:
    """F143, F146: the contact hears what is asked of them, gets a receipt, is reminded; whoever asked hears that it
    came. That nothing is awaited any more is no reason for a mail."""
    if event.change == "closed":
        return
    received = event.change == "received"
    notice = Notice(
        followers=frozenset({event.contact_id}),
        to_customers=f"request_{event.change}",
        to_staff="request_answered" if received else None,
        owner_id=event.asked_by.id if received else None,
    )
    data: dict[str, Any] = {
        "module": None,
        "who": _name(event.asked_by),
        "by": _name(event.changed_by),
        "excerpt": event.note,
    }
    data |= {"reason": event.reason, "due_on": f"{event.due_on:%d %B %Y}".lstrip("0") if event.due_on else ""}
    data |= {"place": f"requests/{event.request_id}", "organisation_id": str(event.organisation_id)}
    await service.tell(tx, event.envelope.id, notice, event.title, data)


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


@hears(ProjectCommentAdded)
async def tell_of_a_projects_comment(tx: AsyncSession, event: ProjectCommentAdded) -> None:
    """F182: linked contacts hear what is meant for them, the owner what others wrote; nobody what they wrote."""
    by_contact, internal = event.author.kind == "contact", event.visibility == "internal"
    notice = Notice(
        followers=frozenset(() if internal else event.contact_ids),
        to_customers=None if internal else "project_answered",
        to_staff="project_comment",
        owner_id=event.owner_id,
        else_on_duty=by_contact,
        but_not=event.author.id,
    )
    place = f"projects/{event.reference}" + (f"/tasks/{event.task_id}" if event.task_id else "")
    data = {
        "module": "projects",
        "place": place,
        "subject": event.name,
        "task": event.task_title or "",
        "who": _name(event.author),
        "excerpt": event.excerpt,
        "internal": internal,
        "organisation_id": str(event.organisation_id),
    }
    await service.tell(tx, event.envelope.id, notice, event.reference, data)


@hears(*PUBLIC.values())
async def keep_for_the_feed(tx: AsyncSession, event: Event) -> None:
    """What a tenant's own programs may hear of goes into its changes feed, and is then there to be asked for."""
    service.record(tx, event)


async def _tell(
    tx: AsyncSession,
    event: CaseOpened | CaseNoteAdded | CaseChanged | CaseClosed | CaseReopened | CasePromiseMissed | CaseRated,
    notice: Notice,
    who: Actor,
    **more: Any,
) -> None:
    data = {"case_id": str(event.case_id), "subject": event.subject, "who": _name(who), **more}
    data["organisation_id"] = _text(getattr(event, "organisation_id", None))
    await service.tell(tx, event.envelope.id, notice, event.reference, data)


def _name(who: Actor) -> str:
    """Keys and the system write in the tenant's name: the letter then names the tenant."""
    return who.name if who.kind in ("contact", "staff") else ""


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
