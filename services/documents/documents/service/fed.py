"""F158, F159: files as the CRM has them, up to 1,000 in a few statements; each fares by itself."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from contracts import DocumentLinked
from documents import queries
from documents.errors import BroughtAtTheSameMoment, MayNotFeed, OverQuota, TooLargeToScan
from documents.models import Document, KnownCase, KnownProject
from documents.policy import may_feed
from documents.schemas import FileFacts, FileOutcome
from documents.service.fed_row import Batch, Known, Plan, keep_up, planned
from documents.service.parts import LARGE_LASTS
from documents.service.said import Change, actor, read_records, say
from documents.service.tenants import beyond_scanner
from documents.service.uploads import UPLOAD_LASTS, Begin, Most
from kit.at_last import insert_at_last
from kit.caller import Caller
from kit.db import AnyRow, tenant_of
from kit.ids import now
from kit.outbox import emit
from kit.problems import Invalid, Problem

_WRITTEN = (
    *("title", "description", "folder", "on_portal", "legal_hold", "version", "case_id", "case_visibility"),
    *("file_name", "announced_sha256", "uploaded_by_id", "uploaded_by_kind", "uploaded_by_name", "expires_at"),
)
"""All that a row may change: written together, so that many rows go in one statement."""


class Brought(NamedTuple):
    """How a file fared; the bytes of `coming` are awaited. `before` is the version it was, 0 if it was not there."""

    external_id: str
    result: FileOutcome
    document: Document | None = None
    coming: Document | None = None
    problem: Problem | None = None
    before: int = 0


async def write_files(
    tx: AsyncSession, caller: Caller, rows: Mapping[str, FileFacts], most: Most, begin: Begin | None = None
) -> list[Brought]:
    """Announce, change or leave files by external id, in the order in which they came.

    `begin` begins those that come in parts. Raises MayNotFeed, BroughtAtTheSameMoment.
    """
    if not may_feed(caller):
        raise MayNotFeed()
    batch = Batch(caller, await _look_up(tx, rows), most.size, begin is not None)
    plans = [planned(batch, key, row) for key, row in rows.items()]
    await _drop(tx, [plan.dropped for plan in plans if plan.dropped])
    added = [plan.coming for plan in plans if plan.coming and plan.is_new]
    await _add(tx, added, begin)
    refused = await _refused(tx, added, most.scannable)
    return [_done(tx, caller, plan, refused) for plan in plans]


async def _look_up(tx: AsyncSession, rows: Mapping[str, FileFacts]) -> Known:
    """The documents, locked in one order for everybody, and the records that are named for them."""
    query = select(Document, queries.links_of(None), queries.records_of(None))
    query = query.where(Document.external_id.in_(rows)).order_by(Document.id).with_for_update(of=Document)
    found = {row[0].external_id: row for row in (await tx.execute(query)).all()}
    replaced = [
        row[0].id
        for key, row in found.items()
        if row[0].state == "ready" and rows[key].sha256 not in (None, row[0].sha256)
    ]
    versions = await _on_their_way(tx, replaced)
    return Known(found, versions, await _cases(tx, rows), await _projects(tx, rows))


async def _on_their_way(tx: AsyncSession, document_ids: Sequence[UUID]) -> dict[UUID, Document]:
    if not document_ids:
        return {}
    of_these = (Document.version_of.in_(document_ids), Document.uploaded_by_kind == "key")
    query = select(Document).where(*of_these, Document.state.in_(("pending", "checking"))).order_by(Document.id)
    found = (await tx.execute(query.with_for_update())).scalars().all()
    return {one.version_of: one for one in found if one.version_of}


async def _cases(tx: AsyncSession, rows: Mapping[str, FileFacts]) -> dict[tuple[str, str], UUID]:
    names = {row.case_reference for row in rows.values() if row.case_reference}
    keys = {row.case_external_id for row in rows.values() if row.case_external_id}
    if not names and not keys:
        return {}
    query = select(KnownCase.id, KnownCase.reference, KnownCase.external_id)
    query = query.where(or_(KnownCase.reference.in_(names), KnownCase.external_id.in_(keys)))
    found = (await tx.execute(query)).all()
    return {("case_reference", row.reference): row.id for row in found} | {
        ("case_external_id", row.external_id): row.id for row in found if row.external_id
    }


async def _projects(tx: AsyncSession, rows: Mapping[str, FileFacts]) -> dict[str, UUID]:
    names = {row.project_reference for row in rows.values() if row.project_reference}
    if not names:
        return {}
    query = select(KnownProject.reference, KnownProject.id).where(KnownProject.reference.in_(names))
    return {row.reference: row.id for row in await tx.execute(query)}


async def _drop(tx: AsyncSession, documents: Sequence[Document]) -> None:
    """Forget uploads that others take the place of; the sweeper removes what there is of their bytes."""
    if documents:
        await tx.execute(delete(Document).where(Document.id.in_([one.id for one in documents])))


async def _add(tx: AsyncSession, documents: Sequence[Document], begin: Begin | None) -> None:
    for document in documents if begin else ():
        assert begin is not None
        await begin(document)
    tx.add_all(documents)
    try:
        await tx.flush()
    except IntegrityError as error:
        raise BroughtAtTheSameMoment() from error


async def _refused(tx: AsyncSession, added: Sequence[Document], scannable: int | None) -> dict[UUID, type[Invalid]]:
    """F147: of the files that were added, those that the scanner cannot take, and then those that the quota has no room
    for, the last ones first; they are gone.

    The count is kept by the database with each row, so that of two batches at once the second is counted after the
    first.
    """
    rules = await queries.settings(tx) if added else None
    if rules is None:
        return {}
    gone: dict[UUID, type[Invalid]] = {
        one.id: TooLargeToScan for one in added if beyond_scanner(rules, one.size, scannable)
    }
    over = rules.used_bytes - rules.quota_bytes if rules.quota_bytes is not None else 0
    over -= sum(one.size for one in added if one.id in gone)
    for document in reversed(added):
        if over > 0 and document.id not in gone:
            gone[document.id] = OverQuota
            over -= document.size
    await _drop(tx, [one for one in added if one.id in gone])
    return gone


def _done(tx: AsyncSession, caller: Caller, plan: Plan, refused: Mapping[UUID, type[Invalid]]) -> Brought:
    problem = plan.problem
    if plan.coming is not None and (why := refused.get(plan.coming.id)):
        problem = why(errors=[{"field": "size", "detail": why.title}])
    if problem:
        return Brought(plan.external_id, "failed", problem=problem)
    if plan.coming is not None and not plan.is_new:
        _go_on(caller, plan, plan.coming)
    if plan.found is None:
        _hang_on_project(tx, plan)
        return Brought(plan.external_id, "announced", plan.coming, plan.coming)
    before = plan.found[0].version
    changed = _change(tx, caller, plan, plan.found)
    result: FileOutcome = "announced" if plan.coming else "changed" if changed else "unchanged"
    return Brought(plan.external_id, result, plan.found[0], plan.coming, before=before)


def _go_on(caller: Caller, plan: Plan, document: Document) -> None:
    """An upload that is still to come has its time anew, and what is said of it by now."""
    keep_up(caller, document, plan.row)
    document.expires_at = now() + (LARGE_LASTS if document.upload_id else UPLOAD_LASTS)
    if document.version_of is None:
        document.case_id = plan.where.case_id or document.case_id
        _set(document, plan)
    _write(document)


def _set(document: Document, plan: Plan) -> list[str]:
    changed = [name for name, value in plan.row.values.items() if getattr(document, name) != value]
    for name in changed:
        setattr(document, name, plan.row.values[name])
    return changed


def _write(document: Document) -> None:
    for name in _WRITTEN:
        flag_modified(document, name)


def _change(tx: AsyncSession, caller: Caller, plan: Plan, found: AnyRow) -> bool:
    """What a row says anew of a file that is there, and the records it adds, said once. Returns if there is any."""
    document, cases, records = found[0], list(found[1] or []), list(found[2] or [])
    changed = _set(document, plan)
    new_case = plan.where.case_id if plan.where.case_id not in cases else None
    new_project = plan.where.project_id if f"project:{plan.where.project_id}" not in records else None
    if not changed and not new_case and not new_project:
        return False
    document.version += 1
    _write(document)
    if new_case:
        _hang_on_case(tx, caller, document, plan, new_case)
        cases.append(new_case)
    if new_project:
        _hang_on_project(tx, plan)
        records.append(f"project:{new_project}")
    say(tx, document, _what(document, changed), actor(caller), read_records(cases, records))
    return True


def _what(document: Document, changed: Sequence[str]) -> Change:
    if "on_portal" in changed:
        return "shown" if document.on_portal else "hidden"
    return "described" if changed else "linked"


def _hang_on_case(tx: AsyncSession, caller: Caller, document: Document, plan: Plan, case_id: UUID) -> None:
    internal = plan.row.on_portal is False
    values = {"tenant_id": tenant_of(tx), "document_id": document.id, "case_id": case_id}
    words = {"visibility": "internal" if internal else "customer", "created_at": now().isoformat()}
    insert_at_last(tx, "links", unless_there=True, **values, **words)
    event = DocumentLinked(
        document_id=document.id,
        case_id=case_id,
        visibility="customer" if document.on_portal and not internal else "internal",
        file_name=document.file_name,
        title=document.title,
        size=document.size,
        linked_by=actor(caller),
    )
    emit(tx, event, version=document.version)


def _hang_on_project(tx: AsyncSession, plan: Plan) -> None:
    document = plan.found[0] if plan.found else plan.coming
    if document is None or plan.where.project_id is None:
        return
    values = {"tenant_id": tenant_of(tx), "document_id": document.id, "record_id": plan.where.project_id}
    words = {"kind": "project", "created_at": now().isoformat()}
    insert_at_last(tx, "record_links", unless_there=True, **values, **words)
