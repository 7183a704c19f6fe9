"""Files whose time is over go for good: row and objects, a stretch at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor
from documents import queries
from documents.models import Document, KnownCase, Link, RecordLink
from documents.service.said import read_records, say
from kit import paging
from kit.db import AnyQuery
from kit.ids import now

SYSTEM = Actor(id=None, kind="system", name="")
KEPT_FOR = ("contact", "organisation")
"""Whom a file is for is nothing that it hangs on."""


def over(case_days: int | None, loose_days: int | None, at: datetime) -> ColumnElement[bool]:
    """The documents whose time is over under these rules. What is held, or hangs on a project or the like, stays."""
    rules: list[ColumnElement[bool]] = [false()]
    hung = exists().where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id)
    if case_days is not None:
        rules.append(and_(hung, ~_on_a_case_since(at - timedelta(case_days))))
    if loose_days is not None:
        rules.append(and_(~hung, Document.ready_at < at - timedelta(loose_days)))
    on = (RecordLink.tenant_id == Document.tenant_id, RecordLink.document_id == Document.id)
    elsewhere = exists().where(*on, RecordLink.kind.not_in(KEPT_FOR))
    return and_(Document.state == "ready", Document.version_of.is_(None), ~Document.legal_hold, ~elsewhere, or_(*rules))


def _on_a_case_since(day: datetime) -> ColumnElement[bool]:
    """Does it hang on a case that is open, unknown or closed later than this?"""
    long_closed = exists().where(
        KnownCase.tenant_id == Link.tenant_id, KnownCase.id == Link.case_id, KnownCase.closed, KnownCase.closed_at < day
    )
    return exists().where(Link.tenant_id == Document.tenant_id, Link.document_id == Document.id, ~long_closed)


async def count_over(tx: AsyncSession, case_days: int | None, loose_days: int | None) -> int:
    """How many documents would go now, counted no further than the cap."""
    due = over(case_days, loose_days, now())
    some = select(literal_column("1")).select_from(Document).where(due).limit(paging.COUNT_CAP + 1).subquery()
    return (await tx.execute(select(func.count()).select_from(some))).scalar_one()


async def remove_over(tx: AsyncSession, at: datetime, most: int) -> list[UUID]:
    """Remove the rows of documents whose time is over, with their earlier versions, and say so of each. Returns the
    objects that nobody knows any more."""
    rules = await queries.settings(tx)
    due = select(Document, queries.links_of(None), queries.records_of(None))
    due = due.where(over(rules.case_days, rules.loose_days, at)).order_by(Document.id).limit(most)
    rows = (await tx.execute(due.with_for_update(of=Document, skip_locked=True))).all()
    if not rows:
        return []
    for row in rows:
        row[0].version += 1
        say(tx, row[0], "removed", SYSTEM, read_records(row[1], row[2]))
    return await forgotten(tx, [row[0].id for row in rows])


async def forgotten(tx: AsyncSession, document_ids: Sequence[UUID]) -> list[UUID]:
    """Remove the rows of documents, with their earlier versions. Returns the objects they had."""
    await tx.flush()
    tx.expunge_all()
    theirs = or_(Document.id.in_(document_ids), Document.version_of.in_(document_ids))
    columns = (Document.object_id, Document.thumbnail_id, Document.preview_id)
    query: AnyQuery = select(*columns).where(theirs)
    objects = [one for row in await tx.execute(query) for one in row if one is not None]
    await tx.execute(delete(Document).where(Document.id.in_(document_ids)))
    return objects
