"""Requests for a document in the console: what was asked of customers, one of them, and asking."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.case_talk import uuid_of
from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later as _
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")

PLACE = "/documents/requests"
STATES = [
    ("", _("All")),
    ("open", _("Open")),
    ("overdue", _("Overdue")),
    ("received", _("Received")),
    ("closed", _("Closed")),
]
WRITTEN = ("title", "note", "due_on", "contact_id", "case_id")


@pages.get(PLACE)
async def list_requests(visit: Staff) -> Response:
    """F143: what was asked for, by how it stands."""
    query = visit.request.query_params
    state = query.get("state", "")
    filters = {"state": state if state in dict(STATES) else "", "cursor": query.get("cursor", "")}
    asked = await visit.get(PLACE, **filters)
    return visit.page("console/asked.html", asked=asked, filters=filters, states=STATES)


@pages.get(PLACE + "/new")
async def new_request(visit: Staff) -> Response:
    """The form, for the contact whom the address names."""
    query = visit.request.query_params
    form = Form(values={name: query.get(name, "") for name in WRITTEN})
    return _form(visit, form, await _contact(visit, form))


async def _contact(visit: Visit, form: Form) -> dict[str, Any]:
    found: dict[str, Any] = await visit.get(f"/contacts/{uuid_of(form.values['contact_id'])}")
    return found


def _form(visit: Visit, form: Form, contact: dict[str, Any]) -> Response:
    return visit.page("console/ask_document.html", form.status, contact=contact, **form.context)


@pages.post(PLACE + "/new")
async def ask_for_document(visit: Staff) -> Response:
    """Ask; the contact gets a mail."""
    form = await read_form(visit, WRITTEN)
    contact = await _contact(visit, form)
    new = {name: value for name in WRITTEN if (value := form.values[name].strip())}
    new |= {"contact_name": contact["name"], "organisation_id": contact["organisation_id"]}
    try:
        made = await visit.post(PLACE, new, form.key)
    except Refused as refused:
        return _form(visit, form.said_no(refused), contact)
    return visit.go(f"/console{PLACE}/{made['id']}", done="request-asked")


@pages.get(PLACE + "/{request_id}")
async def read_request(request_id: Key, visit: Staff) -> Response:
    """One request, and what came."""
    return await _request(visit, request_id, Form())


async def _request(visit: Visit, request_id: str, form: Form) -> Response:
    request = await visit.get(f"{PLACE}/{request_id}")
    return visit.page("console/asked_one.html", form.status, request=request, **form.context)


@pages.post(PLACE + "/{request_id}/close")
async def close_request(request_id: Key, visit: Staff) -> Response:
    """The team has what it needs, or needs it no longer."""
    form = await read_form(visit, ())
    try:
        await visit.post(f"{PLACE}/{request_id}/close", None, form.key)
    except Refused as refused:
        return await _request(visit, request_id, form.refused(refused))
    return visit.go(f"/console{PLACE}/{request_id}", done="request-closed")


@pages.post(PLACE + "/{request_id}/return")
async def return_request(request_id: Key, visit: Staff) -> Response:
    """What came is not what was asked for."""
    form = await read_form(visit, ("reason",))
    try:
        await visit.post(f"{PLACE}/{request_id}/return", {"reason": form.values["reason"]}, form.key)
    except Refused as refused:
        return await _request(visit, request_id, form.refused(refused))
    return visit.go(f"/console{PLACE}/{request_id}", done="request-returned")
