"""What a customer does with their case besides writing: follow, edit, open again, rate."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.cases import case_page
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Key, Visit, of_module, together
from kit.problems import NotFound

pages = APIRouter(dependencies=[of_module("cases")])

FIELDS = ("subject", "priority")
"""F120: what the form for editing knows; the desk says which of it is shown."""
PRIORITIES = ("low", "normal", "high", "urgent")


@pages.post("/cases/{reference}/watchers")
async def change_followers(reference: Key, visit: Contact) -> Response:
    """F111: follow, let a colleague follow, or let go."""
    return await followers_changed(visit, reference, "", case_page)


Page = Callable[[Visit, str, Form], Awaitable[Response]]


async def followers_changed(visit: Visit, reference: str, root: str, page: Page) -> Response:
    """The same for portal and console (`root`); `page` shows the case with what was wrong."""
    form = await read_form(visit, ("person_id",))
    person = form.values["person_id"]
    try:
        if form.action == "off":
            await visit.send("DELETE", f"/cases/{reference}/watchers/{uuid_of(person)}")
        else:
            await visit.post(f"/cases/{reference}/watchers", {"person_id": person or None}, form.key)
    except Refused as refused:
        return await page(visit, reference, form.refused(refused))
    if form.action == "off" and person == str(visit.session.caller.id):
        return visit.go(f"{root}/cases", done="not-following") if not root else visit.go(f"{root}/cases/{reference}")
    return visit.go(f"{root}/cases/{reference}", done="followers-changed")


def uuid_of(text: str) -> UUID:
    """An id out of a form, fit for an address. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error


@pages.post("/cases/{reference}/reopen")
async def reopen_case(reference: Key, visit: Contact) -> Response:
    """F125: open it again, where the desk has it so."""
    form = await read_form(visit, ())
    try:
        await visit.post(f"/cases/{reference}/reopen", None, form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    return visit.go(f"/cases/{reference}", done="case-reopened")


@pages.post("/cases/{reference}/rating")
async def rate_case(reference: Key, visit: Contact) -> Response:
    """Say how well it was solved."""
    form = await read_form(visit, ("rating", "comment"))
    said = {"rating": form.values["rating"], "comment": form.values["comment"] or None}
    try:
        await visit.send("PUT", f"/cases/{reference}/rating", json=said)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    return visit.go(f"/cases/{reference}", done="rated")


@pages.get("/cases/{reference}/edit")
async def edit_case(reference: Key, visit: Contact) -> Response:
    """F120: what may be changed of it, as it is now."""
    case, offer = await _to_edit(visit, reference)
    return _edit(visit, case, offer, Form(values={name: case[name] for name in FIELDS}))


@pages.post("/cases/{reference}/edit")
async def change_case(reference: Key, visit: Contact) -> Response:
    """F120: change it, unless somebody was quicker: then both are shown, and what was typed stays."""
    form = await read_form(visit, (*FIELDS, "version"))
    wanted = {name: form.values[name] for name in FIELDS if name in form.sent}
    try:
        await visit.send("PATCH", f"/cases/{reference}", json=wanted, headers=form.if_match)
    except Refused as refused:
        case, offer = await _to_edit(visit, reference)
        return _edit(visit, case, offer, form.refused(refused))
    return visit.go(f"/cases/{reference}", done="case-changed")


async def _to_edit(visit: Visit, reference: str) -> Any:
    """The case, and what there is to choose from."""
    return await together(visit.get(f"/cases/{reference}"), visit.get("/cases/form"))


def _edit(visit: Visit, case: dict[str, Any], offer: dict[str, Any], form: Form) -> Response:
    values = {name: case[name] for name in FIELDS} | {name: form.values[name] for name in FIELDS if form.values[name]}
    context = form.context | {"values": values, "stale": form.status == 412}
    offered = [key for key in PRIORITIES if key in offer["priorities"] or key == case["priority"]]
    return visit.page("portal/case_edit.html", form.status, case=case, priorities=offered, **context)
