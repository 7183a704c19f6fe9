"""A document is removed for good: by staff who may, or by the CRM that brought it."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import DocumentNotFound, MayNotDoThat, OnLegalHold
from documents.models import Document, DocumentRequest
from documents.policy import can, is_own, visible
from documents.service.retention import KEPT_FOR, forgotten
from documents.service.said import actor, read_records, say
from documents.service.uploads import GRACE
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import now
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


async def take_back(tx: AsyncSession, caller: Caller, document_id: UUID) -> list[UUID] | None:
    """F147: what somebody uploads and takes out of their form again was not sent: their own file, within the hour, that
    hangs nowhere but on the case it was brought for. Returns the objects that nobody knows any more; None where it is
    no such file."""
    its = (DocumentRequest.tenant_id == Document.tenant_id, DocumentRequest.document_id == Document.id)
    asked_for = exists().where(*its)
    query = select(Document, queries.links_of(None), queries.records_of(None)).where(visible(caller), _is(document_id))
    query = query.where(Document.uploaded_by_id == caller.id, Document.ready_at > now() - GRACE, ~asked_for)
    found = (await tx.execute(query.with_for_update(of=Document))).one_or_none()
    if found is None or not _is_fresh(caller, found):
        return None
    document: Document = found[0]
    document.version += 1
    say(tx, document, "removed", actor(caller), read_records(found[1], found[2]))
    return await forgotten(tx, [document.id])


def _is_fresh(caller: Caller, found: AnyRow) -> bool:
    """Is it one's own as it came, and on no other record?"""
    document: Document = found[0]
    elsewhere = [one for one in found[2] or [] if one.split(":")[0] not in KEPT_FOR]
    only_there = not elsewhere and set(found[1] or []) <= {document.case_id}
    return is_own(caller, document) and document.number == 1 and not document.legal_hold and only_there
