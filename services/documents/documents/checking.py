"""What stands between an upload and a document: the object is copied out of reach, read once, and judged."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from documents import service
from documents.errors import EmptyFile, FileInfected, FileMismatch, TooLargeToScan, TypeRefused
from documents.examine import Findings, examine
from documents.models import Document
from documents.scan import Clamd
from documents.service import LEASE, LEASE_PER_BYTE
from documents.storage import (
    ObjectMissing,
    ObjectReplaced,
    Piece,
    Storage,
    Stored,
    UploadGone,
    incoming_key,
    kept_key,
)
from kit.failpoints import failpoint


async def scanner(tx: AsyncSession, clamd: Clamd | None) -> Clamd | None:
    """The scanner, as lenient as the tenant has it."""
    return clamd and replace(clamd, lenient=await service.takes_unscanned(tx))


async def check(storage: Storage, clamd: Clamd | None, document: Document) -> Findings:
    """Keep and examine an upload that was claimed. Raises the problem with it, or with what it takes."""
    assert document.object_id is not None
    kept = kept_key(document.tenant_id, document.object_id)
    seconds = (LEASE + document.size * LEASE_PER_BYTE).total_seconds()
    try:
        await (_put_together if document.upload_id else _copied)(storage, document, kept)
        findings = await storage.read(kept, partial(examine, size=document.size, clamd=clamd, seconds=seconds))
        await failpoint("documents.examine.after")
    except (ObjectMissing, ObjectReplaced) as error:
        raise FileMismatch() from error
    _judge(findings, document, clamd)
    return findings


async def _copied(storage: Storage, document: Document, kept: str) -> None:
    arrived = await storage.look(incoming_key(document.tenant_id, document.id))
    _measure(arrived, document)
    await failpoint("documents.copy.before")
    await storage.copy(arrived, kept)
    await failpoint("documents.copy.after")


async def _put_together(storage: Storage, document: Document, kept: str) -> None:
    """Make one object of the parts that arrived, or find it made. Raises FileMismatch."""
    pieces = await all_there(storage, document, kept)
    if pieces is not None:
        await failpoint("documents.join.before")
        with suppress(UploadGone):
            await storage.join(kept, service.in_parts(document).upload_id, pieces)
        await failpoint("documents.join.after")
    try:
        _measure(await storage.look(kept), document)
    except ObjectMissing as error:
        raise FileMismatch() from error


async def all_there(storage: Storage, document: Document, kept: str) -> list[Piece] | None:
    """The parts that arrived, each of its size; None where whoever was here before has put them together.

    Raises FileMismatch.
    """
    coming = service.in_parts(document)
    try:
        pieces = await storage.parts(kept, coming.upload_id)
    except UploadGone:
        return None
    if [(one.number, one.size) for one in pieces] != [(n, coming.size_of(n)) for n in range(1, coming.count + 1)]:
        raise FileMismatch()
    return pieces


def _measure(arrived: Stored, document: Document) -> None:
    if arrived.size == 0:
        raise EmptyFile()
    if arrived.size != document.size:
        raise FileMismatch(
            f"{arrived.size} bytes arrived where {document.size} were announced. Try again, "
            "and contact us if it keeps happening."
        )


def _judge(findings: Findings, document: Document, clamd: Clamd | None) -> None:
    if findings.size != document.size or document.announced_sha256 not in (None, findings.sha256):
        raise FileMismatch()
    if findings.scan == "infected":
        raise FileInfected()
    if clamd is not None and findings.scan == "not_scanned" and not clamd.lenient:
        raise TooLargeToScan()
    if findings.kind is None:
        raise TypeRefused()
