"""What can be done to documents. The only place that writes them, and the only one that says so."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, DocumentLinked
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
    NotReady,
)
from documents.examine import Findings
from documents.kinds import fitting
from documents.models import Document, KnownCase, Link
from documents.policy import can, is_own, visible, visible_case
from documents.schemas import NewUpload
from kit.caller import Caller
from kit.db import AnyRow, tenant_of
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import Problem

log = structlog.get_logger()

UPLOAD_LASTS = timedelta(minutes=15)
"""How long an upload may be begun; one that has begun may end, and be committed, within GRACE more."""
GRACE = timedelta(hours=1)
LEASE, LEASE_PER_BYTE = timedelta(seconds=30), timedelta(microseconds=1)
"""How long one check may take: half a minute, and on top what a slow storage (1 MB/s) needs."""


async def announce(tx: AsyncSession, caller: Caller, new: NewUpload, limit: int) -> Document:
    """F143, F114: make room for a file to come, for a case where one is named. `limit` is in bytes."""
    if not can(caller, "upload"):
        raise MayNotDoThat()
    if new.size == 0:
        raise EmptyFile()
    if new.size > limit:
        raise FileTooLarge(f"The file is too large: {limit // 1024**2} MB is the most.")
    if new.case_id:
        await _open_case(tx, caller, new.case_id)
    document = Document(
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
        expires_at=now() + UPLOAD_LASTS,
    )
    tx.add(document)
    await tx.flush()
    return document


async def _open_case(tx: AsyncSession, caller: Caller, case_id: UUID) -> None:
    if not can(caller, "link"):
        raise CaseNotFound()
    closed = (await tx.execute(select(KnownCase.closed).where(KnownCase.id == case_id, visible_case(caller)))).scalar()
    if closed is None:
        raise CaseNotFound()
    if closed:
        raise CaseClosed()


async def claim(tx: AsyncSession, caller: Caller, document_id: UUID) -> Document | None:
    """Take the lease to check the caller's upload, under a new object's name. None when it cannot be had."""
    query = (
        update(Document)
        .where(Document.id == document_id, Document.uploaded_by_id == caller.id, visible(caller))
        .where(Document.organisation_id.is_not_distinct_from(caller.organisation_id))
        .where(_idle(), ~queries.meant_for_closed())
        .values(
            state="checking",
            object_id=new_id(),
            checking_until=func.now() + LEASE + Document.size * LEASE_PER_BYTE,
        )
    )
    return await _changed(tx, query)


async def settled(tx: AsyncSession, caller: Caller, document_id: UUID) -> AnyRow:
    """The document when it has been committed already; otherwise raises why it cannot be claimed."""
    row = await queries.one(tx, caller, document_id)
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
    query = _held(document).values(
        state="rejected" if refused else "pending",
        refusal=refused,
        scan="infected" if isinstance(problem, FileInfected) else "not_scanned",
        object_id=None,
        checking_until=None,
    )
    given = await _changed(tx, query)
    return given is not None and given.state == "rejected"


async def finish(tx: AsyncSession, checked: Document, findings: Findings) -> Document:
    """Commit a file that was found good, and hang it where it was meant for."""
    assert findings.kind is not None
    file_name, content_type = fitting(findings.kind, checked.file_name)
    query = _held(checked).values(
        state="ready",
        file_name=file_name,
        content_type=content_type,
        sha256=findings.sha256,
        scan=findings.scan,
        checking_until=None,
        ready_at=now(),
        version=Document.version + 1,
    )
    document = await _changed(tx, query)
    if document is None:
        raise BeingChecked()
    if document.case_id:
        await _hang(tx, document, document.case_id, document.case_visibility, uploader(document))
    return document


def _idle() -> ColumnElement[bool]:
    """Uncommitted, and nobody is checking it, or whoever did is gone."""
    return or_(Document.state == "pending", and_(Document.state == "checking", Document.checking_until < func.now()))


def _held(document: Document) -> Update:
    """The row, as long as it is under the lease that this document was claimed with."""
    return update(Document).where(
        Document.id == document.id, Document.state == "checking", Document.object_id == document.object_id
    )


async def _changed(tx: AsyncSession, query: Update) -> Document | None:
    query = query.returning(Document).execution_options(synchronize_session=False)
    return (await tx.execute(query)).scalar_one_or_none()


async def link(tx: AsyncSession, caller: Caller, document_id: UUID, case_id: UUID) -> tuple[Document, list[UUID]]:
    """F114: hang a document on a case, for its customer to see. Returns it with the cases it hangs on."""
    query = (
        select(Document, KnownCase.closed, queries.links_of(caller))
        .outerjoin(KnownCase, and_(KnownCase.id == case_id, visible_case(caller)))
        .where(visible(caller), Document.id == document_id)
        .with_for_update(of=Document)
    )
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise DocumentNotFound()
    document, closed, links = found[0], found[1], found[2] or []
    if not can(caller, "link", document):
        raise MayNotDoThat("Only the person who uploaded a file, or staff, can add it to a case.")
    if closed is None:
        raise CaseNotFound()
    if document.state != "ready":
        raise NotReady()
    if case_id in links:
        return document, links
    if closed:
        raise CaseClosed()
    document.version += 1
    await _hang(tx, document, case_id, "customer", actor(caller))
    return document, [*links, case_id]


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
        own = own.where(Document.organisation_id == acting_for)
    found = (await tx.execute(own.where(Document.state != "rejected").with_for_update())).scalars().all()
    for document in found:
        if document.state == "ready":
            document.version += 1
            await _hang(tx, document, case_id, visibility, author)
        elif document.case_id is None:
            document.case_id, document.case_visibility = case_id, visibility
    if left := set(document_ids) - {document.id for document in found}:
        log.warning("documents.not_linked", case_id=str(case_id), document_ids=sorted(map(str, left)))


async def _hang(tx: AsyncSession, document: Document, case_id: UUID, visibility: str, who: Actor) -> None:
    values = {"tenant_id": tenant_of(tx), "document_id": document.id, "case_id": case_id, "visibility": visibility}
    added = insert(Link).values(**values, created_at=now()).on_conflict_do_nothing().returning(Link.case_id)
    if (await tx.execute(added)).scalar() is None:
        return
    event = DocumentLinked(
        document_id=document.id,
        case_id=case_id,
        visibility="internal" if visibility == "internal" else "customer",
        file_name=document.file_name,
        title=document.title,
        size=document.size,
        linked_by=who,
    )
    emit(tx, event, version=document.version)


async def expire(tx: AsyncSession, document_id: UUID) -> None:
    """Forget an upload that nobody finished, unless somebody has just begun to."""
    await tx.execute(delete(Document).where(Document.id == document_id, _idle()))


def actor(caller: Caller) -> Actor:
    """Who did it, as events name them."""
    return Actor(id=caller.id, kind=caller.kind, name=caller.name)


def uploader(document: Document) -> Actor:
    """Who uploaded a document, as events name them."""
    return Actor(id=document.uploaded_by_id, kind=document.uploaded_by_kind, name=document.uploaded_by_name)
