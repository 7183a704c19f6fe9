"""F021: staff and their roles in the console, for admins."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console import people_words
from gateway.pages.console.about_people import filters_of, must, ticked
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit
from kit.problems import NotFound

pages = APIRouter(prefix="/console")

FIELDS = ("name", "email", "on_duty", "active", "version")


@pages.get("/staff")
async def list_staff(visit: Staff) -> Response:
    """Who works here, what they may do, and who is on duty."""
    filters = filters_of(visit, "q", "cursor")
    team = await visit.get("/staff", **filters)
    return visit.page("console/staff.html", team=team, filters=filters, roles=people_words.ROLES)


@pages.get("/staff/new")
async def new_colleague(visit: Staff) -> Response:
    """An empty form."""
    must(visit, "people.edit")
    values = dict.fromkeys(FIELDS, "") | {"on_duty": "yes", "active": "yes"}
    return _form(visit, None, Form(values=values, lists={"roles": ["agent"]}))


@pages.post("/staff/new")
async def make_colleague(visit: Staff) -> Response:
    """F021: add them."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("roles",))
    try:
        await visit.post("/staff", _content(form) | ticked(form, "on_duty"), form.key)
    except Refused as refused:
        return _form(visit, None, form.refused(refused))
    return visit.go("/console/staff", done="saved")


@pages.get("/staff/{staff_id}")
async def edit_colleague(staff_id: Key, visit: Staff) -> Response:
    """The form as the colleague is."""
    must(visit, "people.edit")
    one = await _colleague(visit, staff_id)
    boxes = {name: "yes" if one[name] else "" for name in ("on_duty", "active")}
    values = {"name": one["name"], "email": one["email"], "version": str(one["version"])} | boxes
    return _form(visit, one, Form(values=values, lists={"roles": one["roles"]}))


@pages.post("/staff/{staff_id}")
async def change_colleague(staff_id: Key, visit: Staff) -> Response:
    """F021, F060: keep what was changed, unless somebody else was quicker."""
    must(visit, "people.edit")
    form = await read_form(visit, FIELDS, lists=("roles",))
    change = _content(form) | ticked(form, "on_duty", "active")
    try:
        await visit.send("PATCH", f"/staff/{staff_id}", json=change, headers=form.if_match)
    except Refused as refused:
        return _form(visit, await _colleague(visit, staff_id), form.refused(refused))
    return visit.go("/console/staff", done="saved")


async def _colleague(visit: Visit, staff_id: str) -> dict[str, Any]:
    found = await visit.get("/staff", id=staff_id)
    if not found["items"]:
        raise NotFound()
    one: dict[str, Any] = found["items"][0]
    return one


def _content(form: Form) -> dict[str, Any]:
    return {"name": form.values["name"], "email": form.values["email"], "roles": form.lists["roles"]}


def _form(visit: Visit, one: dict[str, Any] | None, form: Form) -> Response:
    chosen = form.lists.get("roles", [])
    return visit.page(
        "console/staff_form.html", form.status, one=one, chosen=chosen, roles=people_words.ROLES, **form.context
    )
