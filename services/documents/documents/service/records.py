"""Files on records of any kind, hung there by hand."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import (
    CaseClosed,
    CaseNotFound,
    DocumentNotFound,
    MayNotDoThat,
    MayNotPublish,
    NotReady,
    RecordNotFound,
    WouldBeEverybodys,
)
from documents.models import Document, KnownCase, KnownProject, Link, RecordLink
from documents.policy import can, is_own, visible, visible_case, visible_project
from documents.service.cases import hang
from documents.service.said import actor, read_records, say
from kit.caller import Caller
from kit.db import tenant_of
from kit.ids import now


@dataclass(frozen=True)
class Found:
    """A document to be hung, what it hangs on by now, and whether the record it is to hang on is there."""

    document: Document
    cases: list[UUID]
    records: list[str]
    closed: bool | None
    project: bool


async def link(tx: AsyncSession, caller: Caller, document_id: UUID, kind: str, record_id: UUID) -> Found:
    """F114, F158, F183: hang a document on a record. Returns it with all that it hangs on."""
    found = await _found(tx, caller, document_id, kind, record_id)
    document = found.document
    if not can(caller, "link", document):
        raise MayNotDoThat("Only the person who uploaded a file, or staff, can add it to a record.")
    _is_there(caller, found, kind)
    if document.state != "ready":
        raise NotReady()
    if kind == "case":
        await _on_a_case(tx, caller, found, record_id)
    else:
        await _on_a_record(tx, caller, found, kind, record_id)
    return found


async def _found(tx: AsyncSession, caller: Caller, document_id: UUID, kind: str, record_id: UUID) -> Found:
    project = exists().where(KnownProject.id == record_id, visible_project(caller))
    query = (
        select(Document, queries.links_of(caller), queries.records_of(caller), KnownCase.closed, project)
        .outerjoin(KnownCase, and_(KnownCase.id == record_id, visible_case(caller)))
        .where(visible(caller), Document.id == document_id)
        .with_for_update(of=Document)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise DocumentNotFound()
    return Found(row[0], row[1] or [], row[2] or [], row[3], row[4])


def _is_there(caller: Caller, found: Found, kind: str) -> None:
    if kind == "case" and found.closed is None:
        raise CaseNotFound()
    if kind == "project" and not found.project:
        raise RecordNotFound()
    if kind not in ("case", "project") and caller.kind == "contact":
        raise MayNotDoThat("Only staff can say on which other records a file hangs.")


async def _on_a_case(tx: AsyncSession, caller: Caller, found: Found, case_id: UUID) -> None:
    document = found.document
    if case_id in found.cases:
        return
    if found.closed:
        raise CaseClosed()
    document.version += 1
    document.on_portal = document.on_portal or (is_own(caller, document) and not found.cases)
    await hang(tx, document, case_id, "customer", actor(caller))
    found.cases.append(case_id)
    say(tx, document, "linked", actor(caller), read_records(found.cases, found.records))


async def _on_a_record(tx: AsyncSession, caller: Caller, found: Found, kind: str, record_id: UUID) -> None:
    """F141: where contacts see the file already, it takes the permission to let others see it."""
    document, named = found.document, f"{kind}:{record_id}"
    if named in found.records:
        return
    if caller.kind == "staff" and document.on_portal and not can(caller, "publish"):
        raise MayNotPublish()
    values = {"tenant_id": tenant_of(tx), "document_id": document.id, "kind": kind, "record_id": record_id}
    await tx.execute(insert(RecordLink).values(**values, created_at=now()).on_conflict_do_nothing())
    document.version += 1
    found.records.append(named)
    say(tx, document, "linked", actor(caller), read_records(found.cases, found.records))


async def unlink(tx: AsyncSession, caller: Caller, document_id: UUID, kind: str, record_id: UUID) -> Found:
    """F158: take a document off a record, or from somebody whom it was for: who saw it there alone sees it no more.

    What does not hang there is as it should be. Raises MayNotPublish, WouldBeEverybodys.
    """
    found = await _found(tx, caller, document_id, kind, record_id)
    document = found.document
    if not can(caller, "unlink", document):
        raise MayNotDoThat("Only staff can take a file off a record.")
    if kind == "case" and record_id in found.cases:
        await _off_a_case(tx, found, record_id)
    elif f"{kind}:{record_id}" in found.records:
        await _off_a_record(tx, caller, found, kind, record_id)
    else:
        return found
    document.version += 1
    say(tx, document, "linked", actor(caller), read_records(found.cases, found.records))
    return found


async def _off_a_case(tx: AsyncSession, found: Found, case_id: UUID) -> None:
    await tx.execute(delete(Link).where(Link.document_id == found.document.id, Link.case_id == case_id))
    found.cases.remove(case_id)
    if found.document.case_id == case_id:
        found.document.case_id = None


async def _off_a_record(tx: AsyncSession, caller: Caller, found: Found, kind: str, record_id: UUID) -> None:
    """F141: where contacts see the file, it takes the permission; and none gets to see it by this."""
    document = found.document
    if document.on_portal and not can(caller, "publish"):
        raise MayNotPublish()
    companies = [one for one in found.records if one.startswith("organisation:")]
    is_last = kind == "organisation" and len(companies) == 1
    if is_last and document.on_portal and document.folder == "public" and document.organisation_id is None:
        raise WouldBeEverybodys()
    it = (RecordLink.document_id == document.id, RecordLink.kind == kind, RecordLink.record_id == record_id)
    await tx.execute(delete(RecordLink).where(*it))
    found.records.remove(f"{kind}:{record_id}")
