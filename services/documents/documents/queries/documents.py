"""Reads of one document: itself, its versions, and what its commit asks of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from documents.models import Document, KnownCase, TenantSettings
from documents.policy import visible
from documents.queries.rows import names_of, selected
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

VERSIONS_SHOWN = 100
_brought = aliased(Document)


async def to_draw(tx: AsyncSession, document_id: UUID) -> AnyRow | None:
    """The file of a document whose small picture is due."""
    columns = (Document.tenant_id, Document.id, Document.object_id, Document.content_type, Document.size)
    query: AnyQuery = select(*columns).where(Document.id == document_id, Document.thumbnail.is_(None))
    return (await tx.execute(query)).one_or_none()


async def one(tx: AsyncSession, caller: Caller, document_id: UUID) -> AnyRow | None:
    """One document, or None when missing or not for this caller; `case_closed` tells of the case it is meant for."""
    query = selected(caller).add_columns(meant_for_closed().label("case_closed"), names_of())
    return (await tx.execute(query.where(visible(caller), Document.id == document_id))).one_or_none()


async def one_of(tx: AsyncSession, caller: Caller, external_id: str) -> AnyRow | None:
    """The same, by what the CRM calls it."""
    return (
        await tx.execute(selected(caller).where(visible(caller), Document.external_id == external_id))
    ).one_or_none()


async def replaced(tx: AsyncSession, caller: Caller, brought_id: UUID) -> AnyRow | None:
    """The document whose newest version came as this upload."""
    it = select(_brought.version_of).where(_brought.id == brought_id, _brought.state == "ready").scalar_subquery()
    return (await tx.execute(selected(caller).where(visible(caller), Document.id == it))).one_or_none()


async def versions(tx: AsyncSession, caller: Caller, document_id: UUID) -> Sequence[AnyRow]:
    """The versions of a document before the newest, that one first; for a contact where the tenant shows them."""
    shown = exists().where(TenantSettings.tenant_id == Document.tenant_id, TenantSettings.old_versions)
    query: AnyQuery = select(*Document.__table__.c).where(Document.version_of == document_id, Document.state == "ready")
    if caller.kind == "contact":
        query = query.where(shown)
    return (await tx.execute(query.order_by(Document.number.desc()).limit(VERSIONS_SHOWN))).all()


def meant_for_closed() -> ColumnElement[bool]:
    """Is the case that a document is meant for closed? The CRM may bring what belongs to one that is over."""
    closed = exists().where(
        KnownCase.tenant_id == Document.tenant_id, KnownCase.id == Document.case_id, KnownCase.closed
    )
    return and_(closed, Document.uploaded_by_kind != "key")
