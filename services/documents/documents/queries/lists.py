"""Lists of documents: the newest first, of a folder, on a record, found by a word, by projects."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    and_,
    cast,
    func,
    literal_column,
    null,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import Document, KnownProject, Link, RecordLink
from documents.policy import (
    Filed,
    Way,
    has_documents,
    in_folder,
    sees_all,
    visible,
    visible_link,
    visible_project,
    visible_record,
    ways,
)
from documents.queries import kept
from documents.queries.kept import Asked
from documents.queries.rows import selected
from documents.schemas import DocumentFilters, PageOnly
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

FEW_HITS = 500
"""As many hits of a word in all of a tenant's files are looked at one by one."""


async def page(tx: AsyncSession, caller: Caller, filters: DocumentFilters) -> tuple[Sequence[AnyRow], str | None, int]:
    """F085, F139: one page of the documents a caller may see, newest first, the cursor of the next, and how many there
    are, counted no further than the cap."""
    before = paging.decode(filters.cursor, datetime, UUID)
    hits = await _few_hits(tx, filters.q) if filters.q and has_documents(caller) else None
    query, counting, values = kept.of_a_list(_composed, caller, filters, before, hits)
    shown, last = paging.cut((await tx.execute(query, values)).all(), filters.limit)
    if shown:
        return shown, (paging.encode(last.created_at, last.id) if last else None), shown[0].counted
    return shown, None, (await tx.execute(counting, values)).scalar_one() if before else 0


async def _few_hits(tx: AsyncSession, words: str) -> Sequence[UUID] | None:
    """F139: a rare word is found by its trigrams, wherever; of a common one, whose hits are too many to be looked
    through, what the caller sees is looked through instead."""
    some = func.documents_some(words, FEW_HITS + 1).table_valued("id")
    hits = (await tx.execute(select(some.c.id))).scalars().all()
    return hits if len(hits) <= FEW_HITS else None


def _composed(caller: Caller, asked: Asked) -> tuple[AnyQuery, AnyQuery]:
    """The statement of a page, and the one that counts where a page has no row to say it."""
    theirs = has_documents(caller)
    shown_ids, counting = (_newest if theirs else _at_once)(caller, asked)
    query = selected(caller).add_columns(counting.scalar_subquery().label("counted"))
    shown = shown_ids.limit(asked.filters.limit + 1).scalar_subquery()
    order = (Document.id,) if theirs else (Document.created_at, Document.id)
    query = query.where(Document.id == func.any(func.array(shown)))
    return query.order_by(*(column.desc() for column in order)), counting


def _at_once(caller: Caller, asked: Asked) -> tuple[AnyQuery, AnyQuery]:
    """The documents of a list, newest first, and how many there are: off an index, or out of what was found once for
    both."""
    found = select(Document.id, Document.created_at).where(*_matching(caller, asked.filters))
    if asked.filters.q:
        found = select(*found.cte("found").c)
    columns = found.selected_columns
    counting = select(func.count()).select_from(found.limit(paging.COUNT_CAP + 1).subquery())
    if asked.before:
        found = found.where(tuple_(columns.created_at, columns.id) < tuple_(*asked.before))
    return found.with_only_columns(columns.id).order_by(columns.created_at.desc(), columns.id.desc()), counting


class Narrowing(NamedTuple):
    """What a list is narrowed by: lists of ids to be among, and what must hold of a document (as `Filed`)."""

    among: list[AnyQuery]
    besides: list[ColumnElement[bool]]


def _newest(caller: Caller, asked: Asked) -> tuple[AnyQuery, AnyQuery]:
    """The same of what a contact sees: the newest of each way to see some, which its index has in order, are put
    together, and only as many documents looked at as are shown, or counted. An id says when its document came."""
    narrowing = _narrowing(caller, asked)
    open_to_them = ways(caller, asked.filters.folder)
    before = asked.before and asked.before[1]
    shown = _merged([_of(way, narrowing, before, asked.filters.limit + 1) for way in open_to_them])
    counted = _merged([_of(way, narrowing, None, paging.COUNT_CAP + 1) for way in open_to_them])
    return shown, select(func.count()).select_from(counted.limit(paging.COUNT_CAP + 1).subquery())


