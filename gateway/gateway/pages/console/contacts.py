"""Contacts in the console: listed, looked at, added, changed, let in or kept out together."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import (
    chosen_organisation,
    filters_of,
    must,
    or_none,
    organisations_to_choose,
    ticked,
    typed,
)
from gateway.pages.console.contact import contact_page
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")

TEXTS = ("name", "email", "phone", "job_title")
TICKS = ("portal_enabled", "faq", "can_sign", "may_reset_pin", "notify_team", "email_opt_out")
DAYS = ("support_start_on", "support_end_on")
PERSON = (*TEXTS, *TICKS, *DAYS, "external_id", "all_modules", "version")
FIELDS = (*PERSON, "manager", "organisation_id", "organisation_q")
UNKNOWN = {"faq": "yes", "may_reset_pin": "yes", "all_modules": "yes"}
"""What is ticked of somebody new."""


@pages.get("/contacts")
async def list_contacts(visit: Staff) -> Response:
    """F022: contacts by name, with their portal access."""
    filters = filters_of(visit, "q", "organisation_id", "portal_enabled", "cursor")
    contacts = await visit.get("/contacts", kind="contact", **filters)
    return visit.page("console/contacts.html", contacts=contacts, filters=filters, kind="contact")


@pages.post("/contacts/access")
async def change_access(visit: Staff) -> Response:
    """F022: let those who are ticked in, or keep them out; asked first, with what will happen to how many."""
    must(visit, "people.edit")
    form = await read_form(visit, ("portal_enabled", "back"), lists=("contact_ids",))
    wanted = {"contact_ids": form.lists["contact_ids"][:1000], "portal_enabled": form.values["portal_enabled"] == "yes"}
    back = "/console/leads" if form.values["back"] == "lead" else "/console/contacts"
    if not wanted["contact_ids"]:
        return visit.go(back, done="nobody-ticked")
    if form.action != "do":
        return await _ask(visit, form, wanted)
    try:
        done = await visit.post("/contacts/access", wanted, form.key)
    except Refused as refused:
        return await _ask(visit, form.refused(refused), wanted)
    if done["failed"]:
        return await _ask(visit, form, wanted, done)
    return visit.go(back, done="access-opened" if wanted["portal_enabled"] else "access-shut")


async def _ask(visit: Visit, form: Form, wanted: dict[str, Any], done: dict[str, Any] | None = None) -> Response:
    found = await visit.get("/contacts", id=wanted["contact_ids"][:100], limit=100)
    people = found["items"]
    changing = [one for one in people if one["portal_enabled"] != wanted["portal_enabled"]]
    failed = {one["id"]: one["errors"] for one in done["results"] if one["errors"]} if done else {}
    status = 422 if failed else form.status
    return visit.page(
        "console/ask_access.html",
        status,
        people=people,
        changing=changing,
        wanted=wanted,
        failed=failed,
        **form.context,
    )


@pages.get("/contacts/new")
async def new_contact(visit: Staff) -> Response:
    """An empty form, for an organisation if one was named."""
    must(visit, "people.edit")
    values = dict.fromkeys(FIELDS, "") | UNKNOWN | filters_of(visit, "organisation_id")
    return await _form(visit, None, Form(values=values, lists={"modules": []}))


@pages.post("/contacts/new")
async def make_contact(visit: Staff) -> Response:
    """F022-F025: add them."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("modules",))
    if form.action == "find":
        return await _form(visit, None, form)
    try:
        made = await visit.post("/contacts", content(form) | _place(form), form.key)
    except Refused as refused:
        return await _form(visit, None, form.refused(refused))
    return visit.go(f"/console/contacts/{made['id']}", done="saved")


@pages.get("/contacts/{contact_id}")
async def read_contact(contact_id: Key, visit: Staff) -> Response:
    """One contact or lead, their newest cases, and what was done to them."""
    return await contact_page(visit, contact_id, Form())


@pages.get("/contacts/{contact_id}/edit")
async def edit_contact(contact_id: Key, visit: Staff) -> Response:
    """The form as the contact is."""
    must(visit, "people.edit")
    contact = await visit.get(f"/contacts/{contact_id}")
    return await _form(visit, contact, form_of(contact, FIELDS))


@pages.post("/contacts/{contact_id}/edit")
async def change_contact(contact_id: Key, visit: Staff) -> Response:
    """F022-F028: keep what was changed, unless somebody else was quicker."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("modules",))
    here = f"/contacts/{contact_id}"
    if form.action == "find":
        return await _form(visit, await visit.get(here), form)
    try:
        await visit.send("PATCH", here, json=content(form) | _place(form), headers=form.if_match)
    except Refused as refused:
        return await _form(visit, await visit.get(here), form.refused(refused))
    return visit.go(f"/console{here}", done="saved")


async def _form(visit: Visit, contact: dict[str, Any] | None, form: Form) -> Response:
    chosen = await chosen_organisation(visit, form.values["organisation_id"])
    choices = await organisations_to_choose(visit, form.values["organisation_q"], chosen)
    modules = form.lists.get("modules", [])
    return visit.page(
        "console/contact_form.html", form.status, contact=contact, choices=choices, modules=modules, **form.context
    )


def form_of(contact: dict[str, Any], fields: tuple[str, ...]) -> Form:
    """A contact or lead as the form shows them."""
    values = typed(contact, fields) | {"all_modules": "yes" if contact["modules"] is None else ""}
    return Form(values=values, lists={"modules": contact["modules"] or []})


def content(form: Form) -> dict[str, Any]:
    """What the form says of a contact or lead."""
    said: dict[str, Any] = {name: form.values[name] for name in TEXTS}
    said["modules"] = None if form.values["all_modules"] == "yes" else form.lists["modules"]
    return said | or_none(form, *DAYS, "external_id") | ticked(form, *TICKS)


def _place(form: Form) -> dict[str, Any]:
    return {"organisation_id": form.values["organisation_id"] or None} | ticked(form, "manager")
