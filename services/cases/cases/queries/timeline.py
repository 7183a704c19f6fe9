"""Reads of what was said on a case."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Entry
from cases.policy import sees_internal
from cases.queries.rules import told_history
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

TIMELINE_PAGE = 50


async def timeline(
    tx: AsyncSession, caller: Caller, case_id: UUID, cursor: str | None, most: int = TIMELINE_PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """F122: the newest entries of a case, oldest first, and the cursor of those before them."""
    table = Entry.__table__
    query: AnyQuery = select(*table.c).where(Entry.case_id == case_id)
    if not sees_internal(caller):
        query = query.where(Entry.visibility == "customer", or_(Entry.kind != "change", told_history(caller)))
    if before := paging.decode(cursor, datetime, UUID):
        query = query.where(tuple_(Entry.created_at, Entry.id) < before)
    query = query.order_by(Entry.created_at.desc(), Entry.id.desc()).limit(most + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), most)
    return shown[::-1], (paging.encode(last.created_at, last.id) if last else None)
