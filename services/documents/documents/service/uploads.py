"""From a file that was announced to a checked document: the upload's life, under a lease while it is checked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, case, delete, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import (
    REFUSALS,
    BeingChecked,
    CaseClosed,
    CaseNotFound,
    DocumentNotFound,
    EmptyFile,
    FileInfected,
    FileTooLarge,
    MayNotDoThat,
    MayNotPublish,
    RecordNotFound,
)
from documents.examine import Findings
from documents.kinds import fitting
from documents.models import Document, KnownCase, KnownProject, RecordLink
from documents.policy import can, is_own, visible, visible_case, visible_project
from documents.schemas import NewUpload
from documents.service.cases import hang
from documents.service.requests import reopen
from documents.service.said import NOBODY, Told, read_records, say, uploader
from documents.service.tenants import keep_within, told_of_uploads
from documents.service.versions import may_replace, newest, replace
from kit.caller import Caller
from kit.db import AnyRow
from kit.ids import new_id, now
from kit.problems import Problem

Begin = Callable[[Document], Awaitable[None]]

UPLOAD_LASTS = timedelta(minutes=15)
"""How long an upload may be begun; one that has begun may end, and be committed, within GRACE more."""
GRACE = timedelta(hours=1)
LEASE, LEASE_PER_BYTE = timedelta(seconds=30), timedelta(microseconds=1)
"""How long one check may take in a request: half a minute, and on top what a slow storage (1 MB/s) needs. The worker
renews its lease while it is at work."""


class Most(NamedTuple):
    """How many bytes a file may have, and how many of them the scanner takes; None where there is no scanner."""

    size: int
    scannable: int | None


async def announce(
    tx: AsyncSession, caller: Caller, new: NewUpload, most: Most, begin: Begin | None = None
) -> Document:
    """F143, F114, F183: make room for a file to come, for the records that are named.

    `begin` begins one that comes in parts, once it is known that it may come.
    """
    _may_come(caller, new, most.size)
    if new.replaces:
        await may_replace(tx, caller, new.replaces)
    if new.case_id:
        await _open_case(tx, caller, new.case_id)
    records = set() if new.replaces else _records(caller, new)
    await _projects_are_there(tx, caller, [record for kind, record in records if kind == "project"])
    document = _announced(caller, new)
    if begin:
        await begin(document)
    tx.add(document)
    await tx.flush()
    tx.add_all(RecordLink(document_id=document.id, kind=kind, record_id=record) for kind, record in sorted(records))
    await tx.flush()
    await keep_within(tx, new.size, most.scannable)
    return document


def _may_come(caller: Caller, new: NewUpload, limit: int) -> None:
    if not can(caller, "upload"):
        raise MayNotDoThat()
    if new.on_portal and not can(caller, "publish"):
        raise MayNotPublish()
    if new.replaces and (new.case_id or new.project_id or new.records):
        raise RecordNotFound("A new version hangs where the document hangs. Leave the records out.")
    if new.size == 0:
        raise EmptyFile()
    if new.size > limit:
        raise FileTooLarge(f"The file is too large: {limit // 1024**2} MB is the most.")


def _announced(caller: Caller, new: NewUpload) -> Document:
    """F152: what a contact brings is on the portal, in the private folder unless they say otherwise."""
    theirs = caller.kind == "contact"
    return Document(
        id=new_id(),
        title=new.title or new.file_name,
        description=new.description,
        file_name=new.file_name,
        size=new.size,
        case_id=new.case_id,
        uploaded_by_id=caller.id,
        uploaded_by_kind=caller.kind,
        uploaded_by_name=caller.name,
        organisation_id=caller.organisation_id,
        version_of=new.replaces,
        announced_sha256=new.sha256,
        on_portal=theirs or bool(new.on_portal),
        folder=new.folder or ("private" if theirs and not new.project_id else None),
        expires_at=now() + UPLOAD_LASTS,
    )


def _records(caller: Caller, new: NewUpload) -> set[tuple[str, UUID]]:
    """What the file is to hang on besides a case. F144: a contact's is for them and the company they act for."""
    named = {(one.kind, one.id) for one in new.records} | ({("project", new.project_id)} if new.project_id else set())
    if caller.kind != "contact":
        if any(kind == "case" for kind, _ in named):
            raise RecordNotFound("Name a case as case_id.")
        return named
    if new.records:
        raise MayNotDoThat("Only staff can say on which other records a file hangs.")
    own = (("contact", caller.id), ("organisation", caller.organisation_id))
    return named | {(kind, record) for kind, record in own if record}


async def _projects_are_there(tx: AsyncSession, caller: Caller, project_ids: list[UUID]) -> None:
    if not project_ids:
        return
    query = select(func.count()).select_from(KnownProject)
    seen = query.where(KnownProject.id.in_(project_ids), visible_project(caller))
    if (await tx.execute(seen)).scalar_one() < len(project_ids):
        raise RecordNotFound()


async def _open_case(tx: AsyncSession, caller: Caller, case_id: UUID) -> None:
    if not can(caller, "link"):
        raise CaseNotFound()
    closed = (await tx.execute(select(KnownCase.closed).where(KnownCase.id == case_id, visible_case(caller)))).scalar()
    if closed is None:
        raise CaseNotFound()
    if closed:
        raise CaseClosed()


