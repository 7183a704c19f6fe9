"""F026: leads, who may come in as contacts may."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from identity import queries, service
from identity.api.editing import contact_view
from identity.api.people import Key, versions
from identity.api.portal import MailSeal
from identity.errors import LeadNotFound
from identity.schemas.editing import Conversion, LeadPatch, NewLead
from identity.schemas.people import ContactFilters, ContactPage, ContactView, LeadChange, PeopleFilters
from identity.service.batch import Batch
from kit.edge import Caller, Tx, router
from kit.paging import total
from kit.versions import IfMatch, IfMatchSent

leads = router(tags=["people"])


@leads.get("/leads")
async def list_leads(filters: Annotated[PeopleFilters, Query()], caller: Caller, tx: Tx) -> ContactPage:
    """F026: the leads the caller may see, by name."""
    asked = ContactFilters(**filters.model_dump(), kind="lead")
    rows, cursor, counted = await queries.contacts(tx, caller, asked)
    items = [ContactView.model_validate(row) for row in rows]
    return ContactPage(items=items, next=cursor, total=total(counted))


@leads.get("/leads/{lead_id}")
async def read_lead(lead_id: UUID, caller: Caller, tx: Tx, response: Response) -> ContactView:
    """One lead."""
    row = await queries.contact(tx, caller, lead_id)
    if row is None or row.kind != "lead":
        raise LeadNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return ContactView.model_validate(row)


@leads.post("/leads", status_code=201)
async def make_lead(new: NewLead, caller: Caller, tx: Tx) -> ContactView:
    """F026: make a lead, with an organisation of their own that is no customer yet."""
    return contact_view(*await service.make_lead(tx, caller, new))


@leads.patch("/leads/{lead_id}")
async def change_lead(
    lead_id: UUID, change: LeadPatch, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> ContactView:
    """F026: change a lead."""
    row, company = await service.change_lead(tx, caller, lead_id, change, version)
    response.headers["etag"] = f'"{row.version}"'
    return contact_view(row, company)


@leads.put("/leads/by-external-id/{external_id}", responses={201: {"model": ContactView}})
async def put_lead(
    external_id: Key,
    change: LeadChange,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    seal: MailSeal,
    response: Response,
) -> ContactView:
    """F026, F053: the CRM makes a lead (201) or changes them (200)."""
    batch = Batch({external_id: change}, versions(external_id, version))
    [done] = await service.write_leads(tx, caller, batch, seal)
    batch.raise_first()
    response.status_code = 201 if done.result == "created" else 200
    response.headers["etag"] = f'"{done.row.version}"'
    return contact_view(done.row, done.organisation_name)


@leads.post("/leads/{lead_id}/convert")
async def convert_lead(lead_id: UUID, conversion: Conversion, caller: Caller, tx: Tx) -> ContactView:
    """F026: make a lead a contact: of an organisation, or of their own company, which becomes a customer."""
    row, organisation = await service.convert_lead(tx, caller, lead_id, conversion)
    return contact_view(row, organisation.name)
