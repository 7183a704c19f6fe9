"""F057: one's colleagues; and for the customer's own admin, a manager, colleagues invited and looked after."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Key, Visit
from kit.problems import NotFound, Unavailable

pages = APIRouter()

MOST = 100
"""How many colleagues a choice of them names; others are chosen on their own page."""


@pages.get("/account/colleagues")
async def list_colleagues(visit: Contact) -> Response:
    """F057: who acts for the organisation."""
    caller = visit.session.caller
    if not (caller.has("organisation.manage") or caller.has("colleagues.see")):
        raise NotFound()
    query = visit.request.query_params
    filters = {"q": query.get("q", "").strip(), "cursor": query.get("cursor", "")}
    colleagues = await visit.get("/colleagues", **filters)
    return visit.page("portal/colleagues.html", colleagues=colleagues, filters=filters)


@pages.get("/account/colleagues/new")
async def new_colleague(visit: Contact) -> Response:
    """The form to invite somebody."""
    _only_managers(visit)
    return _new(visit, Form(lists={"modules": sorted(visit.session.caller.modules)}))


@pages.post("/account/colleagues/new")
async def invite_colleague(visit: Contact) -> Response:
    """F027: a letter is on its way, or the form comes back with what is wrong."""
    form = await read_form(visit, ("name", "email", "job_title"), lists=("modules",))
    try:
        await visit.post("/colleagues", {**form.values, "modules": form.lists["modules"]}, form.key)
    except Refused as refused:
        return _new(visit, form.refused(refused))
    return visit.go("/account/colleagues", done="colleague-invited")


def _new(visit: Visit, form: Form) -> Response:
    return visit.page("portal/colleague_new.html", form.status, chosen=form.lists["modules"], **form.context)


@pages.get("/account/colleagues/{contact_id}")
async def read_colleague(contact_id: Key, visit: Contact) -> Response:
    """F057: one of them, and what they see."""
    return await _colleague(visit, contact_id, Form())


@pages.post("/account/colleagues/{contact_id}")
async def change_colleague(contact_id: Key, visit: Contact) -> Response:
    """F027: what they see, or whether they come in at all."""
    form = await read_form(visit, ("version",), lists=("modules",))
    wanted: dict[str, Any] = {"modules": form.lists["modules"]}
    if form.action in ("shut", "open"):
        wanted = {"access": form.action == "open"}
    try:
        await visit.send("PATCH", f"/colleagues/{contact_id}", json=wanted, headers=form.if_match)
    except Refused as refused:
        return await _colleague(visit, contact_id, form.refused(refused))
    if form.action == "shut":
        return visit.go("/account/colleagues", done="colleague-out")
    return visit.go(f"/account/colleagues/{contact_id}", done="saved")


async def _colleague(visit: Visit, contact_id: str, form: Form) -> Response:
    colleague = await visit.get(f"/colleagues/{contact_id}")
    seen = colleague["modules"] if colleague["modules"] is not None else visit.tenant.modules
    return visit.page("portal/colleague.html", form.status, colleague=colleague, seen=seen, **form.context)


def _only_managers(visit: Visit) -> None:
    if not visit.session.caller.has("organisation.manage"):
        raise NotFound()


async def to_open_for(visit: Visit) -> list[tuple[str, str]]:
    """Whom a manager may open a case for: (id, name) of colleagues who come in; nobody for others."""
    caller = visit.session.caller
    if not caller.has("organisation.manage"):
        return []
    try:
        found = await visit.get("/colleagues", limit=MOST)
    except (Refused, Unavailable):
        return []
    return [(each["id"], each["name"]) for each in found["items"] if each["access"] and each["id"] != str(caller.id)]
