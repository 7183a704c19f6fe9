"""Reads of imports: how far each is, and how its rows fared."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors.imports import ImportNotFound
from identity.models import Import
from identity.policy import visible_imports
from identity.schemas.imports import ImportFilters, RowFilters
from kit import paging
from kit.caller import Caller
from kit.db import Database, fetch

SLICE = 1_000
"""Rows of a report that are read at a time."""

_ROWS = """
SELECT number, line, key, result, cells, coalesce(changes, '[]'::jsonb) AS changes,
    coalesce(errors, '[]'::jsonb) AS errors
FROM import_rows WHERE tenant_id = $1 AND import_id = $2 AND number > $3 AND ($4::text IS NULL OR result = $4)
ORDER BY number LIMIT $5
"""


async def imports(tx: AsyncSession, caller: Caller, filters: ImportFilters) -> tuple[Sequence[Import], str | None]:
    """A page of imports, the newest first."""
    query = select(Import).where(visible_imports(caller)).order_by(Import.id.desc()).limit(filters.limit + 1)
    if after := paging.decode(filters.cursor, UUID):
        query = query.where(Import.id < after[0])
    shown, last = paging.cut((await tx.execute(query)).scalars().all(), filters.limit)
    return shown, (paging.encode(last.id) if last else None)


async def one_import(tx: AsyncSession, caller: Caller, import_id: UUID) -> Import:
    """One import. Raises ImportNotFound."""
    query = select(Import).where(visible_imports(caller), Import.id == import_id)
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise ImportNotFound()
    return found


async def rows(
    tx: AsyncSession, caller: Caller, import_id: UUID, filters: RowFilters
) -> tuple[Sequence[Any], str | None]:
    """A page of an import's rows, as they stand in the file. Raises ImportNotFound."""
    found = await one_import(tx, caller, import_id)
    after = paging.decode(filters.cursor, int)
    asked = (
        caller.tenant_id,
        found.id,
        max(0, min(after[0], 2**31 - 1)) if after else 0,
        filters.result,
        filters.limit + 1,
    )
    shown, last = paging.cut(await fetch(tx, _ROWS, *asked), filters.limit)
    return shown, (paging.encode(last["number"]) if last else None)


async def refused_rows(database: Database, caller: Caller, import_id: UUID) -> AsyncIterator[list[Any]]:
    """Every row that was refused, slice by slice, each in a transaction of its own."""
    after = 0
    while True:
        async with database.transaction(caller.tenant_id) as tx:
            found = await fetch(tx, _ROWS, caller.tenant_id, import_id, after, "failed", SLICE)
        if found:
            yield found
        if len(found) < SLICE:
            return
        after = found[-1]["number"]
