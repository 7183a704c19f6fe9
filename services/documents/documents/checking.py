"""What stands between an upload and a document: the object is copied out of reach, read once, and judged."""

from functools import partial

from documents.errors import EmptyFile, FileInfected, FileMismatch, TypeRefused
from documents.examine import Findings, examine
from documents.models import Document
from documents.scan import Clamd
from documents.service import LEASE, LEASE_PER_BYTE
from documents.storage import ObjectMissing, ObjectReplaced, Storage, Stored, incoming_key, kept_key
from kit.failpoints import failpoint


async def check(storage: Storage, clamd: Clamd | None, document: Document) -> Findings:
    """Keep and examine an upload that was claimed. Raises the problem with it, or with what it takes."""
    assert document.object_id is not None
    kept = kept_key(document.tenant_id, document.object_id)
    seconds = (LEASE + document.size * LEASE_PER_BYTE).total_seconds()
    try:
        arrived = await storage.look(incoming_key(document.tenant_id, document.id))
        _measure(arrived, document)
        await failpoint("documents.copy.before")
        await storage.copy(arrived, kept)
        await failpoint("documents.copy.after")
        findings = await storage.read(kept, partial(examine, size=document.size, clamd=clamd, seconds=seconds))
        await failpoint("documents.examine.after")
    except (ObjectMissing, ObjectReplaced) as error:
        raise FileMismatch() from error
    _judge(findings, document)
    return findings


def _measure(arrived: Stored, document: Document) -> None:
    if arrived.size == 0:
        raise EmptyFile()
    if arrived.size != document.size:
        raise FileMismatch(
            f"{arrived.size} bytes arrived where {document.size} were announced. Try again, "
            "and contact us if it keeps happening."
        )


def _judge(findings: Findings, document: Document) -> None:
    if findings.size != document.size:
        raise FileMismatch()
    if findings.scan == "infected":
        raise FileInfected()
    if findings.kind is None:
        raise TypeRefused()
