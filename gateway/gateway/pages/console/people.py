"""Organisations and contacts in the console: who the customers are, as the CRM told it."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.access import access_of
from gateway.pages.forms import read_form
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
    contact, cases, access = await together(
        visit.get(f"/contacts/{contact_id}"),
        visit.get("/cases", contact_id=contact_id, limit=10),
        access_of(visit, contact_id),
    )
    return visit.page("console/contact.html", contact=contact, cases=cases, access=access)


@pages.get("/duty")
async def read_duty(visit: Staff) -> Response:
    """F060: who is on duty, and oneself."""
    return await _duty(visit)


@pages.post("/duty")
async def change_duty(visit: Staff) -> Response:
    """F060: go on duty, or off it."""
    form = await read_form(visit, ("on_duty",))
    on_duty = form.values["on_duty"] == "yes"
    try:
        await visit.send("PATCH", "/staff/me", json={"on_duty": on_duty})
    except Refused as refused:
        return await _duty(visit, refused)
    return visit.go("/console/duty", done="on-duty" if on_duty else "off-duty")


async def _duty(visit: Visit, refused: Refused | None = None) -> Response:
    """Oneself is asked for by name, too: the team's first page may end before."""
    caller = visit.session.caller
    team, namesakes = await together(
        visit.get("/staff", limit=100, cursor=visit.request.query_params.get("cursor")),
        visit.get("/staff", limit=100, q=caller.name),
    )
    me = next((one for one in namesakes["items"] if one["id"] == str(caller.id)), {"on_duty": False})
    status = refused.status if refused else 200
    return visit.page("console/duty.html", status, me=me, team=team, problem=refused and refused.problem)


def _filters(visit: Visit, *names: str) -> dict[str, str]:
    query = visit.request.query_params
    return {name: query.get(name, "").strip() for name in names}
