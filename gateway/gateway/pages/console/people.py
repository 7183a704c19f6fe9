"""Organisations and contacts in the console: who the customers are, as the CRM told it."""

from fastapi import APIRouter, Response

from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")


@pages.get("/organisations")
async def list_organisations(visit: Staff) -> Response:
    """Every organisation, by name."""
    filters = _filters(visit, "q", "cursor")
    organisations = await visit.get("/organisations", **filters)
    return visit.page("console/organisations.html", organisations=organisations, filters=filters)


@pages.get("/organisations/{organisation_id}")
async def read_organisation(organisation_id: Key, visit: Staff) -> Response:
    """One organisation and its people."""
    organisation, contacts = await together(
        visit.get(f"/organisations/{organisation_id}"), visit.get("/contacts", organisation_id=organisation_id)
    )
    return visit.page("console/organisation.html", organisation=organisation, contacts=contacts)


@pages.get("/contacts")
async def list_contacts(visit: Staff) -> Response:
    """Every contact, by name."""
    filters = _filters(visit, "q", "organisation_id", "cursor")
    contacts = await visit.get("/contacts", **filters)
    return visit.page("console/contacts.html", contacts=contacts, filters=filters)


@pages.get("/contacts/{contact_id}")
async def read_contact(contact_id: Key, visit: Staff) -> Response:
    """One contact and their newest cases."""
    contact, cases = await together(
        visit.get(f"/contacts/{contact_id}"), visit.get("/cases", contact_id=contact_id, limit=10)
    )
    return visit.page("console/contact.html", contact=contact, cases=cases)


def _filters(visit: Visit, *names: str) -> dict[str, str]:
    query = visit.request.query_params
    return {name: query.get(name, "").strip() for name in names}
