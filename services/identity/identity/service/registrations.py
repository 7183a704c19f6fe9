"""Registrations decided by staff: mapped to an organisation, or refused."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.errors import (
    EmailTaken,
    NotAContactThere,
    RegistrationDecided,
    RegistrationNotFound,
)
from identity.models import Contact, Organisation, PortalSettings, Registration
from identity.schemas.access import AccessSettings
from identity.schemas.registrations import Mapping, Refusal
from identity.service import audit, said, tokens
from identity.service.contacts import FURTHER
from identity.service.registering import send_login_details
from identity.service.requirements import refuse_without_dates
from identity.service.rows import Changes, changed, written
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import VersionStale
from kit.seal import Seal

_NOBODY_YET: dict[str, Any] = {"portal_enabled": False, "manager": False, "email_opt_out": False, "version": 0}


class _Found(NamedTuple):
    """A registration, and what of the mapping is here: the organisation, the contact, and how the tenant is set."""

    registration: Registration
    organisation_id: UUID | None
    contact: Contact | None
    further: list[UUID] | None
    access: dict[str, Any]


async def map_registration(
    tx: AsyncSession, seal: Seal, caller: Caller, registration_id: UUID, version: int, wanted: Mapping
) -> Registration:
    """F037-F039: say whose contact it is; they are enabled, and get their login details.

    Raises RegistrationNotFound, RegistrationDecided, VersionStale, NotAContactThere, WindowNeeded, EmailTaken.
    """
    found = await _found(tx, caller, registration_id, wanted)
    row = _undecided(found and found.registration, version)
    assert found is not None
    if found.organisation_id is None or (wanted.contact_id and found.contact is None):
        raise NotAContactThere()
    contact = found.contact or Contact(id=new_id(), **_NOBODY_YET)
    different = changed(contact, _contact_of(contact, row, wanted, found.organisation_id))
    access = AccessSettings.model_validate(found.access)
    window = {name: getattr(contact, name) for name in ("support_start_on", "support_end_on")}
    refuse_without_dates(access, window)
    if found.contact is None:
        tx.add(contact)
    _decide(row, caller, "mapped", contact_id=contact.id)
    await written(tx, {"contacts_email": EmailTaken})
    if different:
        emit(tx, said.contact(contact, found.further or ()), version=contact.version)
    to = Addressee("contact", contact.id, contact.name, contact.email)
    [secret] = tokens.issue_at_last(tx, "activate", [to])
    send_login_details(tx, seal, access, to, secret)
    _note(tx, caller, row, contact, different)
    return row


async def refuse_registration(
    tx: AsyncSession, seal: Seal, caller: Caller, registration_id: UUID, version: int, refusal: Refusal
) -> Registration:
    """F037: no access, and why. Raises RegistrationNotFound, RegistrationDecided, VersionStale."""
    query = _visible(caller).where(Registration.id == registration_id).with_for_update()
    row = _undecided((await tx.execute(query)).scalar_one_or_none(), version)
    _decide(row, caller, "refused", reason=refusal.reason)
    if refusal.tell:
        to = Addressee("stranger", None, row.name, row.email)
        tokens.write_to(tx, seal, "registration_refused", to, path="/", excerpt=refusal.reason)
    line = audit.Line("registration.refused", "registration", row.id, row.name, {"reason": [None, refusal.reason]})
    audit.note(tx, caller, line)
    return row


def _visible(caller: Caller) -> Any:
    return select(Registration).where(policy.visible_registrations(caller))


async def _found(tx: AsyncSession, caller: Caller, registration_id: UUID, wanted: Mapping) -> _Found | None:
    organisation = and_(
        *(Organisation.tenant_id == Registration.tenant_id, Organisation.id == wanted.organisation_id),
        *(Organisation.active, Organisation.kind == "customer"),
    )
    contact = and_(
        *(Contact.tenant_id == Registration.tenant_id, Contact.id == wanted.contact_id),
        Contact.organisation_id == wanted.organisation_id,
    )
    settings = PortalSettings.tenant_id == Registration.tenant_id
    query = select(Registration, Organisation.id, Contact, FURTHER, PortalSettings.access)
    query = query.outerjoin(Organisation, organisation).outerjoin(Contact, contact).join(PortalSettings, settings)
    query = query.where(policy.visible_registrations(caller), Registration.id == registration_id)
    row = (await tx.execute(query.with_for_update(of=Registration))).one_or_none()
    return _Found(*row) if row else None


def _undecided(row: Registration | None, version: int) -> Registration:
    if row is None:
        raise RegistrationNotFound()
    if row.state != "waiting":
        raise RegistrationDecided()
    if row.version != version:
        raise VersionStale()
    return row


def _contact_of(contact: Contact, row: Registration, wanted: Mapping, organisation_id: UUID) -> dict[str, Any]:
    """What becomes of the contact: enabled, in the window that was given, by the address that was confirmed."""
    values: dict[str, Any] = {"portal_enabled": True}
    if wanted.new_contact:
        values |= wanted.new_contact.model_dump() | {"email": row.email, "organisation_id": organisation_id}
    elif wanted.use_registered_email:
        values["email"] = row.email
    values |= wanted.model_dump(include={"support_start_on", "support_end_on"}, exclude_none=True)
    if contact.invited_at is None:
        values["invited_at"] = now()
    return values


def _decide(row: Registration, caller: Caller, state: str, **more: Any) -> None:
    by = {"decided_by": caller.name, "decided_at": now()}
    for field, value in (by | {"state": state, "version": row.version + 1} | more).items():
        setattr(row, field, value)


def _note(tx: AsyncSession, caller: Caller, row: Registration, contact: Contact, different: Changes) -> None:
    """Who mapped whom to whom, and what became of the contact by it."""
    to = {"contact_id": [None, contact.id], "organisation_id": [None, contact.organisation_id]}
    lines = [audit.Line("registration.mapped", "registration", row.id, row.name, to)]
    if different:
        verb = "made" if contact.version == 1 else "changed"
        lines.append(audit.Line(f"contact.{verb}", contact.kind or "contact", contact.id, contact.name, different))
    audit.note(tx, caller, *lines)
