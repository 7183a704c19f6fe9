"""Contacts, as the CRM sends them."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import EmailTaken, MayNotDoThat, SentTwice, UnknownOrganisation
from identity.models import Contact, Organisation
from identity.policy import may_write_people
from identity.schemas.people import ContactChange
from identity.service import audit, memberships, said
from identity.service.rows import Changes, changed, written
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import new_id
from kit.outbox import emit

_NOBODY_YET: dict[str, Any] = {"portal_enabled": False, "manager": False, "email_opt_out": False, "version": 0}


class Upserted(NamedTuple):
    """A contact, the name of their organisation, and whether they are new."""

    contact: Contact
    organisation_name: str
    is_new: bool


async def upsert_contacts(tx: AsyncSession, caller: Caller, changes: Mapping[str, ContactChange]) -> list[Upserted]:
    """F022-F025: make or change up to 1,000 contacts, by external id. Their organisations are here already.

    Raises UnknownOrganisation, EmailTaken, SentTwice.
    """
    if not may_write_people(caller):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    organisations = await _organisations(tx, changes)
    known, further = await _known(tx, changes)
    new = {key: Contact(id=new_id(), external_id=key, **_NOBODY_YET) for key in changes.keys() - known}
    both = known | new
    differing = {key: changed(both[key], _wanted(organisations, changes[key])) for key in sorted(changes)}
    touched = [both[key] for key, different in differing.items() if different]
    tx.add_all(new[key] for key in sorted(new))
    await written(tx, {"contacts_external": SentTwice, "contacts_email": EmailTaken})
    for row in touched:
        emit(tx, said.contact(row, further.get(row.id, ())), version=row.version)
    audit.note(tx, caller, *(_line(both[key], different) for key, different in differing.items() if different))
    names = {key: organisations[change.organisation_external_id].name for key, change in changes.items()}
    return [Upserted(both[key], names[key], key in new) for key in changes]


def _line(row: Contact, different: Changes) -> audit.Line:
    verb = "made" if row.version == 1 else "changed"
    return audit.Line(f"contact.{verb}", row.kind, row.id, row.name, different)


async def _organisations(tx: AsyncSession, changes: Mapping[str, ContactChange]) -> dict[str, AnyRow]:
    named = {change.organisation_external_id for change in changes.values()}
    query = select(Organisation.external_id, Organisation.id, Organisation.name)
    rows = (await tx.execute(query.where(Organisation.external_id.in_(named)))).all()
    found = {str(row.external_id): row for row in rows}
    if missing := named - found.keys():
        detail = f"{sorted(missing)[0]} is not known"
        raise UnknownOrganisation(errors=[{"field": "organisation_external_id", "detail": detail}])
    return found


async def _known(
    tx: AsyncSession, changes: Mapping[str, ContactChange]
) -> tuple[dict[str, Contact], dict[UUID, list[UUID]]]:
    """The contacts that are here already, and the further organisations each of them acts for.

    Raises EmailTaken when an address is somebody else's.
    """
    emails = {change.email.lower(): key for key, change in changes.items()}
    if len(emails) < len(changes):
        raise EmailTaken()
    query = select(Contact, memberships.further).where(
        or_(Contact.external_id.in_(changes), Contact.email_key.in_(emails))
    )
    query = query.order_by(Contact.external_id).with_for_update(key_share=True, of=Contact)
    further = {row: organisations or [] for row, organisations in await tx.execute(query)}
    rows = list(further)
    known = {row.external_id: row for row in rows if row.external_id and row.external_id in changes}
    for row in rows:
        owner = emails.get(row.email.lower())
        if owner is not None and owner != row.external_id and row.external_id not in changes:
            raise EmailTaken(errors=[{"field": "email", "detail": "belongs to another contact"}])
    return known, {row.id: organisations for row, organisations in further.items()}


def _wanted(organisations: Mapping[str, AnyRow], change: ContactChange) -> dict[str, Any]:
    wanted = change.model_dump(exclude_unset=True)
    wanted["organisation_id"] = organisations[wanted.pop("organisation_external_id")].id
    return wanted
