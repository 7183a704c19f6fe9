"""Reads of requests for a document."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import DocumentRequest
from documents.policy import visible_request
from documents.schemas import RequestFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow
from kit.ids import now


async def requests(tx: AsyncSession, caller: Caller, filters: RequestFilters) -> tuple[Sequence[AnyRow], str | None]:
    """F143: one page of the requests a caller may see, newest first, and the cursor of the next."""
    order = DocumentRequest.created_at, DocumentRequest.id
    query: AnyQuery = select(*DocumentRequest.__table__.c).where(visible_request(caller), *_asked(filters))
    if before := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < before)
    query = query.order_by(*(column.desc() for column in order)).limit(filters.limit + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.created_at, last.id) if last else None)


def _asked(filters: RequestFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state:
        found.append(DocumentRequest.state == ("open" if filters.state == "overdue" else filters.state))
    if filters.state == "overdue":
        found.append(DocumentRequest.due_on < now().date())
    for name in ("case_id", "contact_id"):
        if value := getattr(filters, name):
            found.append(getattr(DocumentRequest, name) == value)
    return found


async def request(tx: AsyncSession, caller: Caller, request_id: UUID) -> AnyRow | None:
    """One request, or None when missing or not for this caller."""
    query: AnyQuery = select(*DocumentRequest.__table__.c)
    return (await tx.execute(query.where(visible_request(caller), DocumentRequest.id == request_id))).one_or_none()
