"""Cases in the console: the queue, and one to answer."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import columns, saved_views, streams, words
from gateway.pages.case_talk import uuid_of
from gateway.pages.cases import OURS, found
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together
from kit.text import rendered

pages = APIRouter(prefix="/console")

VIEWS = ("unassigned", "mine", "groups", "overdue", "waiting", "all")
"""The queue's views."""
BULK = ("status", "priority", "assignee_id", "group_id")
"""What is changed of many at once; to close is a status."""
NARROWER = ("category", "department", "group", "assignee")
"""One of each narrows the queue further."""
_SAID = {"from": "date_from", "to": "date_to"} | {name: f"{name}_id" for name in ("category", "department", "group")}
TRIAGE = ("status", "priority", "assignee_id")
"""What staff decide about a case. Each field comes with what it was when the page was drawn (`was_...`)."""


def filters_of(query: QueryParams) -> dict[str, Any]:
    """The queue's filters, as the address has them."""
    view = query.get("view", "unassigned")
    return {
        "view": view if view in VIEWS else "unassigned",
        "status": query.getlist("status"),
        "priority": query.getlist("priority"),
        **{name: query.get(name, "").strip() for name in ("q", *NARROWER)},
        "date": query.get("date", "") if query.get("from") or query.get("to") else "",
        "from": query.get("from", ""),
        "to": query.get("to", ""),
        "sort": query.get("sort") or "-updated_at",
        "columns": columns.wanted(query.getlist("columns")),
        "saved": query.get("saved", ""),
        "cursor": query.get("cursor", ""),
    }


def kept(visit: Visit) -> dict[str, str | list[str]]:
    """The queue a case was opened from, for the address one goes on to."""
    query = visit.request.query_params
    return {name: query.getlist(name) for name in filters_of(query) if name in query}


def asked_of(filters: dict[str, Any]) -> dict[str, Any]:
    """What of the filters the cases are asked; closed cases only where somebody looks for them in all."""
    asked = {_SAID.get(name, name): value for name, value in filters.items() if name not in OURS} | {"scope": "all"}
    if filters["view"] == "all" and (filters["status"] or filters["q"]):
        del asked["view"]
    return asked


@pages.get("")
async def queue(visit: Staff) -> Response:
    """F117: what waits for an answer."""
    filters = filters_of(visit.request.query_params)
    (cases, problem), counts = await together(found(visit, asked_of(filters)), visit.widget("cases", "/cases/views"))
    if first := saved_views.first_of(visit, cases["choices"]):
        return visit.go("/console", **first)
    context = {"cases": cases, "counts": counts, "wrong": problem and problem.problem}
    return _queue(visit, filters, problem.status if problem else 200, **context, rows=None, problem=None)


def _queue(visit: Visit, filters: dict[str, Any], status: int = 200, **context: Any) -> Response:
    """The queue; `rows` after a change to many, what became of each."""
    shown: dict[str, Any] = {"columns": columns.COLUMNS, "shown": columns.of_staff(filters)}
    choices = context["cases"]["choices"]
    shown |= {"statuses": words.STAFF_STATUSES, "choices": choices, "views": saved_views.with_addresses(choices)}
    return visit.page("console/queue.html", status, filters=filters, **shown, **context)


@pages.post("/bulk")
async def change_many(visit: Staff) -> Response:
    """F107: the same change to every case that was ticked; says of each what became of it."""
    form = await read_form(visit, ("set",), ("case_ids",))
    filters = filters_of(visit.request.query_params)
    field, _, value = form.values["set"].partition("=")
    rows, problem = None, None
    if form.lists["case_ids"] and field in BULK:
        change: dict[str, Any] = {field: value or None} | {"case_ids": form.lists["case_ids"][:200]}
        try:
            rows = (await visit.post("/cases/bulk", change, form.key))["rows"]
        except Refused as refused:
            problem = refused.problem
    cases = await visit.get("/cases", **asked_of(filters), choices="true")
    return _queue(visit, filters, cases=cases, counts=None, wrong=None, rows=rows or [], problem=problem)


@pages.get("/cases.csv")
async def export_cases(visit: Staff) -> Response:
    """F119: the queue as a file, all of it."""
    filters = filters_of(visit.request.query_params) | {"cursor": ""}
    return await visit.file("/cases/export", **asked_of(filters), columns=filters["columns"])


