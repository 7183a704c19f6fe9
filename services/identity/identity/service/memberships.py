"""Further organisations a contact acts for: given and taken by staff and the CRM."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import ContactNotFound, MayNotDoThat, OrganisationNotFound, OwnOrganisation
from identity.models import Contact, Membership, Organisation
from identity.policy import may_edit_people
from identity.schemas.members import MembershipChange
from identity.service import audit, said
from identity.service.contacts import FURTHER
from kit.caller import Caller
from kit.ids import now
from kit.outbox import emit


class Named(NamedTuple):
    """A contact and an organisation, each by our id or by the CRM's."""

    contact: UUID | str
    organisation: UUID | str


class _Found(NamedTuple):
    contact: Contact
    organisation: Organisation
    membership: Membership | None
    further: list[UUID] | None


async def put_membership(
    tx: AsyncSession, caller: Caller, who: Named, change: MembershipChange
) -> tuple[Membership, Organisation, bool]:
    """F027: have a contact act for a further organisation, or change what they may there. Says whether it is new.

    Raises ContactNotFound, OrganisationNotFound, OwnOrganisation.
    """
    found = await _find(tx, caller, who)
    if found.contact.organisation_id == found.organisation.id:
        raise OwnOrganisation()
    membership = found.membership
    if membership is None:
        ids = {"contact_id": found.contact.id, "organisation_id": found.organisation.id}
        membership = Membership(manager=change.manager, modules=change.modules, **ids)
        tx.add(membership)
        _told(tx, caller, found, {"manager": [None, change.manager], "modules": [None, change.modules]}, "made")
        return membership, found.organisation, True
    wanted = change.model_dump()
    different = {name: [getattr(membership, name), value] for name, value in wanted.items()}
    different = {name: both for name, both in different.items() if both[0] != both[1]}
    for name in different:
        setattr(membership, name, wanted[name])
    if different:
        _told(tx, caller, found, different, "changed")
    return membership, found.organisation, False


async def end_membership(tx: AsyncSession, caller: Caller, who: Named) -> None:
    """Have a contact act for an organisation no more; within seconds their sessions there are in their own.

    One that is not there changes nothing. Raises ContactNotFound, OrganisationNotFound.
    """
    found = await _find(tx, caller, who)
    if found.membership is not None:
        await take_away(tx, caller, found.contact, found.organisation, found.membership, found.further)


async def take_away(
    tx: AsyncSession,
    caller: Caller,
    contact: Contact,
    organisation: Organisation,
    membership: Membership,
    others: list[UUID] | None,
) -> None:
    """End one membership, and the default that named it."""
    await tx.delete(membership)
    if contact.default_organisation_id == organisation.id:
        contact.default_organisation_id = None
    _told(tx, caller, _Found(contact, organisation, membership, others), {}, "ended")


def _told(tx: AsyncSession, caller: Caller, found: _Found, changes: dict[str, Any], verb: str) -> None:
    """Say it and note it. The contact's version counts on: whoever keeps copies goes by it."""
    row, organisation_id = found.contact, found.organisation.id
    row.version, row.updated_at = row.version + 1, now()
    left = [one for one in found.further or () if one != organisation_id]
    emit(tx, said.contact(row, left if verb == "ended" else [*left, organisation_id]), version=row.version)
    at = {"organisation": [None, found.organisation.name] if verb == "made" else [found.organisation.name] * 2}
    if verb == "ended":
        at = {"organisation": [found.organisation.name, None]}
    audit.note(tx, caller, audit.Line(f"membership.{verb}", row.kind, row.id, row.name, at | changes))


async def _find(tx: AsyncSession, caller: Caller, who: Named) -> _Found:
    if not may_edit_people(caller):
        raise MayNotDoThat()
    held = and_(Membership.contact_id == Contact.id, Membership.organisation_id == Organisation.id)
    query = select(Contact, Organisation, Membership, FURTHER).select_from(Contact)
    query = (
        query.outerjoin(Organisation, _is(Organisation, who[1]))
        .outerjoin(Membership, held)
        .where(_is(Contact, who[0]))
        .with_for_update(key_share=True, of=Contact)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise ContactNotFound()
    if row[1] is None:
        raise OrganisationNotFound()
    return _Found(*row)


def _is(model: Any, key: UUID | str) -> ColumnElement[bool]:
    named: ColumnElement[bool] = (model.id if isinstance(key, UUID) else model.external_id) == key
    return named
