"""F159: a CRM names a file that was brought in the portal."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import DocumentNotFound, MayNotFeed, NotReady
from documents.models import Document
from documents.policy import may_feed, visible
from documents.service.said import actor, read_records, say
from kit.caller import Caller
from kit.naming import name


async def name_document(tx: AsyncSession, caller: Caller, document_id: UUID, external_id: str) -> Document:
    """Say once what the CRM calls a file. Raises DocumentNotFound, NotReady, NamedOtherwise, ExternalIdTaken."""
    if not may_feed(caller):
        raise MayNotFeed()
    query = select(Document, queries.links_of(None), queries.records_of(None))
    query = query.where(visible(caller), Document.id == document_id, Document.version_of.is_(None))
    found = (await tx.execute(query.with_for_update(of=Document))).one_or_none()
    if found is None:
        raise DocumentNotFound()
    document: Document = found[0]
    if document.state != "ready":
        raise NotReady()
    if await name(tx, document, external_id):
        say(tx, document, "described", actor(caller), read_records(found[1], found[2]))
    return document
