"""Contacts, made and changed one by one, and let in or kept out together."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import ContactNotFound, EmailTaken, ExternalIdTaken, LeadStill, MayNotDoThat, UnknownOrganisation
from identity.models import Contact, Organisation
from identity.policy import may_edit_people, visible_contacts
from identity.schemas.editing import ContactPatch, NewContact, PortalAccess
from identity.service import audit, said
from identity.service.batch import Batch, Outcome, outcomes
from identity.service.contacts import FURTHER, NOBODY_YET, keep_people, line_of
from identity.service.rows import apply, differences, expect, written
from identity.service.shutting import shut_out
from identity.service.window import check_window, check_windows
from kit.caller import Caller
from kit.ids import new_id
from kit.outbox import emit

_TAKEN = {"contacts_external": ExternalIdTaken, "contacts_email": EmailTaken}


async def make_contact(tx: AsyncSession, caller: Caller, new: NewContact) -> tuple[Contact, str]:
    """F022-F025: a new contact and the name of their organisation.

    Raises UnknownOrganisation, EmailTaken, ExternalIdTaken, WindowNeeded.
    """
    _must_edit(caller)
    home = await _home(tx, new.organisation_id, new.organisation_external_id)
    wanted = new.model_dump(exclude_unset=True, exclude={"organisation_id", "organisation_external_id"})
    row = Contact(id=new_id(), external_id=None, **NOBODY_YET)
    different = differences(row, wanted | {"organisation_id": home.id})
    await check_window(tx, row, different)
    apply(row, different)
    tx.add(row)
    await written(tx, _TAKEN)
    emit(tx, said.contact(row), version=row.version)
    audit.note(tx, caller, line_of(row, different))
    return row, home.name


async def change_contact(
    tx: AsyncSession, caller: Caller, contact_id: UUID, change: ContactPatch, version: int
) -> tuple[Contact, str]:
    """F022-F025, F027, F028, F051, F052, F058: change a contact or lead; O+8: it is in the trail by whom and where.

    Raises ContactNotFound, VersionStale, UnknownOrganisation, LeadStill, EmailTaken, WindowNeeded.
    """
    row, further, home_name = await _contact(tx, caller, contact_id)
    expect(row, version)
    wanted = change.model_dump(exclude_unset=True)
    if "organisation_id" in wanted and change.organisation_id != row.organisation_id:
        home_name = (await _home(tx, change.organisation_id, None)).name
        if row.kind == "lead":
            raise LeadStill()
    different = differences(row, wanted)
    await check_window(tx, row, different)
    apply(row, different)
    await written(tx, _TAKEN)
    shut_out(tx, [(row.id, different)])
    if different:
        emit(tx, said.contact(row, further), version=row.version)
        audit.note(tx, caller, line_of(row, different))
    return row, home_name


async def set_access(tx: AsyncSession, caller: Caller, wanted: PortalAccess) -> list[Outcome]:
    """F022: let up to 1,000 contacts into the portal, or keep them out, each for itself."""
    _must_edit(caller)
    batch: Batch[None] = Batch({str(one): None for one in wanted.contact_ids})
    query = select(Contact, FURTHER).where(visible_contacts(caller), Contact.id.in_(wanted.contact_ids))
    query = query.order_by(Contact.id).with_for_update(key_share=True, of=Contact)
    further = {row: organisations or [] for row, organisations in await tx.execute(query)}
    known = {str(row.id): row for row in further}
    for key in batch.changes.keys() - known.keys():
        batch.fail(key, ContactNotFound())
    differing = {key: differences(known[key], {"portal_enabled": wanted.portal_enabled}) for key in batch.left}
    await check_windows(tx, batch, known, differing)
    differing = {key: differing[key] for key in batch.left}
    await keep_people(tx, caller, known, differing, known, {row.id: more for row, more in further.items()})
    return outcomes(batch, known, known, differing)


def _must_edit(caller: Caller) -> None:
    if not may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can do this.")


async def _contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> tuple[Contact, list[UUID], str]:
    _must_edit(caller)
    at_home = and_(Organisation.tenant_id == Contact.tenant_id, Organisation.id == Contact.organisation_id)
    query = select(Contact, FURTHER, Organisation.name).join(Organisation, at_home)
    query = query.where(visible_contacts(caller), Contact.id == contact_id)
    found = (await tx.execute(query.with_for_update(key_share=True, of=Contact))).one_or_none()
    if found is None:
        raise ContactNotFound()
    return found[0], found[1] or [], found[2]


async def _home(tx: AsyncSession, organisation_id: UUID | None, external_id: str | None) -> Any:
    """The customer somebody is to belong to. Raises UnknownOrganisation."""
    field = "organisation_id" if organisation_id else "organisation_external_id"
    named = Organisation.id == organisation_id if organisation_id else Organisation.external_id == external_id
    query = select(Organisation.id, Organisation.name).where(named, Organisation.kind == "customer")
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise UnknownOrganisation(errors=[{"field": field, "detail": "is not known"}])
    return found
