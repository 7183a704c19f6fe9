"""Reads of documents: plain rows off the ORM, each one inside `policy.visible`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from documents.models import Document, DocumentRequest, KnownCase, KnownProject, Link, RecordLink, TenantSettings, Usage
from documents.policy import (
    has_documents,
    in_folder,
    reached,
    sees_all,
    visible,
    visible_link,
    visible_project,
    visible_record,
    visible_request,
)
from documents.schemas import DocumentFilters, PageOnly, RequestFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, tenant_of
from kit.ids import now

VERSIONS_SHOWN = 100
_brought = aliased(Document)


def links_of(caller: Caller | None) -> ColumnElement[Any]:
    """The cases a document hangs on, as far as the caller may know of them; all of them without a caller."""
    return (
        select(func.array_agg(Link.case_id))
        .where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id)
        .where(visible_link(caller) if caller else true())
        .correlate(Document)
        .scalar_subquery()
        .label("links")
    )


def records_of(caller: Caller | None) -> ColumnElement[Any]:
    """The other records a document hangs on and whom it is for, as `kind:id`: likewise."""
    return (
        select(func.array_agg(RecordLink.kind + ":" + cast(RecordLink.record_id, Text)))
        .where(RecordLink.tenant_id == Document.tenant_id, RecordLink.document_id == Document.id)
        .where(visible_record(caller) if caller else true())
        .correlate(Document)
        .scalar_subquery()
        .label("records")
    )


def names_of() -> ColumnElement[Any]:
    """The references of the cases a document hangs on, and its projects' names, by their ids."""
    on_case = and_(Link.tenant_id == KnownCase.tenant_id, Link.case_id == KnownCase.id)
    cases = select(KnownCase.id, KnownCase.reference.label("name")).join(Link, on_case)
    on_project = and_(RecordLink.tenant_id == KnownProject.tenant_id, RecordLink.record_id == KnownProject.id)
    called = (KnownProject.reference + " " + KnownProject.name).label("name")
    projects = select(KnownProject.id, called).join(RecordLink, on_project).where(RecordLink.kind == "project")
    its = union_all(
        cases.where(Link.document_id == Document.id).correlate(Document),
        projects.where(RecordLink.document_id == Document.id).correlate(Document),
    ).subquery()
    named = func.jsonb_object_agg(its.c.id, its.c.name, type_=JSONB)
    return select(named).correlate(Document).scalar_subquery().label("names")


def pictured() -> ColumnElement[bool]:
    """F155: is there a small picture, and does the tenant show them?"""
    off = exists().where(TenantSettings.tenant_id == Document.tenant_id, ~TenantSettings.thumbnails)
    return and_(Document.thumbnail_id.is_not(None), ~off).label("pictured")


def _rows(caller: Caller) -> AnyQuery:
    return select(*Document.__table__.c, links_of(caller), records_of(caller), pictured())


async def to_draw(tx: AsyncSession, document_id: UUID) -> AnyRow | None:
    """The file of a document whose small picture is due."""
    columns = (Document.tenant_id, Document.id, Document.object_id, Document.content_type, Document.size)
    query: AnyQuery = select(*columns).where(Document.id == document_id, Document.thumbnail.is_(None))
    return (await tx.execute(query)).one_or_none()


async def page(tx: AsyncSession, caller: Caller, filters: DocumentFilters) -> tuple[Sequence[AnyRow], str | None, int]:
    """F085, F139: one page of the documents a caller may see, newest first, the cursor of the next, and how many there
    are, counted no further than the cap."""
    before = paging.decode(filters.cursor, datetime, UUID)
    few = has_documents(caller) and not _narrowed(filters)
    shown_ids, counting = _one_by_one(caller, before) if few else _at_once(caller, filters, before)
    query = _rows(caller).add_columns(counting.scalar_subquery().label("counted"))
    query = query.where(Document.id == func.any(func.array(shown_ids.limit(filters.limit + 1).scalar_subquery())))
    order = (Document.id,) if few else (Document.created_at, Document.id)
    rows = (await tx.execute(query.order_by(*(column.desc() for column in order)))).all()
    shown, last = paging.cut(rows, filters.limit)
    counted = shown[0].counted if shown else (await tx.execute(counting)).scalar_one()
    return shown, (paging.encode(last.created_at, last.id) if last else None), counted


Before = tuple[datetime, UUID] | None


def _at_once(caller: Caller, filters: DocumentFilters, before: Before) -> tuple[AnyQuery, AnyQuery]:
    """The documents of a list, newest first, and how many there are: off an index, or out of what was found once for
    both."""
    found = select(Document.id, Document.created_at).where(*_matching(caller, filters))
    if not sees_all(caller) or filters.q:
        found = select(*found.cte("found").c)
    columns = found.selected_columns
    counting = select(func.count()).select_from(found.limit(paging.COUNT_CAP + 1).subquery())
    if before:
        found = found.where(tuple_(columns.created_at, columns.id) < before)
    return found.with_only_columns(columns.id).order_by(columns.created_at.desc(), columns.id.desc()), counting


