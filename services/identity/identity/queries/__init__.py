"""Reads of identity: plain rows, each inside its scope of `policy`, or the one row an exact secret names."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal_column, not_, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from identity import policy
from identity.models import Contact, Organisation, Password, Pin, PortalSettings, Registration, Staff
from identity.queries.logins import IDLE, security, session_by, sessions
from identity.queries.portals import Portal, key_by, keys, logo, portal, portal_by, setup
from identity.schemas.people import (
    ContactFilters,
    ContactView,
    OrganisationFilters,
    OrganisationView,
    PeopleFilters,
    StaffFilters,
    StaffView,
)
from identity.schemas.registrations import RegistrationFilters, RegistrationView
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, Database

__all__ = [
    "IDLE",
    "Portal",
    "key_by",
    "keys",
    "logo",
    "portal",
    "portal_by",
    "security",
    "session_by",
    "sessions",
    "setup",
]
"""What is read elsewhere: of portals and keys, of sessions and ways in. People and registrations are read here."""

ORGANISATION: AnyQuery = select(*(getattr(Organisation, name) for name in OrganisationView.model_fields))
CONTACT: AnyQuery = select(
    *(getattr(Contact, name) for name in ContactView.model_fields if name != "organisation_name"),
    Organisation.name.label("organisation_name"),
).join(Organisation, and_(Organisation.tenant_id == Contact.tenant_id, Organisation.id == Contact.organisation_id))
_STAFF: AnyQuery = select(*(getattr(Staff, name) for name in StaffView.model_fields))
_ACCESS: AnyQuery = (
    select(
        *(
            Contact.id,
            Contact.kind,
            Contact.email,
            Contact.portal_enabled,
            Contact.support_start_on,
            Contact.support_end_on,
        ),
        *(Contact.modules, Contact.email_opt_out, Contact.invited_at, Contact.activated_at, Contact.last_login_at),
        *(Contact.version, PortalSettings.access),
        Pin.changed_at.label("pin_set_at"),
        Pin.locked_at.label("pin_locked_at"),
        and_(Password.hash.is_not(None), not_(Password.must_change)).label("has_own_password"),
    )
    .join(PortalSettings, PortalSettings.tenant_id == Contact.tenant_id)
    .outerjoin(Password, and_(Password.tenant_id == Contact.tenant_id, Password.person_id == Contact.id))
    .outerjoin(Pin, and_(Pin.tenant_id == Contact.tenant_id, Pin.person_id == Contact.id))
)
_REGISTRATION: AnyQuery = select(*(getattr(Registration, name) for name in RegistrationView.model_fields))


async def person_by(tx: AsyncSession, audience: str, email: str) -> UUID | None:
    """The contact or member of staff with this e-mail address."""
    model = Contact if audience == "portal" else Staff
    return (await tx.execute(select(model.id).where(model.email_key == func.lower(email)))).scalar_one_or_none()


async def organisations(
    tx: AsyncSession, caller: Caller, filters: OrganisationFilters
) -> tuple[Sequence[AnyRow], str | None, int]:
    """A page of organisations by name, the cursor of the next, and how many there are up to the cap."""
    where = [policy.visible_organisations(caller), _found(Organisation, "organisation_search", filters.q)]
    where += _equal(Organisation, filters, "kind", "active", "parent_id")
    if filters.id:
        where.append(Organisation.id.in_(filters.id))
    rows, cursor = await _page(tx, ORGANISATION.where(*where), Organisation, filters)
    return rows, cursor, await _count(tx, Organisation, where)


async def organisation(tx: AsyncSession, caller: Caller, organisation_id: UUID) -> AnyRow | None:
    """One organisation, or None when missing or not for this caller."""
    query = ORGANISATION.where(policy.visible_organisations(caller), Organisation.id == organisation_id)
    return (await tx.execute(query)).one_or_none()


async def contacts(
    tx: AsyncSession, caller: Caller, filters: ContactFilters
) -> tuple[Sequence[AnyRow], str | None, int]:
    """A page of contacts by name, the cursor of the next, and how many there are up to the cap."""
    where = contacts_where(caller, filters)
    rows, cursor = await _page(tx, CONTACT.where(*where), Contact, filters)
    return rows, cursor, await _count(tx, Contact, where)


async def every_contact(database: Database, caller: Caller, filters: ContactFilters) -> AsyncIterator[Sequence[AnyRow]]:
    """Every contact as filtered, slice by slice, each in a transaction of its own."""
    cursor: str | None = None
    query = CONTACT.add_columns(Organisation.external_id.label("organisation_external_id"))
    asked = filters.model_copy(update={"limit": 1_000})
    while True:
        async with database.transaction(caller.tenant_id) as tx:
            asked = asked.model_copy(update={"cursor": cursor})
            where = contacts_where(caller, asked, most=2_000_000_000)
            rows, cursor = await _page(tx, query.where(*where), Contact, asked)
        yield rows
        if cursor is None:
            return


def contacts_where(
    caller: Caller, filters: ContactFilters, most: int = paging.COUNT_CAP + 1
) -> list[ColumnElement[bool]]:
    """Which contacts a list or an export holds."""
    found = [policy.visible_contacts(caller), _found(Contact, "contact_search", filters.q, most)]
    if filters.id:
        found.append(Contact.id.in_(filters.id))
    return found + _equal(Contact, filters, "organisation_id", "kind", "portal_enabled")


async def contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> AnyRow | None:
    """One contact, or None when missing or not for this caller."""
    query = CONTACT.where(policy.visible_contacts(caller), Contact.id == contact_id)
    return (await tx.execute(query)).one_or_none()


async def access_of(tx: AsyncSession, caller: Caller, contact_id: UUID) -> AnyRow | None:
    """How a contact or lead gets in, for whoever looks after people; None when missing or not for this caller."""
    query = _ACCESS.where(Contact.id == contact_id)
    return (await tx.execute(query)).one_or_none() if policy.sees_everybody(caller) else None


async def staff(tx: AsyncSession, caller: Caller, filters: StaffFilters) -> tuple[Sequence[AnyRow], str | None]:
    """A page of the staff, by name."""
    query = _STAFF.where(policy.visible_staff(caller))
    if filters.q:
        query = query.where(Staff.name.icontains(filters.q, autoescape=True))
    if filters.id:
        query = query.where(Staff.id.in_(filters.id))
    return await _page(tx, query, Staff, filters)


def _equal(model: Any, filters: PeopleFilters, *names: str) -> list[ColumnElement[bool]]:
    asked = {name: getattr(filters, name) for name in names}
    return [getattr(model, name) == value for name, value in asked.items() if value is not None]


async def registrations(
    tx: AsyncSession, caller: Caller, filters: RegistrationFilters
) -> tuple[Sequence[AnyRow], str | None, int]:
    """F037: a page of registrations, the newest first, the cursor of the next, and how many up to the cap."""
    where = [policy.visible_registrations(caller)]
    if filters.state:
        where.append(Registration.state.in_(filters.state))
    if filters.q:
        texts = (Registration.name, Registration.email, Registration.company)
        where.append(or_(*(one.icontains(filters.q, autoescape=True) for one in texts)))
    query = _REGISTRATION.where(*where).order_by(Registration.id.desc()).limit(filters.limit + 1)
    if after := paging.decode(filters.cursor, UUID):
        query = query.where(Registration.id < after[0])
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.id) if last else None), await _count(tx, Registration, where)


async def registration(tx: AsyncSession, caller: Caller, registration_id: UUID) -> AnyRow | None:
    """One registration, or None when missing or not for this caller."""
    query = _REGISTRATION.where(policy.visible_registrations(caller), Registration.id == registration_id)
    return (await tx.execute(query)).one_or_none()


def _found(model: Any, search: str, q: str | None, most: int = paging.COUNT_CAP + 1) -> ColumnElement[bool]:
    if not q:
        return true()
    hits = getattr(func, search)(q, most).table_valued("id")
    return model.id.in_(select(hits.c.id))  # type: ignore[no-any-return]  # a column of any of three models


async def _page(
    tx: AsyncSession, query: AnyQuery, model: Any, filters: PeopleFilters
) -> tuple[list[AnyRow], str | None]:
    """By name. The cursor names the last row shown, for a name can be longer than a cursor may be."""
    if after := paging.decode(filters.cursor, UUID):
        last_shown = aliased(model)
        name = select(last_shown.sort_name).where(last_shown.id == after[0]).scalar_subquery()
        query = query.where(tuple_(model.sort_name, model.id) > tuple_(name, after[0]))
    query = query.order_by(model.sort_name, model.id).limit(filters.limit + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.id) if last else None)


async def _count(tx: AsyncSession, model: Any, where: Sequence[ColumnElement[bool]]) -> int:
    matching: AnyQuery = select(literal_column("1")).select_from(model).where(*where).limit(paging.COUNT_CAP + 1)
    return (await tx.execute(select(func.count()).select_from(matching.subquery()))).scalar_one()
