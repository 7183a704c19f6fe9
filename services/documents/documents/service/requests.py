"""Requests for a document: asked by staff, answered by the contact, taken or sent back, reminded of."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, DocumentRequestChanged
from documents.errors import CaseNotFound, DocumentNotFound, MayNotDoThat, NotReady, RequestNotFound, RequestOver
from documents.models import Document, DocumentRequest, KnownCase
from documents.policy import asks, is_own, visible, visible_request
from documents.schemas import NewRequest
from documents.service.said import actor
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import Problem

SOON = timedelta(days=2)
"""How long before the due day a contact is reminded."""

Change = Literal["asked", "received", "returned", "closed", "due_soon", "due"]
_NOBODY = Actor(id=None, kind="system", name="")


async def ask(tx: AsyncSession, caller: Caller, new: NewRequest) -> DocumentRequest:
    """Ask a contact for a document, for a case or by itself, until a day."""
    if not asks(caller):
        raise MayNotDoThat("Only staff who answer customers can ask for a document.")
    await _case_is_theirs(tx, new)
    # Asked for at short notice, the letter that asks is reminder enough.
    short = new.due_on is not None and new.due_on <= now().date() + SOON
    request = DocumentRequest(
        id=new_id(),
        **new.model_dump(),
        asked_by_id=caller.id,
        asked_by_name=caller.name,
        reminded_at=now() if short else None,
    )
    tx.add(request)
    await tx.flush()
    _say(tx, request, "asked", actor(caller))
    return request


async def answer(tx: AsyncSession, caller: Caller, request_id: UUID, document_id: UUID) -> DocumentRequest:
    """F143: the contact's own file is what was asked for. Announced for the request's case, it hangs there already."""
    theirs = and_(Document.id == document_id, visible(caller), Document.version_of.is_(None))
    query = select(DocumentRequest, Document).outerjoin(Document, theirs).where(DocumentRequest.id == request_id)
    found = (await tx.execute(query.where(visible_request(caller)).with_for_update(of=DocumentRequest))).one_or_none()
    if found is None:
        raise RequestNotFound()
    request: DocumentRequest = found[0]
    if caller.kind != "contact":
        raise MayNotDoThat("Only the person who was asked can answer.")
    if request.state == "received" and request.document_id == document_id:
        return request
    _is(request, "open")
    if found[1] is None or not is_own(caller, found[1]):
        raise DocumentNotFound()
    if found[1].state not in ("ready", "checking"):
        raise NotReady()
    request.document_id, request.state, request.reason = document_id, "received", ""
    await _changed(tx, request, "received", actor(caller))
    return request


async def close(tx: AsyncSession, caller: Caller, request_id: UUID) -> DocumentRequest:
    """Staff have what they asked for, or need it no longer."""
    request = await _staffs(tx, caller, request_id)
    if request.state != "closed":
        request.state = "closed"
        await _changed(tx, request, "closed", actor(caller))
    return request


async def send_back(tx: AsyncSession, caller: Caller, request_id: UUID, reason: str) -> DocumentRequest:
    """What came is not what was asked for: the contact reads why, and is asked again."""
    request = await _staffs(tx, caller, request_id)
    _is(request, "received")
    request.state, request.reason = "open", reason
    await _changed(tx, request, "returned", actor(caller))
    return request


async def remind(tx: AsyncSession, request_id: UUID, today: date) -> Change | None:
    """Tell once that the day comes, and once that it is there. Returns what was told."""
    query = select(DocumentRequest).where(DocumentRequest.id == request_id, DocumentRequest.state == "open")
    request = (await tx.execute(query.with_for_update())).scalar_one_or_none()
    if request is None or request.due_on is None or request.due_told_at or request.due_on > today + SOON:
        return None
    due = request.due_on <= today
    if not due and request.reminded_at:
        return None
    request.reminded_at = request.reminded_at or now()
    request.due_told_at = now() if due else None
    told: Change = "due" if due else "due_soon"
    await _changed(tx, request, told, _NOBODY)
    return told


async def reopen(tx: AsyncSession, document_id: UUID, problem: Problem) -> None:
    """F147: the file that came did not pass its check, when whoever brought it had gone: they read why, and are asked
    again."""
    held = (DocumentRequest.document_id == document_id, DocumentRequest.state == "received")
    for request in (await tx.execute(select(DocumentRequest).where(*held).with_for_update())).scalars().all():
        request.state, request.document_id, request.reason = "open", None, problem.detail
        await _changed(tx, request, "returned", _NOBODY)


async def _case_is_theirs(tx: AsyncSession, new: NewRequest) -> None:
    theirs = (KnownCase.id == new.case_id, KnownCase.organisation_id == new.organisation_id)
    if new.case_id and (await tx.execute(select(KnownCase.id).where(*theirs))).scalar() is None:
        raise CaseNotFound()


async def _found(tx: AsyncSession, caller: Caller, request_id: UUID) -> DocumentRequest:
    query = select(DocumentRequest).where(DocumentRequest.id == request_id, visible_request(caller))
    request = (await tx.execute(query.with_for_update())).scalar_one_or_none()
    if request is None:
        raise RequestNotFound()
    return request


async def _staffs(tx: AsyncSession, caller: Caller, request_id: UUID) -> DocumentRequest:
    request = await _found(tx, caller, request_id)
    if not asks(caller):
        raise MayNotDoThat("Only staff who answer customers can close a request or send it back.")
    return request


def _is(request: DocumentRequest, state: str) -> None:
    if request.state != state:
        raise RequestOver()


async def _changed(tx: AsyncSession, request: DocumentRequest, change: Change, who: Actor) -> None:
    request.version += 1
    await tx.flush()
    _say(tx, request, change, who)


def _say(tx: AsyncSession, request: DocumentRequest, change: Change, who: Actor) -> None:
    event = DocumentRequestChanged(
        request_id=request.id,
        change=change,
        title=request.title,
        note=request.note,
        reason=request.reason,
        due_on=request.due_on,
        contact_id=request.contact_id,
        organisation_id=request.organisation_id,
        case_id=request.case_id,
        document_id=request.document_id,
        asked_by=Actor(id=request.asked_by_id, kind="staff", name=request.asked_by_name),
        changed_by=who,
    )
    emit(tx, event, version=request.version)