def _one_by_one(caller: Caller, before: Before) -> tuple[AnyQuery, AnyQuery]:
    """The same of all that a contact sees: the ids alone are put together, and only as many documents looked at as are
    shown, or counted. An id says when its document came."""
    ids = reached(caller).cte("reached")
    counting = select(func.count()).select_from(_shown(select(ids.c.id)).limit(paging.COUNT_CAP + 1).subquery())
    newest = select(ids.c.id).order_by(ids.c.id.desc())
    shown = _shown(newest.where(ids.c.id < before[1]) if before else newest)
    return shown.order_by(shown.selected_columns.id.desc()), counting


def _shown(ids: AnyQuery) -> AnyQuery:
    """Those of these ids whose documents are on the portal, in their order, looked at one after the other."""
    found = ids.subquery()
    there: AnyQuery = select(literal_column("1")).where(Document.id == found.c.id, Document.on_portal, *_standing())
    return select(found.c.id).select_from(found.join(there.offset(0).lateral(), true()))


def _standing() -> tuple[ColumnElement[bool], ...]:
    """What was checked, and is no version of another."""
    return Document.state == "ready", Document.version_of.is_(None)


def _narrowed(filters: DocumentFilters) -> bool:
    narrower = (filters.q, filters.case_id, filters.kind, filters.folder, filters.on_portal)
    return any(one is not None for one in narrower)


async def all_of(tx: AsyncSession, caller: Caller, filters: DocumentFilters, most: int) -> Sequence[AnyRow]:
    """The files of a list as far as they go, oldest first, and one more than `most` where there are more."""
    columns = (Document.tenant_id, Document.object_id, Document.file_name, Document.size, Document.created_at)
    query: AnyQuery = select(*columns).where(*_matching(caller, filters)).order_by(Document.created_at, Document.id)
    return (await tx.execute(query.limit(most + 1))).all()


def _matching(caller: Caller, filters: DocumentFilters) -> list[ColumnElement[bool]]:
    found = [visible(caller), *_standing()]
    if filters.case_id:
        hung = select(Link.document_id).where(Link.case_id == filters.case_id, visible_link(caller))
        found.append(Document.id.in_(hung))
    if filters.kind and filters.id:
        found.append(Document.id.in_(_on_record(caller, filters.kind, filters.id)))
    if filters.folder:
        found.append(in_folder(caller, filters.folder))
    if filters.on_portal is not None:
        found.append(Document.on_portal == filters.on_portal)
    return _hits(caller, filters, found) if filters.q else found


