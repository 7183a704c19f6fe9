"""What can be done to invoices. The only place that writes them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from billing_view.errors import FedAtTheSameMoment, MayNotFeed
from billing_view.models import Invoice
from billing_view.policy import feeds
from billing_view.schemas import FedInvoice
from kit.batches import Result
from kit.caller import Caller
from kit.ids import new_id, now


async def feed_invoice(tx: AsyncSession, caller: Caller, external_id: str, fed: FedInvoice) -> tuple[Invoice, Result]:
    """Make or change the invoice the CRM calls so; the same content changes nothing. What became of it?"""
    if not feeds(caller):
        raise MayNotFeed()
    values = fed.model_dump()
    query = select(Invoice).where(Invoice.external_id == external_id).with_for_update()
    invoice = (await tx.execute(query)).scalar_one_or_none()
    if invoice is None:
        return await _make(tx, external_id, values), "created"
    changed = {field: value for field, value in values.items() if getattr(invoice, field) != value}
    for field, value in changed.items():
        setattr(invoice, field, value)
    if not changed:
        return invoice, "unchanged"
    invoice.version += 1
    invoice.updated_at = now()
    return invoice, "updated"


async def _make(tx: AsyncSession, external_id: str, values: dict[str, Any]) -> Invoice:
    invoice = Invoice(id=new_id(), external_id=external_id, **values)
    tx.add(invoice)
    try:
        await tx.flush()
    except IntegrityError as error:
        raise FedAtTheSameMoment() from error
    return invoice
