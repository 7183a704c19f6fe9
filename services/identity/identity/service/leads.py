"""F026: leads. Each is the contact of a prospect, an organisation of their own that is no customer yet."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from identity.errors import ContactByNow, EmailTaken, LeadNotFound, MayNotDoThat, SentTwice, UnknownOrganisation
from identity.models import Contact, Organisation
from identity.policy import may_edit_people, may_write_people
from identity.schemas.editing import Conversion, LeadPatch, NewLead
from identity.schemas.people import LeadChange
from identity.service import audit, said
from identity.service.automation import by_itself
from identity.service.batch import Batch, Outcome, outcomes
from identity.service.contacts import FURTHER, NOBODY_YET, keep_people, known_people, line_of
from identity.service.organisations import NOTHING_YET
from identity.service.organisations import line_of as organisation_line
from identity.service.rows import Changes, apply, changed, differences, expect, written
from identity.service.shutting import shut_out
from identity.service.window import check_window, check_windows
from kit.caller import Caller
from kit.ids import new_id
from kit.outbox import emit
from kit.seal import Seal


async def write_leads(
    tx: AsyncSession, caller: Caller, batch: Batch[LeadChange], seal: Seal | None = None
) -> list[Outcome]:
    """F026: make or change up to 1,000 leads, by external id, each for itself."""
    if not (batch.allowed or may_write_people(caller)):
        raise MayNotDoThat("Send a key with the scope crm.write.")
    known, further, access, found = await known_people(tx, batch)
    rows = {key: known.get(key) or Contact(id=new_id(), external_id=key, **_NEW) for key in batch.left}
    for key in batch.left:
        if rows[key].kind != "lead":
            batch.fail(key, ContactByNow())
    differing = {key: differences(rows[key], _person(batch.changes[key])) for key in batch.left}
    chosen = by_itself(access, seal)
    for key in batch.left:
        if key not in known:
            chosen.let_in(rows[key], batch.changes[key], differing[key])
    await check_windows(tx, batch, rows, differing, access)
    homes = {key: found.get(rows[key].organisation_id) or prospect() for key in batch.left}
    renamed = {key: differences(homes[key], _company(batch.changes[key], rows[key])) for key in batch.left}
    if not batch.dry:
        await _keep_homes(tx, changed_homes := {key: (homes[key], renamed[key]) for key in batch.left})
        for key in batch.left:
            if key not in known:
                differing[key]["organisation_id"] = [None, homes[key].id]
        _say_homes(tx, caller, changed_homes)
        await keep_people(tx, caller, rows, {key: differing[key] for key in batch.left}, known, further, chosen)
    done = outcomes(batch, rows, known, {key: differing[key] | _as_company(renamed[key]) for key in batch.left})
    return [one._replace(organisation_name=homes[one.external_id].name) if one.row else one for one in done]


_NEW = NOBODY_YET | {"kind": "lead"}


def prospect() -> Organisation:
    """A lead's own organisation, still without a name."""
    return Organisation(id=new_id(), name="", **(NOTHING_YET | {"kind": "prospect"}))


def _person(change: LeadChange | LeadPatch | NewLead) -> dict[str, Any]:
    return change.model_dump(exclude_unset=True, exclude={"company", "version"})


def _company(change: LeadChange | LeadPatch | NewLead, row: Contact) -> dict[str, Any]:
    """What their organisation is to be called: as is said; else, for a new one, as they are."""
    if "company" in change.model_fields_set:
        return {"name": change.company or change.name or row.name}
    return {} if row.organisation_id else {"name": change.name}


def _as_company(renamed: Changes) -> Changes:
    """What a lead's organisation is called is their company, where they are written."""
    return {"company": renamed["name"]} if "name" in renamed else {}


Homes = Mapping[str, tuple[Organisation, Changes]]


async def _keep_homes(tx: AsyncSession, homes: Homes) -> None:
    """Written before the leads, for they refer to it."""
    for home, different in homes.values():
        apply(home, different)
        if different:
            tx.add(home)
    await _written(tx)


