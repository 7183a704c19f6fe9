"""Routes of invoices: parse, call one verb or query, return."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from billing_view import queries, service
from billing_view.errors import InvoiceNotFound
from billing_view.schemas import (
    ExternalId,
    FedInvoice,
    InvoiceFilters,
    InvoicePage,
    InvoiceRow,
    InvoiceState,
    InvoiceView,
    Line,
    Money,
    Named,
)
from kit.db import AnyRow
from kit.edge import Caller, Tx, of_module, router
from kit.paging import total
from kit.versions import IfMatchSent, unless_stale, version_before

api = router(tags=["invoices"], dependencies=[of_module("invoices")])


@api.get("/invoices")
async def list_invoices(filters: Annotated[InvoiceFilters, Query()], caller: Caller, tx: Tx) -> InvoicePage:
    """F160, F176, F177: the invoices the caller may see, the newest first unless asked otherwise."""
    rows, cursor = await queries.page(tx, caller, filters)
    counted = await queries.count(tx, caller, filters)
    return InvoicePage(items=[InvoiceRow(**_row(row)) for row in rows], next=cursor, total=total(counted))


@api.get("/invoices/{invoice_id}")
async def read_invoice(invoice_id: UUID, caller: Caller, tx: Tx, response: Response) -> InvoiceView:
    """F161: an invoice with its lines, terms and extra details."""
    row = await queries.one(tx, caller, invoice_id)
    if row is None:
        raise InvoiceNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return InvoiceView(
        **_row(row),
        lines=[_line(position, line, row.currency) for position, line in enumerate(row.lines, 1)],
        net=_money(row.net_minor, row.currency),
        tax=_money(row.tax_minor, row.currency),
        terms=row.terms,
        extra=row.extra,
        version=row.version,
    )


@api.put("/invoices/by-external-id/{external_id}", responses={201: {"model": InvoiceState}})
async def feed_invoice(
    external_id: ExternalId, fed: FedInvoice, version: IfMatchSent, caller: Caller, tx: Tx, response: Response
) -> InvoiceState:
    """The CRM brings an invoice: made (201), changed, or as it was."""
    invoice, result = await service.feed_invoice(tx, caller, external_id, fed)
    unless_stale(version, version_before(result, invoice.version))
    response.headers["etag"] = f'"{invoice.version}"'
    if result == "created":
        response.status_code = 201
        response.headers["location"] = f"/api/v1/invoices/{invoice.id}"
    return InvoiceState.model_validate(invoice)


def _row(row: AnyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "reference": row.reference,
        "organisation": Named(id=row.organisation_id, name=row.organisation_name),
        "status": row.status,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "paid_on": row.paid_on,
        "total": Money(amount_minor=row.total_minor, currency=row.currency),
    }


def _line(position: int, line: dict[str, Any], currency: str) -> Line:
    return Line(
        position=position,
        description=line["description"],
        quantity=line["quantity"],
        unit_price=Money(amount_minor=line["unit_price_minor"], currency=currency),
        amount=Money(amount_minor=line["amount_minor"], currency=currency),
    )


def _money(amount_minor: int | None, currency: str) -> Money | None:
    return None if amount_minor is None else Money(amount_minor=amount_minor, currency=currency)
