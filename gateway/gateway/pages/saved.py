"""F103: views in portal and console: kept from a list, opened as its address, changed on a page of their own."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import cases
from gateway.pages.case_talk import uuid_of
from gateway.pages.forms import Form, read_form
from gateway.pages.saved_views import address_of, with_addresses
from gateway.pages.visit import Contact, Visit, of_module

pages = APIRouter(dependencies=[of_module("cases")])

FIELDS = ("name", "query", "default", "share", "view_id", "version")
Asked = Callable[[QueryParams], dict[str, Any]]
"""What an address asks of a list, in the cases' own words and with its columns."""


def _asked(query: QueryParams) -> dict[str, Any]:
    filters = cases.filters_of(query)
    return cases.asked_of(filters) | {"columns": filters["columns"]}


@pages.get("/cases/views")
async def list_views(visit: Contact) -> Response:
    """The views one keeps; with `query`, a form for that one."""
    values = {"query": visit.request.query_params.get("query", "")}
    return await page(visit, "portal/views.html", Form(values=dict.fromkeys(FIELDS, "") | values))


@pages.post("/cases/views")
async def keep_view(visit: Contact) -> Response:
    """Keep a new one, or change or take away the one it names."""
    return await keep(visit, "/cases", _asked, "portal/views.html")


async def page(visit: Visit, template: str, form: Form) -> Response:
    """The page of views, with a form that came back."""
    choices = await visit.get("/cases/choices")
    context = {"views": with_addresses(choices), "groups": choices["groups"], **form.context}
    return visit.page(template, form.status, **context)


async def keep(visit: Visit, root: str, asked: Asked, template: str) -> Response:
    """What the form of a view says is done; afterwards the list as the view has it."""
    form = await read_form(visit, FIELDS)
    try:
        kept = await _kept(visit, form, asked)
    except Refused as refused:
        return await page(visit, template, form.said_no(refused))
    if kept is None:
        return visit.go(f"{root}/views", done="view-dropped")
    return visit.go(f"{root}/views" if form.values["view_id"] else root or "/", **_went(kept, form))


def _went(view: dict[str, Any], form: Form) -> dict[str, Any]:
    return {"done": "view-kept"} | ({} if form.values["view_id"] else address_of(view))


async def _kept(visit: Visit, form: Form, asked: Asked) -> dict[str, Any] | None:
    known = form.values["view_id"] and uuid_of(form.values["view_id"])
    if known and form.action == "drop":
        await visit.send("DELETE", f"/cases/saved-views/{known}")
        return None
    view = _view(form, asked)
    if known:
        path = f"/cases/saved-views/{known}"
        changed: dict[str, Any] = await visit.send("PUT", path, json=view, headers=form.if_match)
        return changed
    made: dict[str, Any] = await visit.post("/cases/saved-views", view, form.key)
    return made


def _view(form: Form, asked: Asked) -> dict[str, Any]:
    values = form.values
    query = {name: value for name, value in asked(QueryParams(values["query"])).items() if value and name != "cursor"}
    shared, _, group = values["share"].partition(":")
    view = {"name": values["name"], "query": query, "default": values["default"] == "yes"}
    return view | {"shared_with": shared or "nobody", "group_id": group or None}