def _say_homes(tx: AsyncSession, caller: Caller, homes: Homes) -> None:
    touched = [(home, different) for home, different in homes.values() if different]
    for home, _ in touched:
        emit(tx, said.organisation(home), version=home.version)
    audit.note(tx, caller, *(organisation_line(home, different) for home, different in touched))


async def make_lead(tx: AsyncSession, caller: Caller, new: NewLead) -> tuple[Contact, str]:
    """F026: a new lead and the name of their organisation. Raises EmailTaken, WindowNeeded."""
    if not may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can add a lead.")
    row, home = Contact(id=new_id(), organisation_id=None, **_NEW), prospect()
    different = differences(row, _person(new))
    await check_window(tx, row, different)
    homes: Homes = {"one": (home, differences(home, _company(new, row)))}
    await _keep_homes(tx, homes)
    apply(row, different | {"organisation_id": [None, home.id]})
    tx.add(row)
    await _written(tx)
    _say_homes(tx, caller, homes)
    emit(tx, said.contact(row), version=row.version)
    audit.note(tx, caller, line_of(row, different))
    return row, home.name


async def change_lead(
    tx: AsyncSession, caller: Caller, lead_id: UUID, change: LeadPatch, version: int
) -> tuple[Contact, str]:
    """Change a lead, and what their organisation is called. Raises LeadNotFound, VersionStale, EmailTaken."""
    row, further, home, _ = await _lead(tx, caller, lead_id, None)
    expect(row, version)
    different = differences(row, _person(change))
    await check_window(tx, row, different)
    apply(row, different)
    homes: Homes = {"one": (home, differences(home, _company(change, row)))}
    await _keep_homes(tx, homes)
    _say_homes(tx, caller, homes)
    shut_out(tx, [(row.id, different)])
    if different:
        emit(tx, said.contact(row, further), version=row.version)
        audit.note(tx, caller, line_of(row, different))
    return row, home.name


async def convert_lead(
    tx: AsyncSession, caller: Caller, lead_id: UUID, conversion: Conversion
) -> tuple[Contact, Organisation]:
    """Make a lead a contact of an organisation, or of their own company, which is a customer from then on.

    Raises LeadNotFound, UnknownOrganisation.
    """
    row, further, home, target = await _lead(tx, caller, lead_id, conversion.organisation_id)
    if conversion.organisation_id and target is None:
        raise UnknownOrganisation(errors=[{"field": "organisation_id", "detail": "is not known"}])
    becomes = {"active": False} if target else {"kind": "customer"}
    homes: Homes = {"one": (home, differences(home, becomes))}
    await _keep_homes(tx, homes)
    _say_homes(tx, caller, homes)
    goes_to = target or home
    different = changed(row, {"kind": "contact", "organisation_id": goes_to.id})
    emit(tx, said.contact(row, further), version=row.version)
    audit.note(tx, caller, audit.Line("lead.converted", "contact", row.id, row.name, different))
    return row, goes_to


async def _lead(
    tx: AsyncSession, caller: Caller, lead_id: UUID, target_id: UUID | None
) -> tuple[Contact, list[UUID], Organisation, Organisation | None]:
    """A lead with their organisation, and the customer they are to go to."""
    if not may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can change a lead.")
    own, target = aliased(Organisation), aliased(Organisation)
    goes_to = and_(target.tenant_id == Contact.tenant_id, target.id == target_id, target.kind == "customer")
    query = (
        select(Contact, FURTHER, own, target)
        .join(own, and_(own.tenant_id == Contact.tenant_id, own.id == Contact.organisation_id))
        .outerjoin(target, goes_to)
        .where(Contact.id == lead_id, Contact.kind == "lead")
        .with_for_update(key_share=True, of=(Contact, own))
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise LeadNotFound()
    return found[0], found[1] or [], found[2], found[3]


async def _written(tx: AsyncSession) -> None:
    await written(tx, {"contacts_external": SentTwice, "contacts_email": EmailTaken})
