"""Versions of a document: a new file takes the old one's place, and the old one stands beside it from then on."""

from uuid import UUID

from sqlalchemy import ScalarSelect, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from documents import queries
from documents.errors import DocumentNotFound, MayNotDoThat, NotReady
from documents.models import Document
from documents.policy import can, visible
from documents.service.said import read_records, say, uploader
from kit.caller import Caller
from kit.db import AnyRow

FILE = (
    *("object_id", "file_name", "content_type", "size", "sha256", "scan", "ready_at", "thumbnail", "thumbnail_id"),
    *("preview_id", "preview_pages"),
    *("uploaded_by_id", "uploaded_by_kind", "uploaded_by_name"),
)
"""What of a document is the file's: it goes with the file."""


async def may_replace(tx: AsyncSession, caller: Caller, document_id: UUID) -> None:
    """Raises what keeps the caller from bringing a new version of a document."""
    query = select(Document).where(Document.id == document_id, visible(caller), Document.version_of.is_(None))
    document = (await tx.execute(query)).scalar_one_or_none()
    if document is None:
        raise DocumentNotFound()
    if not can(caller, "describe", document):
        raise MayNotDoThat("Only the person who uploaded a file, or staff, can bring a new version of it.")
    if document.state != "ready":
        raise NotReady()


def newest(document_id: UUID) -> ScalarSelect[UUID]:
    """The document that is about to be replaced, locked: of two new versions at once one waits for the other."""
    locked = select(Document.id).where(Document.id == document_id).with_for_update().cte("held")
    return select(locked.c.id).scalar_subquery()


async def replace(tx: AsyncSession, brought: Document) -> AnyRow:
    """Change places: the document has the new file, and the row it came with the old one. Returns the document, with
    its cases and other records."""
    old, both = aliased(Document), (brought.id, brought.version_of)
    is_it = Document.id == brought.version_of
    query = (
        update(Document)
        .where(Document.id.in_(both), old.id.in_(both), old.id != Document.id, old.tenant_id == Document.tenant_id)
        .values({name: getattr(old, name) for name in FILE})
        .values(
            number=case((is_it, Document.number + 1), else_=old.number),
            version=case((is_it, Document.version + 1), else_=Document.version),
        )
        .returning(Document, queries.links_of(None), queries.records_of(None))
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    rows = (await tx.execute(query)).all()
    row = next(row for row in rows if row[0].version_of is None)
    say(tx, row[0], "replaced", uploader(row[0]), read_records(row[1], row[2]))
    return row