async def claim(tx: AsyncSession, caller: Caller, document_id: UUID, most: int) -> Document | None:
    """Take the lease to check the caller's upload, under a new object's name. None when it cannot be had.

    What comes in parts and has more than `most` bytes is left to the worker: nothing of it is read under this lease.
    """
    left = and_(Document.upload_id.is_not(None), Document.size > most)
    query = (
        update(Document)
        .where(Document.id == document_id, Document.uploaded_by_id == caller.id, visible(caller))
        .where(Document.organisation_id.is_not_distinct_from(caller.organisation_id))
        .where(idle(), ~queries.meant_for_closed())
        .values(
            state="checking",
            object_id=case((Document.upload_id.is_(None), new_id()), else_=Document.object_id),
            checking_until=case((left, briefly()), else_=lease()),
        )
    )
    return await changed(tx, query)


async def settled(tx: AsyncSession, caller: Caller, document_id: UUID) -> AnyRow:
    """The document when it has been committed already; otherwise raises why it cannot be claimed."""
    row = await queries.one(tx, caller, document_id)
    if row is None and (newest := await queries.replaced(tx, caller, document_id)):
        return newest
    if row is None:
        raise DocumentNotFound()
    if not is_own(caller, row):
        raise MayNotDoThat("Only the person who uploads a file can commit it.")
    if row.state == "rejected":
        raise REFUSALS[row.refusal]()
    if row.state != "ready":
        raise CaseClosed() if row.case_closed else BeingChecked(headers={"retry-after": "5"})
    return row


async def give_back(tx: AsyncSession, document: Document, problem: Problem) -> bool:
    """End a check that came to nothing: for good when the file is refused (True), else for the next try."""
    refused = problem.slug() if problem.slug() in REFUSALS else None
    query = held(document).values(
        state="rejected" if refused else "pending",
        refusal=refused,
        scan="infected" if isinstance(problem, FileInfected) else "not_scanned",
        object_id=document.object_id if document.upload_id and not refused else None,
        checking_until=None,
    )
    given = await changed(tx, query)
    if given is None:
        return False
    await reopen(tx, given.id, problem)
    return given.state == "rejected"


@dataclass(frozen=True)
class Finished:
    """A document as it is after a commit, and what it hangs on."""

    document: Document
    cases: list[UUID]
    records: list[str]


async def finish(tx: AsyncSession, checked: Document, findings: Findings) -> Finished:
    """Commit a file that was found good, and hang it where it was meant for."""
    query = held(checked).values(_found_good(checked, findings))
    if checked.version_of:
        query = query.where(Document.version_of == newest(checked.version_of))
    query = query.returning(Document, queries.records_of(None), *told_of_uploads())
    found = (await tx.execute(query.execution_options(synchronize_session=False))).one_or_none()
    if found is None:
        raise BeingChecked()
    document: Document = found[0]
    if document.version_of:
        return await _as_new_version(tx, document)
    if document.case_id:
        await hang(tx, document, document.case_id, document.case_visibility, uploader(document))
    cases = [document.case_id] if document.case_id else []
    records = read_records(cases, found[1])
    tell = Told(found[2], found[3]) if document.uploaded_by_kind == "contact" else NOBODY
    say(tx, document, "added", uploader(document), records, tell)
    return Finished(document, cases, found[1] or [])


async def _as_new_version(tx: AsyncSession, brought: Document) -> Finished:
    row = await replace(tx, brought)
    return Finished(row[0], row[1] or [], row[2] or [])


def _found_good(checked: Document, findings: Findings) -> dict[str, Any]:
    assert findings.kind is not None
    file_name, content_type = fitting(findings.kind, checked.file_name)
    return {
        "state": "ready",
        "file_name": file_name,
        "content_type": content_type,
        "sha256": findings.sha256,
        "scan": findings.scan,
        "checking_until": None,
        "ready_at": now(),
        "version": Document.version + 1,
        "on_portal": _shown_with_its_case(),
    }


def _shown_with_its_case() -> ColumnElement[bool]:
    """What is brought for the customers of a case is for them to see."""
    for_them = and_(Document.case_id.is_not(None), Document.case_visibility == "customer")
    return case((for_them, true()), else_=Document.on_portal)


def idle() -> ColumnElement[bool]:
    """Uncommitted, and nobody is checking it, or whoever did is gone."""
    return or_(Document.state == "pending", and_(Document.state == "checking", Document.checking_until < func.now()))


def held(document: Document) -> Update:
    """The row, as long as it is under the lease that this document was claimed with."""
    return update(Document).where(
        Document.id == document.id,
        Document.state == "checking",
        Document.object_id == document.object_id,
        Document.checking_until == document.checking_until,
    )


def lease() -> ColumnElement[datetime]:
    """Until when whoever takes the lease now has it."""
    return func.now() + LEASE + Document.size * LEASE_PER_BYTE


def briefly() -> ColumnElement[datetime]:
    """The same for what takes no long time, or is renewed while it does."""
    return func.now() + LEASE


async def changed(tx: AsyncSession, query: Update) -> Document | None:
    """The row as an update left it; None where it found none."""
    query = query.returning(Document).execution_options(synchronize_session=False)
    return (await tx.execute(query)).scalar_one_or_none()


async def expire(tx: AsyncSession, document_id: UUID, under: Document | None) -> None:
    """Forget an upload that nobody finished, unless somebody has just begun to; `under` the lease it was held with."""
    at_rest = Document.checking_until == under.checking_until if under else idle()
    await tx.execute(delete(Document).where(Document.id == document_id, Document.state != "ready", at_rest))
