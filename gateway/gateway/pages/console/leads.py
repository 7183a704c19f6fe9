"""F026: leads in the console: listed, added, changed, made contacts."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import (
    chosen_organisation,
    filters_of,
    must,
    organisations_to_choose,
)
from gateway.pages.console.contacts import PERSON, UNKNOWN, content, form_of
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")

FIELDS = (*PERSON, "company")
CONVERSION = ("how", "organisation_id", "organisation_q")


@pages.get("/leads")
async def list_leads(visit: Staff) -> Response:
    """F026: leads by name."""
    filters = filters_of(visit, "q", "portal_enabled", "cursor")
    leads = await visit.get("/contacts", kind="lead", **filters)
    return visit.page("console/contacts.html", contacts=leads, filters=filters | {"organisation_id": ""}, kind="lead")


@pages.get("/leads/new")
async def new_lead(visit: Staff) -> Response:
    """An empty form."""
    must(visit, "people.edit")
    return _form(visit, None, Form(values=dict.fromkeys(FIELDS, "") | UNKNOWN, lists={"modules": []}))


@pages.post("/leads/new")
async def make_lead(visit: Staff) -> Response:
    """F026: add them."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("modules",))
    try:
        made = await visit.post("/leads", content(form) | {"company": form.values["company"]}, form.key)
    except Refused as refused:
        return _form(visit, None, form.refused(refused))
    return visit.go(f"/console/contacts/{made['id']}", done="saved")


@pages.get("/leads/{lead_id}/edit")
async def edit_lead(lead_id: Key, visit: Staff) -> Response:
    """The form as the lead is."""
    must(visit, "people.edit")
    lead = await visit.get(f"/leads/{lead_id}")
    form = form_of(lead, FIELDS)
    form.values["company"] = lead["organisation_name"]
    return _form(visit, lead, form)


@pages.post("/leads/{lead_id}/edit")
async def change_lead(lead_id: Key, visit: Staff) -> Response:
    """F026: keep what was changed, unless somebody else was quicker."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("modules",))
    said = content(form) | {"company": form.values["company"]}
    try:
        await visit.send("PATCH", f"/leads/{lead_id}", json=said, headers=form.if_match)
    except Refused as refused:
        return _form(visit, await visit.get(f"/leads/{lead_id}"), form.refused(refused))
    return visit.go(f"/console/contacts/{lead_id}", done="saved")


@pages.get("/leads/{lead_id}/convert")
async def ask_to_convert(lead_id: Key, visit: Staff) -> Response:
    """F026: whose contact are they to be?"""
    must(visit, "people.edit")
    values = dict.fromkeys(CONVERSION, "") | {"how": "own"}
    return await _conversion(visit, await visit.get(f"/leads/{lead_id}"), Form(values=values))


@pages.post("/leads/{lead_id}/convert")
async def convert_lead(lead_id: Key, visit: Staff) -> Response:
    """F026: make them a contact."""
    must(visit, "people.edit")
    form = await read_form(visit, CONVERSION)
    if form.action == "find":
        return await _conversion(visit, await visit.get(f"/leads/{lead_id}"), form)
    goes_to = form.values["organisation_id"] if form.values["how"] == "existing" else None
    try:
        await visit.post(f"/leads/{lead_id}/convert", {"organisation_id": goes_to}, form.key)
    except Refused as refused:
        return await _conversion(visit, await visit.get(f"/leads/{lead_id}"), form.refused(refused))
    return visit.go(f"/console/contacts/{lead_id}", done="converted")


async def _conversion(visit: Visit, lead: dict[str, Any], form: Form) -> Response:
    chosen = await chosen_organisation(visit, form.values["organisation_id"])
    choices = await organisations_to_choose(visit, form.values["organisation_q"], chosen)
    return visit.page("console/convert.html", form.status, lead=lead, choices=choices, **form.context)


def _form(visit: Visit, lead: dict[str, Any] | None, form: Form) -> Response:
    modules = form.lists.get("modules", [])
    return visit.page("console/lead_form.html", form.status, contact=lead, modules=modules, **form.context)
