"""What stands between an upload and a document: the object is copied out of reach, read once, and judged."""

from functools import partial

from documents import service
from documents.errors import EmptyFile, FileInfected, FileMismatch, TypeRefused
from documents.examine import Findings, examine
from documents.models import Document
from documents.scan import Clamd
from documents.service import LEASE, LEASE_PER_BYTE
from documents.storage import ObjectMissing, ObjectReplaced, Storage, Stored, UploadGone, incoming_key, kept_key
from kit.failpoints import failpoint


async def check(storage: Storage, clamd: Clamd | None, document: Document) -> Findings:
    """Keep and examine an upload that was claimed. Raises the problem with it, or with what it takes."""
    assert document.object_id is not None
    kept = kept_key(document.tenant_id, document.object_id)
    seconds = (LEASE + document.size * LEASE_PER_BYTE).total_seconds()
    try:
        await (put_together if document.upload_id else _copied)(storage, document, kept)
        findings = await storage.read(kept, partial(examine, size=document.size, clamd=clamd, seconds=seconds))
        await failpoint("documents.examine.after")
    except (ObjectMissing, ObjectReplaced) as error:
        raise FileMismatch() from error
    _judge(findings, document)
    return findings


async def _copied(storage: Storage, document: Document, kept: str) -> None:
    arrived = await storage.look(incoming_key(document.tenant_id, document.id))
    _measure(arrived, document)
    await failpoint("documents.copy.before")
    await storage.copy(arrived, kept)
    await failpoint("documents.copy.after")


async def put_together(storage: Storage, document: Document, kept: str) -> None:
    """Make one object of the parts that arrived, or find it made. Raises FileMismatch."""
    coming = service.in_parts(document)
    try:
        pieces = await storage.parts(kept, coming.upload_id)
        if [(one.number, one.size) for one in pieces] != [(n, coming.size_of(n)) for n in range(1, coming.count + 1)]:
            raise FileMismatch()
        await failpoint("documents.join.before")
        await storage.join(kept, coming.upload_id, pieces)
        await failpoint("documents.join.after")
    except UploadGone:
        pass  # Whoever was here before has put it together; if not, there is nothing to look at.
    try:
        _measure(await storage.look(kept), document)
    except ObjectMissing as error:
        raise FileMismatch() from error


def _measure(arrived: Stored, document: Document) -> None:
    if arrived.size == 0:
        raise EmptyFile()
    if arrived.size != document.size:
        raise FileMismatch(
            f"{arrived.size} bytes arrived where {document.size} were announced. Try again, "
            "and contact us if it keeps happening."
        )


def _judge(findings: Findings, document: Document) -> None:
    if findings.size != document.size or document.announced_sha256 not in (None, findings.sha256):
        raise FileMismatch()
    if findings.scan == "infected":
        raise FileInfected()
    if findings.kind is None:
        raise TypeRefused()