def _merged(lists: Sequence[AnyQuery]) -> AnyQuery:
    ids = union_all(*lists).subquery()
    return select(ids.c.id).distinct().order_by(ids.c.id.desc())


def _of(way: Way, narrowing: Narrowing, before: ColumnElement[UUID] | None, most: int) -> AnyQuery:
    """The newest of one way whose documents are there, looked at one after the other."""
    [id_] = way.ids.selected_columns
    ids = way.ids.where(*(id_.in_(among) for among in narrowing.among))
    ids = ids if before is None else ids.where(id_ < before)
    found = ids.distinct().order_by(id_.desc()).subquery()
    standing = (Filed.on_portal, Filed.state == "ready", Filed.version_of.is_(None))
    holds = narrowing.besides if way.where is None else [*narrowing.besides, way.where]
    there: AnyQuery = select(literal_column("1")).where(Filed.id == found.c.id, *standing, *holds)
    looked_at = found.join(there.offset(0).lateral(), true())
    return select(found.c.id).select_from(looked_at).order_by(found.c.id.desc()).limit(most)


def _narrowing(caller: Caller, asked: Asked) -> Narrowing:
    filters = asked.filters
    among: list[AnyQuery] = []
    if filters.case_id is not None:
        among.append(_on_record(caller, "case", filters.case_id))
    if filters.kind and filters.id is not None:
        among.append(_on_record(caller, filters.kind, filters.id))
    if asked.hits is not None:
        among.append(select(func.unnest(asked.hits)))
    besides = [] if filters.on_portal is None else [Filed.on_portal == filters.on_portal]
    if filters.q:
        besides.append((Filed.title + " " + Filed.file_name).icontains(filters.q, autoescape=True))
    return Narrowing(among, besides)


def _standing() -> tuple[ColumnElement[bool], ...]:
    """What was checked, and is no version of another."""
    return Document.state == "ready", Document.version_of.is_(None)


async def all_of(tx: AsyncSession, caller: Caller, filters: DocumentFilters, most: int) -> Sequence[AnyRow]:
    """The files of a list as far as they go, oldest first, and one more than `most` where there are more."""
    columns = (Document.tenant_id, Document.object_id, Document.file_name, Document.size, Document.created_at)
    query: AnyQuery = select(*columns).where(*_matching(caller, filters)).order_by(Document.created_at, Document.id)
    return (await tx.execute(query.limit(most + 1))).all()


def _matching(caller: Caller, filters: DocumentFilters) -> list[ColumnElement[bool]]:
    found = [visible(caller), *_standing()]
    if filters.case_id is not None:
        hung = select(Link.document_id).where(Link.case_id == filters.case_id, visible_link(caller))
        found.append(Document.id.in_(hung))
    if filters.kind and filters.id is not None:
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
    """What hangs on a record. Invoices and the like are not known here: of what hangs on one a contact finds what they
    may see anyway."""
    if kind == "case":
        return select(Link.document_id).where(Link.case_id == record_id, visible_link(caller))
    named = (RecordLink.kind == kind, RecordLink.record_id == record_id)
    known = kind in ("project", "contact", "organisation")
    return select(RecordLink.document_id).where(*named, visible_record(caller) if known else true())


async def on_projects(tx: AsyncSession, caller: Caller, filters: PageOnly) -> tuple[Sequence[AnyRow], str | None]:
    """F151: the documents on the caller's projects, by the projects' names; the cursor names the last row shown."""
    name, order = func.lower(KnownProject.name), (func.lower(KnownProject.name), KnownProject.id, Document.id)
    columns = (KnownProject.id, KnownProject.reference, KnownProject.name)
    query = (
        selected(caller)
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