@pages.get("/cases/{reference}")
async def read_case(reference: Key, visit: Staff) -> Response:
    """F109: the case, what was said, and whom it concerns."""
    return await case_page(visit, reference, Form())


async def case_page(visit: Visit, reference: str, form: Form, seen_html: str = "") -> Response:
    """The case, with a form of it that came back."""
    filters = filters_of(visit.request.query_params)
    case = await visit.get(f"/cases/{reference}", before=visit.request.query_params.get("timeline"))
    documents, queue = await together(
        visit.widget("documents", "/documents", case_id=case["id"], limit=100),
        visit.widget("cases", "/cases", **asked_of(filters)),
    )
    return visit.page(
        "console/case.html",
        form.status,
        case=case,
        documents=documents,
        queue=queue,
        filters=filters,
        statuses=words.STAFF_STATUSES,
        seen_html=seen_html,
        **form.context,
    )


@pages.post("/cases/{reference}/notes")
async def answer_case(reference: Key, visit: Staff) -> Response:
    """F108, F110: a reply to the customer, or a note among staff."""
    form = await read_form(visit, ("body", "visibility", "then", "seen_at", "canned"))
    if form.action == "preview":
        return await case_page(visit, reference, form, rendered(form.values["body"]))
    if form.action == "canned":
        return await case_page(visit, reference, await _with_canned(visit, reference, form))
    if form.errors:
        return await case_page(visit, reference, form)
    # Whatever else the field may say, only the word itself reaches the customer.
    visibility = "customer" if form.values["visibility"] == "customer" else "internal"
    note: dict[str, Any] = {"body": form.values["body"], "visibility": visibility}
    note |= {"document_ids": form.document_ids, "seen_at": form.values["seen_at"] or None}
    note |= {"status": form.values["then"]} if form.values["then"] else {}
    try:
        await visit.post(f"/cases/{reference}/notes", note, form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    done = "reply-sent" if visibility == "customer" else "internal-note-added"
    return visit.go(f"/console/cases/{reference}", done=done, **kept(visit))


async def _with_canned(visit: Visit, reference: str, form: Form) -> Form:
    """The reply with a ready-made one below what is written already."""
    if not form.values["canned"]:
        return form
    filled = await visit.get(f"/cases/{reference}/canned-replies/{uuid_of(form.values['canned'])}")
    body = "\n\n".join(part for part in (form.values["body"].strip(), filled["body"]) if part)
    return replace(form, values=form.values | {"body": body})


@pages.post("/cases/{reference}")
async def change_case(reference: Key, visit: Staff) -> Response:
    """F107: status, priority and assignee, as long as nobody changed them meanwhile; the rest has a page of its own."""
    form = await read_form(visit, (*TRIAGE, *(f"was_{name}" for name in TRIAGE), "version"))
    change = {name: value or None for name, value in form.anew(*TRIAGE).items() if value or name == "assignee_id"}
    if not change:
        return visit.go(f"/console/cases/{reference}", **kept(visit))
    try:
        await visit.send("PATCH", f"/cases/{reference}", json=change, headers=form.if_match)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    return visit.go(f"/console/cases/{reference}", done="case-changed", **kept(visit))


@pages.post("/cases/{reference}/close")
async def close_case(reference: Key, visit: Staff) -> Response:
    """F123: close it."""
    return await _verb(visit, reference, "close", "case-closed")


@pages.post("/cases/{reference}/reopen")
async def reopen_case(reference: Key, visit: Staff) -> Response:
    """Open it again."""
    return await _verb(visit, reference, "reopen", "case-reopened")


async def _verb(visit: Visit, reference: str, verb: str, done: str) -> Response:
    form = await read_form(visit, ())
    try:
        await visit.post(f"/cases/{reference}/{verb}", None, form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.refused(refused))
    return visit.go(f"/console/cases/{reference}", done=done, **kept(visit))


@pages.get("/cases/{reference}/live")
async def follow_case(reference: Key, visit: Staff) -> Response:
    """The open page's stream of signals, internal notes among them."""
    return await streams.follow(visit, reference)
