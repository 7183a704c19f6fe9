"""The further organisations a contact acts for: given and taken by staff."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")


@pages.get("/contacts/{contact_id}/memberships")
async def list_memberships(contact_id: Key, visit: Staff) -> Response:
    """F027: for whom a contact acts, and a search for another organisation."""
    return await _page(visit, contact_id, Form())


@pages.post("/contacts/{contact_id}/memberships")
async def put_membership(contact_id: Key, visit: Staff) -> Response:
    """F027: have them act for another one, as a manager or not."""
    form = await read_form(visit, ("organisation_id", "manager"))
    wanted = {"manager": form.values["manager"] == "yes"}
    try:
        path = f"/contacts/{contact_id}/memberships/{_key(form.values['organisation_id'])}"
        await visit.send("PUT", path, json=wanted)
    except Refused as refused:
        return await _page(visit, contact_id, form.refused(refused))
    return visit.go(f"/console/contacts/{contact_id}/memberships", done="saved")


@pages.post("/contacts/{contact_id}/memberships/{organisation_id}/end")
async def end_membership(contact_id: Key, organisation_id: Key, visit: Staff) -> Response:
    """Have them act for it no more."""
    form = await read_form(visit, ())
    try:
        await visit.send("DELETE", f"/contacts/{contact_id}/memberships/{organisation_id}")
    except Refused as refused:
        return await _page(visit, contact_id, form.refused(refused))
    return visit.go(f"/console/contacts/{contact_id}/memberships", done="saved")


def _key(text: str) -> str:
    """An id as it may stand in a path; anything else names nothing."""
    return text if text.replace("-", "").isalnum() and text.isascii() else "none"


async def _page(visit: Visit, contact_id: str, form: Form) -> Response:
    q = visit.request.query_params.get("q", "").strip()
    contact, memberships = await together(
        visit.get(f"/contacts/{contact_id}"), visit.get(f"/contacts/{contact_id}/memberships")
    )
    found = await visit.get("/organisations", q=q, limit=10) if q else {"items": []}
    has = {contact["organisation_id"], *(each["organisation_id"] for each in memberships["items"])}
    others = [each for each in found["items"] if each["id"] not in has and each["active"]]
    context = {"contact": contact, "memberships": memberships["items"], "q": q, "found": others}
    return visit.page("console/memberships.html", form.status, **context, **form.context)