def _hits(caller: Caller, filters: DocumentFilters, found: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """F139: what a search finds, the newest of those that come into question: else newer files that the caller does
    not see, or does not look among, leave no room for theirs.

    Under row-level security a trigram index serves only the function that takes the tenant by itself.
    """
    narrower = (filters.case_id, filters.kind, filters.folder, filters.on_portal)
    everywhere = sees_all(caller) and all(one is None for one in narrower)
    ids = select(Document.id).where(*found).correlate(None).scalar_subquery()
    within = null() if everywhere else func.array(ids)
    hits = func.documents_sought(filters.q, paging.COUNT_CAP + 1, cast(within, ARRAY(Uuid))).table_valued("id")
    # Among what came into question nothing else is to be asked of a hit.
    hit = Document.id.in_(select(hits.c.id))
    return [*found, hit] if everywhere else [hit]


def _on_record(caller: Caller, kind: str, record_id: UUID) -> AnyQuery:
    if kind == "case":
        return select(Link.document_id).where(Link.case_id == record_id, visible_link(caller))
    """What hangs on a record. Invoices and the like are not known here: of what hangs on one a contact finds what they
    may see anyway."""
    named = (RecordLink.kind == kind, RecordLink.record_id == record_id)
    known = kind in ("project", "contact", "organisation")
    return select(RecordLink.document_id).where(*named, visible_record(caller) if known else true())


async def on_projects(tx: AsyncSession, caller: Caller, filters: PageOnly) -> tuple[Sequence[AnyRow], str | None]:
    """F151: the documents on the caller's projects, by the projects' names; the cursor names the last row shown."""
    name, order = func.lower(KnownProject.name), (func.lower(KnownProject.name), KnownProject.id, Document.id)
    columns = (KnownProject.id, KnownProject.reference, KnownProject.name)
    query = (
        _rows(caller)
        .add_columns(*(column.label(f"project_{column.key}") for column in columns))
        .join(RecordLink, and_(RecordLink.tenant_id == Document.tenant_id, RecordLink.document_id == Document.id))
        .join(
            KnownProject,
            and_(KnownProject.tenant_id == RecordLink.tenant_id, KnownProject.id == RecordLink.record_id),
        )
        .where(RecordLink.kind == "project", visible(caller), visible_project(caller), Document.state == "ready")
        .order_by(*order)
    )
    if after := paging.decode(filters.cursor, UUID, UUID):
        last = select(name).where(KnownProject.id == after[0]).scalar_subquery()
        query = query.where(tuple_(*order) > tuple_(last, *after))
    shown, cut = paging.cut((await tx.execute(query.limit(filters.limit + 1))).all(), filters.limit)
    return shown, (paging.encode(cut.project_id, cut.id) if cut else None)


async def settings(tx: AsyncSession) -> AnyRow:
    """What the tenant set, and how much room its files take; version 0 while nothing was set."""
    tenant = select(literal(tenant_of(tx), Uuid).label("id")).subquery()
    query: AnyQuery = (
        select(
            TenantSettings.quota_bytes,
            TenantSettings.tell_id,
            func.coalesce(TenantSettings.tell_text, "").label("tell_text"),
            func.coalesce(TenantSettings.old_versions, false()).label("old_versions"),
            func.coalesce(TenantSettings.thumbnails, true()).label("thumbnails"),
            func.coalesce(TenantSettings.unscanned, false()).label("unscanned"),
            TenantSettings.case_days,
            TenantSettings.loose_days,
            func.coalesce(TenantSettings.version, 0).label("version"),
            func.coalesce(Usage.bytes, 0).label("used_bytes"),
        )
        .select_from(tenant)
        .outerjoin(TenantSettings, TenantSettings.tenant_id == tenant.c.id)
        .outerjoin(Usage, Usage.tenant_id == tenant.c.id)
    )
    return (await tx.execute(query)).one()


async def one(tx: AsyncSession, caller: Caller, document_id: UUID) -> AnyRow | None:
    """One document, or None when missing or not for this caller; `case_closed` tells of the case it is meant for."""
    query = _rows(caller).add_columns(meant_for_closed().label("case_closed"), names_of())
    return (await tx.execute(query.where(visible(caller), Document.id == document_id))).one_or_none()


async def one_of(tx: AsyncSession, caller: Caller, external_id: str) -> AnyRow | None:
    """The same, by what the CRM calls it."""
    return (await tx.execute(_rows(caller).where(visible(caller), Document.external_id == external_id))).one_or_none()


async def replaced(tx: AsyncSession, caller: Caller, brought_id: UUID) -> AnyRow | None:
    """The document whose newest version came as this upload."""
    it = select(_brought.version_of).where(_brought.id == brought_id, _brought.state == "ready").scalar_subquery()
    return (await tx.execute(_rows(caller).where(visible(caller), Document.id == it))).one_or_none()


async def versions(tx: AsyncSession, caller: Caller, document_id: UUID) -> Sequence[AnyRow]:
    """The versions of a document before the newest, that one first; for a contact where the tenant shows them."""
    shown = exists().where(TenantSettings.tenant_id == Document.tenant_id, TenantSettings.old_versions)
    query: AnyQuery = select(*Document.__table__.c).where(Document.version_of == document_id, Document.state == "ready")
    if caller.kind == "contact":
        query = query.where(shown)
    return (await tx.execute(query.order_by(Document.number.desc()).limit(VERSIONS_SHOWN))).all()


def meant_for_closed() -> ColumnElement[bool]:
    """Is the case that a document is meant for closed? The CRM may bring what belongs to one that is over."""
    closed = exists().where(
        KnownCase.tenant_id == Document.tenant_id, KnownCase.id == Document.case_id, KnownCase.closed
    )
    return and_(closed, Document.uploaded_by_kind != "key")


async def requests(tx: AsyncSession, caller: Caller, filters: RequestFilters) -> tuple[Sequence[AnyRow], str | None]:
    """F143: one page of the requests a caller may see, newest first, and the cursor of the next."""
    order = DocumentRequest.created_at, DocumentRequest.id
    query: AnyQuery = select(*DocumentRequest.__table__.c).where(visible_request(caller), *_asked(filters))
    if before := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < before)
    query = query.order_by(*(column.desc() for column in order)).limit(filters.limit + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.created_at, last.id) if last else None)


def _asked(filters: RequestFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state:
        found.append(DocumentRequest.state == ("open" if filters.state == "overdue" else filters.state))
    if filters.state == "overdue":
        found.append(DocumentRequest.due_on < now().date())
    for name in ("case_id", "contact_id"):
        if value := getattr(filters, name):
            found.append(getattr(DocumentRequest, name) == value)
    return found


async def request(tx: AsyncSession, caller: Caller, request_id: UUID) -> AnyRow | None:
    """One request, or None when missing or not for this caller."""
    query: AnyQuery = select(*DocumentRequest.__table__.c)
    return (await tx.execute(query.where(visible_request(caller), DocumentRequest.id == request_id))).one_or_none()
