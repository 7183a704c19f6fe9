"""Files on cases: hung there by the case's own events, or by whoever brings them."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, DocumentLinked
from documents import queries
from documents.models import Document, Link
from documents.service.said import read_records, say
from kit.db import tenant_of
from kit.ids import now
from kit.outbox import emit

log = structlog.get_logger()


async def link_named(
    tx: AsyncSession,
    case_id: UUID,
    document_ids: Sequence[UUID],
    author: Actor,
    visibility: str,
    acting_for: UUID | None,
) -> None:
    """F097, F112: hang on a case the files its author named: their own, as long as they hang nowhere yet.

    Of a contact's, those they uploaded for the organisation they act for here, and no other's. One that is still
    on its way is marked, and hangs there when it is committed.
    """
    if not document_ids:
        return
    linked = exists().where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id)
    own = select(Document).where(Document.id.in_(document_ids), Document.uploaded_by_id == author.id, ~linked)
    if author.kind == "contact":
        own = own.where(Document.organisation_id == acting_for, Document.on_portal)
    found = (await tx.execute(own.where(Document.state != "rejected").with_for_update())).scalars().all()
    for document in found:
        if document.state == "ready":
            document.version += 1
            document.on_portal = document.on_portal or visibility == "customer"
            await hang(tx, document, case_id, visibility, author)
            await say_linked(tx, document, author)
        elif document.case_id is None:
            document.case_id, document.case_visibility = case_id, visibility
    if left := set(document_ids) - {document.id for document in found}:
        log.warning("documents.not_linked", case_id=str(case_id), document_ids=sorted(map(str, left)))


async def hang(tx: AsyncSession, document: Document, case_id: UUID, visibility: str, who: Actor) -> None:
    """Hang a checked file on a case, and say so; nothing where it hangs there already.

    What is hidden from the portal is no news for customers, wherever it hangs.
    """
    values = {"tenant_id": tenant_of(tx), "document_id": document.id, "case_id": case_id, "visibility": visibility}
    added = insert(Link).values(**values, created_at=now()).on_conflict_do_nothing().returning(Link.case_id)
    if (await tx.execute(added)).scalar() is None:
        return
    event = DocumentLinked(
        document_id=document.id,
        case_id=case_id,
        visibility="customer" if visibility == "customer" and document.on_portal else "internal",
        file_name=document.file_name,
        title=document.title,
        size=document.size,
        linked_by=who,
    )
    emit(tx, event, version=document.version)


async def say_linked(tx: AsyncSession, document: Document, who: Actor) -> None:
    """F159: tell what a file hangs on by now."""
    query = select(queries.links_of(None), queries.records_of(None)).where(Document.id == document.id)
    found = (await tx.execute(query)).one()
    say(tx, document, "linked", who, read_records(found[0], found[1]))
