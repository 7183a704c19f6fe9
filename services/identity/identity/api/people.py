"""Organisations, contacts, staff."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from identity import queries, service
from identity.api.portal import MailSeal
from identity.errors import ContactNotFound, OrganisationNotFound
from identity.schemas.people import (
    ContactChange,
    ContactFilters,
    ContactPage,
    ContactView,
    OrganisationChange,
    OrganisationFilters,
    OrganisationPage,
    OrganisationView,
    StaffChange,
    StaffFilters,
    StaffPage,
    StaffView,
)
from identity.schemas.words import ExternalId
from kit.edge import Caller, Tx, router
from kit.paging import total
from kit.versions import IfMatchSent

people = router(tags=["people"])

Key = Annotated[ExternalId, Path(description="The CRM's own id.")]


def versions(external_id: str, version: int | None) -> dict[str, int]:
    """Which version of one record is meant, if the CRM says so."""
    return {} if version is None else {external_id: version}


@people.get("/organisations")
async def list_organisations(
    filters: Annotated[OrganisationFilters, Query()], caller: Caller, tx: Tx
) -> OrganisationPage:
    """The organisations the caller may see, by name."""
    rows, cursor, counted = await queries.organisations(tx, caller, filters)
    items = [OrganisationView.model_validate(row) for row in rows]
    return OrganisationPage(items=items, next=cursor, total=total(counted))


@people.get("/organisations/{organisation_id}")
async def read_organisation(organisation_id: UUID, caller: Caller, tx: Tx, response: Response) -> OrganisationView:
    """One organisation."""
    row = await queries.organisation(tx, caller, organisation_id)
    if row is None:
        raise OrganisationNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return OrganisationView.model_validate(row)


@people.put("/organisations/by-external-id/{external_id}", responses={201: {"model": OrganisationView}})
async def put_organisation(
    external_id: Key, change: OrganisationChange, version: IfMatchSent, caller: Caller, tx: Tx, response: Response
) -> OrganisationView:
    """The CRM makes an organisation (201) or changes it (200)."""
    named = versions(external_id, version)
    [(row, is_new)] = await service.upsert_organisations(tx, caller, {external_id: change}, named)
    response.status_code = 201 if is_new else 200
    response.headers["etag"] = f'"{row.version}"'
    return OrganisationView.model_validate(row)


@people.get("/contacts")
async def list_contacts(filters: Annotated[ContactFilters, Query()], caller: Caller, tx: Tx) -> ContactPage:
    """F057: the contacts the caller may see, by name."""
    rows, cursor, counted = await queries.contacts(tx, caller, filters)
    items = [ContactView.model_validate(row) for row in rows]
    return ContactPage(items=items, next=cursor, total=total(counted))


@people.get("/contacts/{contact_id}")
async def read_contact(contact_id: UUID, caller: Caller, tx: Tx, response: Response) -> ContactView:
    """One contact."""
    row = await queries.contact(tx, caller, contact_id)
    if row is None:
        raise ContactNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return ContactView.model_validate(row)


@people.put("/contacts/by-external-id/{external_id}", responses={201: {"model": ContactView}})
async def put_contact(
    external_id: Key,
    change: ContactChange,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    seal: MailSeal,
    response: Response,
) -> ContactView:
    """F022-F025, F031, F053: the CRM makes a contact (201) or changes them (200)."""
    named = versions(external_id, version)
    [(row, organisation_name, is_new)] = await service.upsert_contacts(tx, caller, {external_id: change}, seal, named)
    response.status_code = 201 if is_new else 200
    response.headers["etag"] = f'"{row.version}"'
    row_fields = {name: getattr(row, name) for name in ContactView.model_fields if name != "organisation_name"}
    return ContactView(**row_fields, organisation_name=organisation_name)


@people.get("/staff")
async def list_staff(filters: Annotated[StaffFilters, Query()], caller: Caller, tx: Tx) -> StaffPage:
    """Who works for the tenant, by name."""
    rows, cursor = await queries.staff(tx, caller, filters)
    return StaffPage(items=[StaffView.model_validate(row) for row in rows], next=cursor)


@people.patch("/staff/me")
async def change_me(change: StaffChange, caller: Caller, tx: Tx) -> StaffView:
    """F060: go on duty, or off it."""
    return StaffView.model_validate(await service.change_me(tx, caller, change))
