"""A record with what stands around it, in a few statements."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import queries
from identity.models import Contact, Organisation
from identity.policy import may_read_trail, sees_everybody
from identity.queries import audit, members
from identity.schemas.audit import AuditFilters
from kit.caller import Caller
from kit.db import AnyRow

SHOWN = 25
"""How many of each kind stand beside an organisation."""
LINES = 10
"""How much of a record's history is told with it."""

Lines = tuple[Sequence[AnyRow], str | None]


class AroundContact(NamedTuple):
    """A contact or lead, how they get in and with which PIN, whom they act for besides, and their history."""

    contact: AnyRow
    access: AnyRow
    memberships: list[dict[str, Any]]
    history: Lines | None


class AroundOrganisation(NamedTuple):
    """An organisation, what is above and below it, its people, and its history."""

    organisation: AnyRow
    above: AnyRow | None
    below: list[AnyRow]
    contacts: Sequence[AnyRow]
    history: Lines | None


async def contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> AroundContact | None:
    """Of a contact or lead, for whoever looks after people; None when missing or not for this caller."""
    row, access = await queries.contact(tx, caller, contact_id), await queries.access_of(tx, caller, contact_id)
    if row is None or access is None:
        return None
    further = await members.memberships(tx, caller, contact_id)
    return AroundContact(row, access, further, await _history(tx, caller, contact_id))


async def organisation(tx: AsyncSession, caller: Caller, organisation_id: UUID) -> AroundOrganisation | None:
    """Of an organisation, for whoever looks after people; None when missing or not for this caller.

    `below` and `contacts` hold one more than is shown where there are more.
    """
    family = await _family(tx, organisation_id) if sees_everybody(caller) else []
    itself = next((one for one in family if one.id == organisation_id), None)
    if itself is None:
        return None
    above = next((one for one in family if one.id == itself.parent_id), None)
    below = [one for one in family if one.parent_id == organisation_id]
    people = queries.CONTACT.where(Contact.organisation_id == organisation_id)
    people = people.order_by(Contact.sort_name, Contact.id).limit(SHOWN + 1)
    rows = (await tx.execute(people)).all()
    return AroundOrganisation(itself, above, below, rows, await _history(tx, caller, organisation_id))


async def _family(tx: AsyncSession, organisation_id: UUID) -> Sequence[AnyRow]:
    """The organisation, its parent, and those below it by name: in this order, so that the limit cuts off children."""
    itself, child = Organisation.id == organisation_id, Organisation.parent_id == organisation_id
    parent = select(Organisation.parent_id).where(itself).correlate(None).scalar_subquery()
    query = queries.ORGANISATION.where(or_(itself, child, Organisation.id == parent))
    query = query.order_by(itself.desc(), child.is_(True), Organisation.sort_name, Organisation.id)
    return (await tx.execute(query.limit(SHOWN + 3))).all()


async def _history(tx: AsyncSession, caller: Caller, subject_id: UUID) -> Lines | None:
    """The newest of what was done to a record; None for whoever may not read the trail."""
    if not may_read_trail(caller):
        return None
    return await audit.lines(tx, caller, AuditFilters(subject_id=subject_id, limit=LINES))
