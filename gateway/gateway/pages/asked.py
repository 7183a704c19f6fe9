"""What the team asks a contact for: the list, and one request with the form that brings the document."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Key, Visit

pages = APIRouter()

PLACE = "/documents/requests"


@pages.get(PLACE)
async def list_requests(visit: Contact) -> Response:
    """F143: what one was asked for, what is open and what came."""
    asked = await visit.get(PLACE, cursor=visit.request.query_params.get("cursor"))
    return visit.page("portal/asked.html", asked=asked)


@pages.get(PLACE + "/{request_id}")
async def read_request(request_id: Key, visit: Contact) -> Response:
    """F143: one request, until when, and why what came was sent back."""
    return _page(visit, await visit.get(f"{PLACE}/{request_id}"), Form())


def _page(visit: Visit, request: dict[str, Any], form: Form) -> Response:
    return visit.page("portal/asked_one.html", form.status, request=request, **form.context)


@pages.post(PLACE + "/{request_id}")
async def answer_request(request_id: Key, visit: Contact) -> Response:
    """F143, F146: the document that was asked for; it hangs on the case it is for."""
    request = await visit.get(f"{PLACE}/{request_id}")
    form = await read_form(visit, (), announced={"case_id": request["case_id"]} if request["case_id"] else None)
    if not form.errors and len(form.attached) != 1:
        form = form.wrong("files", "Choose the one file that was asked for.")
    if form.errors:
        return _page(visit, request, form)
    try:
        given = {"document_id": form.document_ids[0]}
        await visit.post(f"{PLACE}/{request_id}/answer", given, f"{form.key}-answer")
    except Refused as refused:
        return _page(visit, request, form.refused(refused))
    return visit.go(f"{PLACE}/{request_id}", done="request-answered")
