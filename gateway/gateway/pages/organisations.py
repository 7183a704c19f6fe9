"""One person, many organisations: which they are, for which one acts now, and after logging in."""

from fastapi import APIRouter, Response

from gateway.acting import set_mark, switch
from gateway.pages.forms import read_form
from gateway.pages.visit import Contact, Key
from gateway.sessions import safe_next, token_of
from kit.problems import NotFound

pages = APIRouter()


@pages.get("/account/organisations")
async def list_organisations(visit: Contact) -> Response:
    """F027: every organisation the visitor acts for."""
    found = await visit.get("/me/organisations")
    return visit.page("portal/organisations.html", mine=found["items"])


@pages.post("/account/organisation")
async def switch_organisation(visit: Contact) -> Response:
    """Act for another one from now on, in this browser."""
    form = await read_form(visit, ("organisation_id", "next"), anywhere=True)
    wanted, slug = form.values["organisation_id"], visit.tenant.slug
    token = token_of(visit.request.scope, slug, "portal")
    if token is None or wanted not in {each["id"] for each in visit.session.organisations}:
        raise NotFound()
    await switch(visit.parts.services, visit.parts.callers, visit.tenant.id, token, wanted)
    response = visit.go(safe_next(form.values["next"], "portal"))
    set_mark(response, slug)
    return response


@pages.post("/account/organisations/{organisation_id}/default")
async def choose_default(organisation_id: Key, visit: Contact) -> Response:
    """Act for this one after logging in."""
    form = await read_form(visit, (), anywhere=True)
    await visit.post(f"/me/organisations/{organisation_id}/default", None, form.key)
    return visit.go("/account/organisations", done="saved")
