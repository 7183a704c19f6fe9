"""Organisations in the console: listed, looked at with what is above and below them, added and changed."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console import people_words
from gateway.pages.console.about_people import (
    chosen_organisation,
    filters_of,
    must,
    or_none,
    organisations_to_choose,
    ticked,
    typed,
)
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")

TEXTS = ("name", "phone", "website", "registered_office", "business_type")
ADDRESS = ("street", "postal_code", "city", "region", "country")
FIELDS = (*TEXTS, *ADDRESS, "external_id", "parent_id", "parent_q", "email_domains", "active", "version")


@pages.get("/organisations")
async def list_organisations(visit: Staff) -> Response:
    """Organisations by name: of a kind, active or not, below one of them."""
    filters = filters_of(visit, "q", "kind", "active", "parent_id", "cursor")
    organisations = await visit.get("/organisations", **filters)
    return visit.page("console/organisations.html", found=organisations, filters=filters)


@pages.get("/organisations/new")
async def new_organisation(visit: Staff) -> Response:
    """An empty form."""
    must(visit, "people.edit")
    return await _form(visit, None, Form(values=dict.fromkeys(FIELDS, "") | {"active": "yes"}))


@pages.post("/organisations/new")
async def make_organisation(visit: Staff) -> Response:
    """O+7: add it."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS)
    if form.action == "find":
        return await _form(visit, None, form)
    try:
        made = await visit.post("/organisations", _content(form), form.key)
    except Refused as refused:
        return await _form(visit, None, form.refused(refused))
    return visit.go(f"/console/organisations/{made['id']}", done="saved")


@pages.get("/organisations/{organisation_id}")
async def read_organisation(organisation_id: Key, visit: Staff) -> Response:
    """One organisation: what is above and below it, its people, what they asked, and what was done to it."""
    around, cases = await together(
        visit.get(f"/organisations/{organisation_id}/overview"),
        visit.widget("cases", "/cases", organisation_id=organisation_id, limit=10),
    )
    return visit.page("console/organisation.html", words=people_words, cases=cases, **around)


@pages.get("/organisations/{organisation_id}/edit")
async def edit_organisation(organisation_id: Key, visit: Staff) -> Response:
    """The form as the organisation is."""
    must(visit, "people.edit")
    organisation = await visit.get(f"/organisations/{organisation_id}")
    values = typed(organisation, FIELDS) | typed(organisation["address"], ADDRESS)
    values["email_domains"] = " ".join(organisation["email_domains"])
    return await _form(visit, organisation, Form(values=values))


@pages.post("/organisations/{organisation_id}/edit")
async def change_organisation(organisation_id: Key, visit: Staff) -> Response:
    """O+7: keep what was changed, unless somebody else was quicker."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS)
    here = f"/organisations/{organisation_id}"
    if form.action == "find":
        return await _form(visit, await visit.get(here), form)
    try:
        await visit.send("PATCH", here, json=_content(form), headers=form.if_match)
    except Refused as refused:
        return await _form(visit, await visit.get(here), form.refused(refused))
    return visit.go(f"/console{here}", done="saved")


async def _form(visit: Visit, organisation: dict[str, Any] | None, form: Form) -> Response:
    chosen = await chosen_organisation(visit, form.values["parent_id"])
    choices = await organisations_to_choose(visit, form.values["parent_q"], chosen)
    parents = [one for one in choices if organisation is None or one[0] != organisation["id"]]
    return visit.page(
        "console/organisation_form.html", form.status, organisation=organisation, parents=parents, **form.context
    )


def _content(form: Form) -> dict[str, Any]:
    content: dict[str, Any] = {name: form.values[name] for name in TEXTS}
    content["address"] = {name: form.values[name] for name in ADDRESS}
    content["email_domains"] = form.values["email_domains"].replace(",", " ").split()
    return content | or_none(form, "external_id", "parent_id") | ticked(form, "active")
