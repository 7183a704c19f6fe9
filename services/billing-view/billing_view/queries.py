"""Reads of invoices: plain rows off the ORM, each one inside `policy.visible`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, literal_column, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from billing_view.models import Invoice, KnownOrganisation
from billing_view.policy import visible
from billing_view.schemas import InvoiceFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow
from kit.ids import now

_LAST = "\U0010ffff"
"""Sorts behind every character, so that a prefix is a range: ranges use their index under row-level
security, LIKE does not."""

_SORTS = {"issued_on": Invoice.issued_on, "due_on": Invoice.due_on, "number": Invoice.number_key}
_organisation = (
    select(KnownOrganisation.id, KnownOrganisation.name)
    .where(
        KnownOrganisation.tenant_id == Invoice.tenant_id,
        KnownOrganisation.external_id == Invoice.organisation_external_id,
    )
    .order_by(KnownOrganisation.id)
    .limit(1)
    .lateral("organisation")
)


def status_on(day: date) -> ColumnElement[str]:
    """An invoice's status on a day, for filter and view alike: open and past its day is overdue."""
    late = and_(Invoice.status == "open", Invoice.due_on < day)
    return case((late, "overdue"), else_=Invoice.status)


def _today() -> date:
    return now().date()


def _row() -> AnyQuery:
    return select(
        Invoice.id,
        Invoice.number,
        Invoice.number_key,
        Invoice.reference,
        _organisation.c.id.label("organisation_id"),
        _organisation.c.name.label("organisation_name"),
        status_on(_today()).label("status"),
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.paid_on,
        Invoice.currency,
        Invoice.total_minor,
    ).outerjoin(_organisation, true())


async def page(tx: AsyncSession, caller: Caller, filters: InvoiceFilters) -> tuple[Sequence[AnyRow], str | None]:
    """F160: one page of the invoices a caller may see, and the cursor of the next."""
    column = _SORTS[filters.sort.removeprefix("-")]
    down = filters.sort.startswith("-")
    order = (column, Invoice.id)
    query = _row().where(*_matching(caller, filters)).limit(filters.limit + 1)
    query = query.order_by(*(c.desc() for c in order) if down else order)
    if after := paging.decode(filters.cursor, str if column is Invoice.number_key else date, UUID):
        key = tuple_(*order)
        query = query.where(key < after if down else key > after)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(getattr(last, column.key), last.id) if last else None)


async def count(tx: AsyncSession, caller: Caller, filters: InvoiceFilters) -> int:
    """How many invoices match, counted no further than the cap."""
    matching: AnyQuery = select(literal_column("1")).select_from(Invoice).where(*_matching(caller, filters))
    counted = matching.limit(paging.COUNT_CAP + 1).subquery()
    return (await tx.execute(select(func.count()).select_from(counted))).scalar_one()


async def one(tx: AsyncSession, caller: Caller, invoice_id: UUID) -> AnyRow | None:
    """One invoice, or None when missing or not for this caller."""
    whole = _row().add_columns(
        Invoice.net_minor, Invoice.tax_minor, Invoice.terms, Invoice.lines, Invoice.extra, Invoice.version
    )
    return (await tx.execute(whole.where(visible(caller), Invoice.id == invoice_id))).one_or_none()


def _matching(caller: Caller, filters: InvoiceFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [visible(caller), *_within(filters)]
    if filters.status:
        found.append(status_on(_today()).in_(filters.status))
    if filters.q:
        found.append(or_(_begins(Invoice.number_key, filters.q), _begins(Invoice.reference_key, filters.q)))
    return found


def _within(filters: InvoiceFilters) -> list[ColumnElement[bool]]:
    """F177, F178: the ranges of days, both ends included."""
    bounds = [
        (Invoice.issued_on, filters.issued_from, filters.issued_to),
        (Invoice.due_on, filters.due_from, filters.due_to),
        (Invoice.paid_on, filters.paid_from, filters.paid_to),
    ]
    found = [column >= first for column, first, _ in bounds if first]
    found += [column <= last for column, _, last in bounds if last]
    if filters.created_from:
        found.append(Invoice.created_at >= datetime.combine(filters.created_from, time.min, UTC))
    if filters.created_to:
        found.append(Invoice.created_at <= datetime.combine(filters.created_to, time.max, UTC))
    return found


def _begins(column: SQLColumnExpression[Any], text: str) -> ColumnElement[bool]:
    return and_(column >= func.lower(text), column < func.lower(text).concat(_LAST))
