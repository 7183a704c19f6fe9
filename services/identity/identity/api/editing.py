"""Organisations, contacts and staff, made and changed one by one."""

from uuid import UUID

from fastapi import Response

from identity import service
from identity.models import Contact
from identity.schemas.editing import (
    ContactPatch,
    NewContact,
    NewOrganisation,
    NewStaff,
    OrganisationPatch,
    StaffPatch,
)
from identity.schemas.people import ContactView, OrganisationView, StaffView
from kit.edge import Caller, Tx, router
from kit.versions import IfMatch

editing = router(tags=["people"])


@editing.post("/organisations", status_code=201)
async def make_organisation(new: NewOrganisation, caller: Caller, tx: Tx) -> OrganisationView:
    """O+7: make an organisation."""
    return OrganisationView.model_validate(await service.make_organisation(tx, caller, new))


@editing.patch("/organisations/{organisation_id}")
async def change_organisation(
    organisation_id: UUID, change: OrganisationPatch, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> OrganisationView:
    """O+7: change an organisation."""
    row = await service.change_organisation(tx, caller, organisation_id, change, version)
    response.headers["etag"] = f'"{row.version}"'
    return OrganisationView.model_validate(row)


@editing.post("/contacts", status_code=201)
async def make_contact(new: NewContact, caller: Caller, tx: Tx) -> ContactView:
    """F022-F025: make a contact."""
    return contact_view(*await service.make_contact(tx, caller, new))


@editing.patch("/contacts/{contact_id}")
async def change_contact(
    contact_id: UUID, change: ContactPatch, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> ContactView:
    """F022-F025, F027, F028, F051, F052, F058: change a contact or lead."""
    row, organisation_name = await service.change_contact(tx, caller, contact_id, change, version)
    response.headers["etag"] = f'"{row.version}"'
    return contact_view(row, organisation_name)


@editing.post("/staff", status_code=201)
async def make_staff(new: NewStaff, caller: Caller, tx: Tx) -> StaffView:
    """F021: an admin adds a colleague, who has no password yet."""
    return StaffView.model_validate(await service.make_staff(tx, caller, new))


@editing.patch("/staff/{staff_id}")
async def change_staff(
    staff_id: UUID, change: StaffPatch, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> StaffView:
    """F021, F060: an admin changes a colleague; the last active admin stays one."""
    row = await service.change_staff(tx, caller, staff_id, change, version)
    response.headers["etag"] = f'"{row.version}"'
    return StaffView.model_validate(row)


def contact_view(row: Contact, organisation_name: str) -> ContactView:
    """A contact that was just written."""
    fields = {name: getattr(row, name) for name in ContactView.model_fields if name != "organisation_name"}
    return ContactView(**fields, organisation_name=organisation_name)
