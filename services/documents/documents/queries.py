"""Reads of documents: plain rows off the ORM, each one inside `policy.visible`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import Document, KnownCase, Link
from documents.policy import visible, visible_link
from documents.schemas import DocumentFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow


def links_of(caller: Caller) -> ColumnElement[Any]:
    """The cases a document hangs on, as far as the caller may know of them."""
    return (
        select(func.array_agg(Link.case_id))
        .where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id, visible_link(caller))
        .correlate(Document)
        .scalar_subquery()
        .label("links")
    )


def _rows(caller: Caller) -> AnyQuery:
    return select(*Document.__table__.c, links_of(caller))


async def page(tx: AsyncSession, caller: Caller, filters: DocumentFilters) -> tuple[Sequence[AnyRow], str | None]:
    """F085, F139: one page of the documents a caller may see, newest first, and the cursor of the next."""
    order = Document.created_at, Document.id
    query = _rows(caller).where(*_matching(caller, filters)).order_by(*(column.desc() for column in order))
    if before := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < before)
    shown, last = paging.cut((await tx.execute(query.limit(filters.limit + 1))).all(), filters.limit)
    return shown, (paging.encode(last.created_at, last.id) if last else None)


async def count(tx: AsyncSession, caller: Caller, filters: DocumentFilters) -> int:
    """How many documents match, counted no further than the cap."""
    matching: AnyQuery = select(literal_column("1")).select_from(Document).where(*_matching(caller, filters))
    counted = matching.limit(paging.COUNT_CAP + 1).subquery()
    return (await tx.execute(select(func.count()).select_from(counted))).scalar_one()


def _matching(caller: Caller, filters: DocumentFilters) -> list[ColumnElement[bool]]:
    found = [visible(caller), Document.state == "ready"]
    if filters.case_id:
        hung = select(Link.document_id).where(Link.case_id == filters.case_id, visible_link(caller))
        found.append(Document.id.in_(hung))
    if filters.q:
        # Under row-level security a trigram index serves only the function that takes the tenant by itself.
        hits = func.document_search(filters.q, paging.COUNT_CAP + 1).table_valued("id")
        found.append(Document.id.in_(select(hits.c.id)))
    return found


async def one(tx: AsyncSession, caller: Caller, document_id: UUID) -> AnyRow | None:
    """One document, or None when missing or not for this caller; `case_closed` tells of the case it is meant for."""
    query = _rows(caller).add_columns(meant_for_closed().label("case_closed"))
    return (await tx.execute(query.where(visible(caller), Document.id == document_id))).one_or_none()


def meant_for_closed() -> ColumnElement[bool]:
    """Is the case that a document is meant for closed?"""
    return exists().where(KnownCase.tenant_id == Document.tenant_id, KnownCase.id == Document.case_id, KnownCase.closed)
