"""Reads of the audit trail."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.models import AuditLine
from identity.policy import visible_audit
from identity.schemas.audit import AuditFilters, AuditView
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, Database, fetch

SLICE = 1_000
"""Lines of an export that are read at a time."""

_LINE: AnyQuery = select(*(getattr(AuditLine, name) for name in AuditView.model_fields))


async def lines(tx: AsyncSession, caller: Caller, filters: AuditFilters) -> tuple[Sequence[AnyRow], str | None]:
    """O+8: a page of the trail, newest first."""
    after = paging.decode(filters.cursor, int)
    query = _asked(caller, filters, after[0] if after else None).limit(filters.limit + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.number) if last else None)


async def every_line(database: Database, caller: Caller, filters: AuditFilters) -> AsyncIterator[Sequence[AnyRow]]:
    """The whole trail as filtered, slice by slice, each in a transaction of its own."""
    before: int | None = None
    while True:
        async with database.transaction(caller.tenant_id) as tx:
            rows = (await tx.execute(_asked(caller, filters, before).limit(SLICE))).all()
        if rows:
            yield rows
        if len(rows) < SLICE:
            return
        before = rows[-1].number


async def verdict(tx: AsyncSession, caller: Caller) -> tuple[int, int | None]:
    """How many lines there are, and the first that is not as it was written. Reads the whole trail."""
    counted = select(func.coalesce(func.max(AuditLine.number), 0)).where(visible_audit(caller))
    many: int = (await tx.execute(counted)).scalar_one()
    broken = await fetch(tx, "SELECT number FROM audit_broken") if many else []
    return many, broken[0]["number"] if broken else None


def _asked(caller: Caller, filters: AuditFilters, before: int | None) -> AnyQuery:
    where: list[Any] = [visible_audit(caller), *_when(filters)]
    if filters.subject_id:
        where.append(AuditLine.subject_id == filters.subject_id)
    if filters.actor_id:
        where.append(AuditLine.actor_id == filters.actor_id)
    if filters.actor:
        where.append(AuditLine.actor_name.icontains(filters.actor, autoescape=True))
    if filters.action:
        where.append(or_(*(_is(action) for action in filters.action)))
    if before is not None:
        where.append(AuditLine.number < before)
    return _LINE.where(*where).order_by(AuditLine.number.desc())


def _is(action: str) -> ColumnElement[bool]:
    return AuditLine.action == action if "." in action else AuditLine.action.startswith(f"{action}.", autoescape=True)


def _when(filters: AuditFilters) -> list[ColumnElement[bool]]:
    asked = []
    if filters.on_from:
        asked.append(AuditLine.at >= _midnight(filters.on_from))
    if filters.on_to and filters.on_to < date.max:
        asked.append(AuditLine.at < _midnight(filters.on_to + timedelta(days=1)))
    return asked


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
