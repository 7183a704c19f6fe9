"""Invoices in the portal: the list, and one with its lines."""

from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import words
from gateway.pages.visit import Contact, Key, of_module, together

pages = APIRouter(dependencies=[of_module("invoices")])

DAYS = tuple(key for key, _ in words.INVOICE_DAYS)
SORTS = tuple(key for key, _ in words.INVOICE_SORTS)
NOTHING: dict[str, Any] = {"items": [], "next": None}


def filters_of(query: QueryParams) -> dict[str, Any]:
    """The list's filters, as the address has them: one range of days, and which day it is about."""
    by, sort = query.get("by", ""), query.get("sort", "")
    return {
        **{name: query.get(name, "").strip() for name in ("q", "from", "to", "cursor")},
        "status": query.getlist("status"),
        "by": by if by in DAYS else DAYS[0],
        "sort": sort if sort in SORTS else SORTS[0],
    }


def _asked(filters: dict[str, Any]) -> dict[str, Any]:
    """The same filters in the service's words."""
    days = {f"{filters['by']}_from": filters["from"], f"{filters['by']}_to": filters["to"]}
    return {name: filters[name] for name in ("q", "status", "sort", "cursor")} | days


@pages.get("/invoices")
async def list_invoices(visit: Contact) -> Response:
    """F160, F176, F177: the invoices one may see, by status and day."""
    filters, problem = filters_of(visit.request.query_params), None
    try:
        invoices = await visit.get("/invoices", **_asked(filters))
    except Refused as refused:
        if refused.status not in (400, 422):
            raise
        # A day that is none, or a cursor of another list: said above the empty list, the filters stay to be mended.
        invoices, problem = NOTHING, refused.problem
    return visit.page(
        "portal/invoices.html",
        422 if problem else 200,
        invoices=invoices,
        filters=filters,
        problem=problem,
        statuses=words.INVOICE_STATUSES,
        days=words.INVOICE_DAYS,
        sorts=words.INVOICE_SORTS,
    )


@pages.get("/invoices/{invoice_id}")
async def read_invoice(invoice_id: Key, visit: Contact) -> Response:
    """F161, F158: one invoice, and the files that hang on it."""
    invoice, documents = await together(
        visit.get(f"/invoices/{invoice_id}"),
        visit.widget("documents", "/documents", kind="invoice", id=invoice_id, limit=100),
    )
    return visit.page("portal/invoice.html", invoice=invoice, documents=documents)
