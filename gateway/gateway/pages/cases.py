"""Cases in the portal: the list, and one with its conversation."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import columns, saved_views, streams, words
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Contact, Key, Visit, of_module, together
from kit.text import rendered

pages = APIRouter(dependencies=[of_module("cases")])

_SAID = {"from": "date_from", "to": "date_to", "category": "category_id", "department": "department_id"}
OURS = ("columns", "saved")
"""What only the page knows of."""
NOTHING: dict[str, Any] = {"items": [], "next": None}


def filters_of(query: QueryParams) -> dict[str, Any]:
    """The list's filters, as the address has them."""
    return {
        "scope": "all" if query.get("scope") == "all" else "mine",
        "status": query.getlist("status"),
        "priority": query.getlist("priority"),
        "category": query.get("category", ""),
        "department": query.get("department", ""),
        "q": query.get("q", "").strip(),
        "date": query.get("date", "") if query.get("from") or query.get("to") else "",
        "from": query.get("from", ""),
        "to": query.get("to", ""),
        "sort": query.get("sort") or "-updated_at",
        "columns": columns.wanted(query.getlist("columns")),
        "saved": query.get("saved", ""),
        "cursor": query.get("cursor", ""),
    }


def asked_of(filters: dict[str, Any]) -> dict[str, Any]:
    """The filters in the words of the cases' own list."""
    return {_SAID.get(name, name): value for name, value in filters.items() if name not in OURS}


@pages.get("/cases")
async def list_cases(visit: Contact) -> Response:
    """F071, F103, F117: own cases, or all one may see."""
    filters = filters_of(visit.request.query_params)
    cases, problem = await found(visit, asked_of(filters))
    choices = cases["choices"]
    if first := saved_views.first_of(visit, choices):
        return visit.go("/cases", **first)
    return visit.page(
        "portal/cases.html",
        problem.status if problem else 200,
        cases=cases,
        filters=filters,
        choices=choices,
        views=saved_views.with_addresses(choices),
        columns=columns.COLUMNS,
        shown=columns.of_customers(filters, cases["items"]),
        statuses=words.statuses(await visit.parts.desks.status_words(visit.tenant.id)),
        priorities=words.PRIORITIES,
        problem=problem and problem.problem,
    )


async def found(visit: Visit, asked: dict[str, Any]) -> tuple[dict[str, Any], Refused | None]:
    """The list with what it can be narrowed by, or an empty one and what is wrong with the filters."""
    try:
        return await visit.get("/cases", **asked, choices="true"), None
    except Refused as refused:
        if refused.status not in (400, 422):
            raise
        return NOTHING | {"choices": await visit.widget("cases", "/cases/choices")}, refused


@pages.get("/cases.csv")
async def export_cases(visit: Contact) -> Response:
    """F119: the list as a file: what is on the screen and the pages after it."""
    filters = filters_of(visit.request.query_params) | {"cursor": ""}
    return await visit.file("/cases/export", **asked_of(filters), columns=filters["columns"])


@pages.get("/cases/{reference}")
async def read_case(reference: Key, visit: Contact) -> Response:
    """F106, F121: the case and what was said on it."""
    return await case_page(visit, reference, Form())


async def case_page(visit: Visit, reference: str, form: Form) -> Response:
    """The case, with a form of it that came back."""
    case = await visit.get(f"/cases/{reference}", before=visit.request.query_params.get("timeline"))
    documents, asked = await together(
        visit.widget("documents", "/documents", case_id=case["id"], limit=100),
        visit.widget("documents", "/documents/requests", case_id=case["id"], state="open"),
    )
    seen = rendered(form.values["body"]) if form.action == "preview" else ""
    shown = {"case": case, "documents": documents, "asked": asked, "seen_html": seen}
    return visit.page("portal/case.html", form.status, **shown, **form.context)


@pages.post("/cases/{reference}/notes")
async def add_note(reference: Key, visit: Contact) -> Response:
    """F108, F112: something to add, with files."""
    form = await read_form(visit, ("body",))
    if form.errors or form.action == "preview":
        return await case_page(visit, reference, form)
    note = {"body": form.values["body"], "document_ids": form.document_ids}
    try:
        await visit.post(f"/cases/{reference}/notes", note, form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    return visit.go(f"/cases/{reference}", done="note-added")


@pages.get("/cases/{reference}/close")
async def ask_to_close(reference: Key, visit: Contact) -> Response:
    """F123: the question, where there is no dialog."""
    case = await visit.get(f"/cases/{reference}")
    return _ask(visit, case["reference"])


def _ask(visit: Visit, reference: str, refused: Refused | None = None) -> Response:
    return visit.page(
        "portal/ask.html",
        refused.status if refused else 200,
        reference=reference,
        problem=refused and refused.problem,
    )


@pages.post("/cases/{reference}/close")
async def close_case(reference: Key, visit: Contact) -> Response:
    """F123, F124: close it."""
    form = await read_form(visit, ())
    try:
        await visit.post(f"/cases/{reference}/close", None, form.key)
    except Refused as refused:
        return _ask(visit, reference, _unless_gone(refused))
    return visit.go(f"/cases/{reference}", done="case-closed")


def _unless_gone(refused: Refused) -> Refused:
    """A case that is not there has no page to ask on."""
    if refused.status == 404:
        raise refused
    return refused


@pages.get("/cases/{reference}/live")
async def follow_case(reference: Key, visit: Contact) -> Response:
    """The open page's stream of signals."""
    return await streams.follow(visit, reference)
