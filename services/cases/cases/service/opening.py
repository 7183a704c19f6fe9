"""A case begins."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases import queries
from cases.errors import MayNotDoThat, NobodyToOpenFor
from cases.models import Case
from cases.schemas.cases import NewCase
from cases.service.timeline import actor
from kit.caller import Caller
from kit.ids import new_id
from kit.outbox import emit


async def open_case(tx: AsyncSession, caller: Caller, new: NewCase) -> Case:
    """F094: open a case for the caller, or by staff for a contact, and say so."""
    contact_id, contact_name, organisation_id = await _whose(tx, caller, new.contact_id)
    case = Case(
        id=new_id(),
        subject=new.subject,
        body=new.body,
        priority=new.priority,
        category=new.category,
        organisation_id=organisation_id,
        contact_id=contact_id,
        contact_name=contact_name,
    )
    tx.add(case)
    await tx.flush()
    event = contracts.CaseOpened(
        case_id=case.id,
        reference=case.reference,
        subject=case.subject,
        status=case.status,
        priority=case.priority,
        organisation_id=case.organisation_id,
        opened_by=actor(caller),
        contact_id=case.contact_id,
        assignee_id=case.assignee_id,
        document_ids=new.document_ids,
    )
    emit(tx, event, version=case.version)
    return case


async def _whose(tx: AsyncSession, caller: Caller, contact_id: UUID | None) -> tuple[UUID, str, UUID]:
    if caller.kind == "contact" and caller.id and caller.organisation_id and caller.uses("cases"):
        if contact_id in (None, caller.id):
            return caller.id, caller.name, caller.organisation_id
        if not caller.has("organisation.manage"):
            raise MayNotDoThat("You can open cases for yourself only.")
        return await _colleague(tx, contact_id, caller.organisation_id)
    if caller.kind != "staff" or not caller.has("cases.answer"):
        raise MayNotDoThat()
    contact = await queries.person(tx, contact_id, "contact") if contact_id else None
    if contact is None:
        raise NobodyToOpenFor()
    return contact.id, contact.name, contact.organisation_id


async def _colleague(tx: AsyncSession, contact_id: UUID, organisation_id: UUID) -> tuple[UUID, str, UUID]:
    """Somebody of the organisation that a manager acts for. Raises NobodyToOpenFor."""
    found = await queries.person(tx, contact_id, "contact", organisation_id)
    if found is None:
        raise NobodyToOpenFor()
    return found.id, found.name, organisation_id
