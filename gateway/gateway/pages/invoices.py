"""Invoices in the portal: the list, and one with its lines."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, Key

pages = APIRouter()

DATES = ("issued_from", "issued_to", "due_from", "due_to")


@pages.get("/invoices")
async def list_invoices(visit: Contact) -> Response:
    """The invoices one may see, by status and date."""
    query = visit.request.query_params
    filters: dict[str, Any] = {name: query.get(name, "").strip() for name in ("q", *DATES, "sort", "cursor")}
    filters["status"] = query.getlist("status")
    invoices = await visit.get("/invoices", **filters)
    return visit.page("portal/invoices.html", invoices=invoices, filters=filters)


@pages.get("/invoices/{invoice_id}")
async def read_invoice(invoice_id: Key, visit: Contact) -> Response:
    """One invoice."""
    return visit.page("portal/invoice.html", invoice=await visit.get(f"/invoices/{invoice_id}"))
