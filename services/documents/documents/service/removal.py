"""A document is removed for good: by staff who may, or by the CRM that brought it."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import DocumentNotFound, MayNotDoThat, OnLegalHold
from documents.models import Document
from documents.policy import can, visible
from documents.service.retention import forgotten
from documents.service.said import actor, read_records, say
from kit.caller import Caller
from kit.problems import VersionStale


async def remove(tx: AsyncSession, caller: Caller, named: UUID | str, version: int | None) -> list[UUID]:
    """Remove a document, by its id or by what the CRM calls it, with the versions it had. Returns the objects that
    nobody knows any more, to be removed once this is committed.

    Raises DocumentNotFound, MayNotDoThat, VersionStale, OnLegalHold.
    """
    query = select(Document, queries.links_of(None), queries.records_of(None)).where(visible(caller), _is(named))
    found = (await tx.execute(query.with_for_update(of=Document))).one_or_none()
    if found is None:
        raise DocumentNotFound()
    document: Document = found[0]
    _may_go(caller, document, version)
    document.version += 1
    say(tx, document, "removed", actor(caller), read_records(found[1], found[2]))
    return await forgotten(tx, [document.id])


def _is(named: UUID | str) -> ColumnElement[bool]:
    it = Document.id == named if isinstance(named, UUID) else Document.external_id == named
    return it & (Document.state == "ready") & Document.version_of.is_(None)


def _may_go(caller: Caller, document: Document, version: int | None) -> None:
    if not can(caller, "remove", document):
        raise MayNotDoThat("Only staff with the permission for portal availability can remove a file.")
    if version not in (None, document.version):
        raise VersionStale()
    if document.legal_hold:
        raise OnLegalHold()
