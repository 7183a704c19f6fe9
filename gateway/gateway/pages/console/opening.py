"""F095: staff open a case for a contact, who called, say."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages import words
from gateway.pages.console.about_people import must
from gateway.pages.forms import Form, read_form
from gateway.pages.opening import FIELDS, LONGEST, asked, filled_in, names_of, wanted
from gateway.pages.visit import Staff, Visit
from kit.problems import NotFound

pages = APIRouter(prefix="/console")


@pages.get("/cases/new")
async def new_case(visit: Staff) -> Response:
    """The form, for the contact whom the address names."""
    must(visit, "cases.answer")
    query = visit.request.query_params
    offer = await visit.get("/cases/form")
    return await _new(visit, offer, Form(values={name: query.get(name, "")[:LONGEST] for name in FIELDS}))


@pages.post("/cases/new")
async def open_case(visit: Staff) -> Response:
    """Open it, or give the form back with what is wrong."""
    must(visit, "cases.answer")
    offer = await visit.get("/cases/form")
    names = names_of(offer)
    form = await read_form(visit, (*FIELDS, *names), lists=names)
    if form.errors or form.action:
        return await _new(visit, offer, filled_in(offer, form) if form.action == "template" else form)
    try:
        case = await visit.post("/cases", wanted(offer, form), form.key)
    except Refused as refused:
        return await _new(visit, offer, form.refused(refused))
    return visit.go(f"/console/cases/{case['reference']}", done="case-begun")


async def _new(visit: Visit, offer: dict[str, Any], form: Form) -> Response:
    return visit.page(
        "console/case_new.html",
        form.status,
        contact=await _contact(visit, form.values["contact_id"]),
        offer=offer,
        asked=asked(offer, form),
        lists=form.lists,
        categories=words.CATEGORIES,
        **form.context,
    )


async def _contact(visit: Visit, contact_id: str) -> Any:
    try:
        return await visit.get(f"/contacts/{UUID(contact_id)}")
    except ValueError as error:
        raise NotFound() from error
