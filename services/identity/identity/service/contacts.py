"""Contacts, as the CRM sends them: up to 1,000 at once, each by its external id."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from identity.errors import EmailTaken, LeadStill, MayNotDoThat, SentTwice, UnknownOrganisation
from identity.models import Contact, Membership, Organisation, PortalSettings
from identity.policy import may_write_people
from identity.schemas.people import ContactChange, Home, LeadChange
from identity.service import audit, said
from identity.service.automation import ByItself, by_itself
from identity.service.batch import EVERY_VERSION, Batch, Outcome, outcomes, put
from identity.service.rows import Changes, differences, written
from identity.service.shutting import shut_out
from identity.service.window import check_windows
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import new_id
from kit.outbox import emit
from kit.seal import Seal

NOBODY_YET: dict[str, Any] = {
    "portal_enabled": False,
    "manager": False,
    "email_opt_out": False,
    "faq": True,
    "can_sign": False,
    "may_reset_pin": True,
    "notify_team": False,
    "phone": "",
    "job_title": "",
    "kind": "contact",
    "version": 0,
}
"""A contact of whom nothing is known."""

FURTHER = (
    select(func.array_agg(Membership.organisation_id))
    .where(Membership.tenant_id == Contact.tenant_id, Membership.contact_id == Contact.id)
    .correlate(Contact)
    .scalar_subquery()
)
"""The further organisations a contact acts for."""


class Known(NamedTuple):
    """People by external id, the further organisations they act for, and what the tenant chose about the ways in."""

    people: dict[str, Contact]
    further: dict[UUID, list[UUID]]
    access: dict[str, Any]
    homes: dict[UUID, Organisation]
    """Of leads: the organisation of each, by its id."""


class Upserted(NamedTuple):
    """A contact, the name of their organisation, and whether they are new."""

    contact: Contact
    organisation_name: str
    is_new: bool


async def upsert_contacts(
    tx: AsyncSession,
    caller: Caller,
    changes: Mapping[str, ContactChange],
    seal: Seal | None = None,
    versions: Mapping[str, int] = EVERY_VERSION,
) -> list[Upserted]:
    """F022-F025: make or change up to 1,000 contacts, by external id, all or none.

    Raises UnknownOrganisation, EmailTaken, SentTwice, WindowNeeded, LeadStill, VersionStale.
    """
    batch = Batch(changes, versions)
    homes = await _homes(tx, caller, batch)
    done = await _write(tx, caller, batch, homes, seal)
    names = {key: homes[change.home].name for key, change in changes.items()}
    return [Upserted(one.row, names[one.external_id], one.result == "created") for one in done]


async def write_contacts(
    tx: AsyncSession, caller: Caller, batch: Batch[ContactChange], seal: Seal | None = None
) -> list[Outcome]:
    """F022-F025: make or change up to 1,000 contacts, by external id, each for itself."""
    return await _write(tx, caller, batch, await _homes(tx, caller, batch), seal, each_for_itself=True)


async def _write(
    tx: AsyncSession,
    caller: Caller,
    batch: Batch[ContactChange],
    homes: Mapping[Home, AnyRow],
    seal: Seal | None,
    *,
    each_for_itself: bool = False,
) -> list[Outcome]:
    known, further, access, _ = await known_people(tx, batch)
    rows = {key: known.get(key) or Contact(id=new_id(), external_id=key, **NOBODY_YET) for key in batch.left}
    for key in batch.left:
        if rows[key].kind == "lead":
            batch.fail(key, LeadStill())
    differing = {key: differences(rows[key], _wanted(homes, batch.changes[key])) for key in batch.left}
    chosen = by_itself(access, seal)
    for key in batch.left:
        if key not in known:
            chosen.let_in(rows[key], batch.changes[key], differing[key])
    await check_windows(tx, batch, rows, differing, access)
    if not each_for_itself:
        batch.raise_first()
    differing = {key: differing[key] for key in batch.left}
    if not batch.dry:
        await keep_people(tx, caller, rows, differing, known, further, chosen)
    return outcomes(batch, rows, known, differing)


async def keep_people(
    tx: AsyncSession,
    caller: Caller,
    rows: Mapping[str, Contact],
    differing: Mapping[str, Changes],
    known: Mapping[str, Contact],
    further: Mapping[UUID, Sequence[UUID]],
    chosen: ByItself | None = None,
) -> None:
    """Write contacts or leads, and say so. Raises SentTwice, EmailTaken."""
    put(tx, rows, differing, [key for key in differing if key not in known])
    let_in = [rows[key] for key, different in differing.items() if _lets_in(different)]
    if chosen and let_in:
        await chosen.welcome(tx, let_in)
    touched = {key: different for key, different in differing.items() if different}
    for key in touched:
        emit(tx, said.contact(rows[key], further.get(rows[key].id, ())), version=rows[key].version)
    # With the letters that are said already: what is said is written in one statement.
    await written(tx, {"contacts_external": SentTwice, "contacts_email": EmailTaken})
    shut_out(tx, ((rows[key].id, different) for key, different in touched.items() if key in known))
    audit.note(tx, caller, *(line_of(rows[key], different) for key, different in touched.items()))


def _lets_in(different: Changes) -> bool:
    return "portal_enabled" in different and bool(different["portal_enabled"][1])


def line_of(row: Contact, different: Changes) -> audit.Line:
    """What the trail says of a contact or lead that was made or changed."""
    verb = "made" if row.version == 1 else "changed"
    return audit.Line(f"{row.kind}.{verb}", row.kind, row.id, row.name, different)


async def _homes(tx: AsyncSession, caller: Caller, batch: Batch[ContactChange]) -> dict[Home, AnyRow]:
    """The organisations that are named, by external id or by name; a row that names another is left out."""
    if not (batch.allowed or may_write_people(caller)):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    named = {change.home for change in batch.changes.values()}
    query = select(Organisation.external_id, Organisation.id, Organisation.name, Organisation.sort_name)
    asked: ColumnElement[bool] = Organisation.external_id.in_({external_id for external_id, _ in named if external_id})
    if names := {name for _, name in named if name}:
        asked = or_(asked, and_(Organisation.kind == "customer", Organisation.sort_name.in_(names)))
    rows = (await tx.execute(query.where(asked))).all()
    found: dict[Home, AnyRow] = {(str(row.external_id), ""): row for row in rows}
    called = Counter(row.sort_name for row in rows)
    found |= {("", row.sort_name): row for row in rows if called[row.sort_name] == 1}
    for key, change in batch.changes.items():
        if change.home not in found:
            batch.fail(key, _homeless(change, called))
    return found


def _homeless(change: ContactChange, called: Mapping[str, int]) -> UnknownOrganisation:
    external_id, name = change.home
    if external_id:
        return _unknown("organisation_external_id", external_id)
    if not called.get(name):
        return _unknown("organisation_name", change.home_name)
    detail = f"{change.home_name} is the name of several: give the organisation's external id"
    return UnknownOrganisation(errors=[{"field": "organisation_name", "detail": detail}])


def _unknown(field: str, name: str) -> UnknownOrganisation:
    return UnknownOrganisation(errors=[{"field": field, "detail": f"{name} is not known"}])


async def known_people(tx: AsyncSession, batch: Batch[ContactChange] | Batch[LeadChange]) -> Known:
    """The people who are here already, and the further organisations each of them acts for.

    A row whose address is somebody else's, here or earlier in the batch, is left out.
    """
    emails: dict[str, str] = {}
    for key, change in batch.changes.items():
        if emails.setdefault(change.email.lower(), key) != key:
            batch.fail(key, EmailTaken())
    here = select(Contact, FURTHER.label("further"))
    here = here.where(or_(Contact.external_id.in_(batch.changes), Contact.email_key.in_(emails)))
    if not batch.dry:
        here = here.order_by(Contact.external_id).with_for_update(key_share=True, of=Contact)
    found = here.cte("here")
    person = aliased(Contact, found)
    # What the tenant chose comes along, also where nobody is here yet.
    own = _of_leads(batch, found)
    home = aliased(Organisation, own)
    query = select(PortalSettings.access, person, found.c.further, home).select_from(PortalSettings)
    query = query.outerjoin(found, true()).outerjoin(own, own.c.id == found.c.organisation_id)
    rows = (await tx.execute(query)).all()
    further = {row: organisations or [] for _, row, organisations, _ in rows if row is not None}
    known = {row.external_id: row for row in further if row.external_id and row.external_id in batch.changes}
    for row in further:
        if (owner := emails.get(row.email.lower())) is not None and owner != row.external_id:
            batch.fail(owner, EmailTaken())
    batch.check_versions(known)
    access = rows[0][0] if rows else {}
    homes = {row.id: row for *_, row in rows if row is not None}
    return Known(known, {row.id: organisations for row, organisations in further.items()}, access, homes)


def _of_leads(batch: Batch[ContactChange] | Batch[LeadChange], found: CTE) -> CTE:
    """The organisations of the leads among those who were found."""
    leads = select(found.c.organisation_id).where(found.c.kind == "lead")
    own = select(Organisation).where(Organisation.id.in_(leads))
    if not batch.dry:
        own = own.order_by(Organisation.id).with_for_update(key_share=True)
    return own.cte("own")


def _wanted(homes: Mapping[Home, AnyRow], change: ContactChange) -> dict[str, Any]:
    wanted = change.model_dump(exclude_unset=True, exclude={"version", "organisation_external_id", "organisation_name"})
    wanted["organisation_id"] = homes[change.home].id
    return wanted
