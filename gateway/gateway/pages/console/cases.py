"""Cases in the console: the queue, and one to answer."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import streams, words
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")

WHOSE = {"unassigned": "none", "mine": "me", "all": ""}
"""The queue's three views, as the cases' own filter says them."""
TRIAGE = ("status", "priority", "assignee_id")
"""What staff decide about a case. Each field comes with what it was when the page was drawn (`was_...`)."""


def filters_of(query: QueryParams) -> dict[str, Any]:
    """The queue's filters, as the address has them."""
    view = query.get("view", "unassigned")
    return {
        "view": view if view in WHOSE else "unassigned",
        "status": query.getlist("status"),
        "priority": query.getlist("priority"),
        "q": query.get("q", "").strip(),
        "sort": query.get("sort") or "-updated_at",
        "cursor": query.get("cursor", ""),
    }


def _kept(visit: Visit) -> dict[str, str | list[str]]:
    """The queue a case was opened from, for the address one goes on to."""
    query = visit.request.query_params
    return {name: query.getlist(name) for name in filters_of(query) if name in query}


def _asked(filters: dict[str, Any]) -> dict[str, Any]:
    """What of the filters the cases are asked; closed cases only where somebody asks for them."""
    asked = {name: value for name, value in filters.items() if name != "view"}
    open_ones = words.OPEN if not filters["status"] and not filters["q"] else filters["status"]
    return asked | {"scope": "all", "assignee": WHOSE[filters["view"]], "status": open_ones}


@pages.get("")
async def queue(visit: Staff) -> Response:
    """F117: what waits for an answer."""
    filters = filters_of(visit.request.query_params)
    cases, counts = await together(visit.get("/cases", **_asked(filters)), visit.widget("cases", "/cases/counts"))
    return visit.page("console/queue.html", cases=cases, counts=counts, filters=filters, statuses=words.STAFF_STATUSES)


@pages.get("/cases.csv")
async def export_cases(visit: Staff) -> Response:
    """F119: the queue as a file, all of it."""
    return await visit.file("/cases/export", **_asked(filters_of(visit.request.query_params) | {"cursor": ""}))


@pages.get("/cases/{reference}")
async def read_case(reference: Key, visit: Staff) -> Response:
    """F109: the case, what was said, and whom it concerns."""
    return await _case(visit, reference, Form())


async def _case(visit: Visit, reference: str, form: Form) -> Response:
    filters = filters_of(visit.request.query_params)
    case = await visit.get(f"/cases/{reference}", before=visit.request.query_params.get("timeline"))
    documents, queue = await together(
        visit.widget("documents", "/documents", case_id=case["id"], limit=100),
        visit.widget("cases", "/cases", **_asked(filters)),
    )
    return visit.page(
        "console/case.html",
        form.status,
        case=case,
        documents=documents,
        queue=queue,
        filters=filters,
        statuses=words.STAFF_STATUSES,
        **form.context,
    )


@pages.post("/cases/{reference}/notes")
async def answer_case(reference: Key, visit: Staff) -> Response:
    """F108, F110: a reply to the customer, or a note among staff."""
    form = await read_form(visit, ("body", "visibility"))
    if form.errors:
        return await _case(visit, reference, form)
    # Whatever else the field may say, only the word itself reaches the customer.
    visibility = "customer" if form.values["visibility"] == "customer" else "internal"
    note = {"body": form.values["body"], "visibility": visibility, "document_ids": form.document_ids}
    try:
        await visit.post(f"/cases/{reference}/notes", note, form.key)
    except Refused as refused:
        return await _case(visit, reference, form.refused(refused))
    done = "reply-sent" if visibility == "customer" else "internal-note-added"
    return visit.go(f"/console/cases/{reference}", done=done, **_kept(visit))


@pages.post("/cases/{reference}")
async def change_case(reference: Key, visit: Staff) -> Response:
    """F107, F120: status, priority and assignee, as long as nobody changed them meanwhile."""
    form = await read_form(visit, (*TRIAGE, *(f"was_{name}" for name in TRIAGE), "version"))
    change = _changed(form)
    if not change:
        return visit.go(f"/console/cases/{reference}", **_kept(visit))
    try:
        await visit.send("PATCH", f"/cases/{reference}", json=change, headers=form.if_match)
    except Refused as refused:
        return await _case(visit, reference, form.refused(refused))
    return visit.go(f"/console/cases/{reference}", done="case-changed", **_kept(visit))


def _changed(form: Form) -> dict[str, Any]:
    """What was chosen anew. What only stood there is not sent: it may be older than the case."""
    values = form.values
    stood = {name: values[f"was_{name}"] for name in TRIAGE if f"was_{name}" in form.sent}
    new = [name for name in TRIAGE if name in form.sent and values[name] != stood.get(name)]
    change: dict[str, Any] = {name: values[name] for name in new if name != "assignee_id" and values[name]}
    return change | ({"assignee_id": values["assignee_id"] or None} if "assignee_id" in new else {})


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
        return await _case(visit, reference, form.refused(refused))
    return visit.go(f"/console/cases/{reference}", done=done, **_kept(visit))


@pages.get("/cases/{reference}/live")
async def follow_case(reference: Key, visit: Staff) -> Response:
    """The open page's stream of signals, internal notes among them."""
    return await streams.follow(visit, reference)
