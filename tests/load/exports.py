"""What a list of 100,000 cases costs as a file (F119), in time and in memory, against a bare COPY in the same run."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID

import asyncpg

from cases import queries
from cases.api.exports import CUSTOMERS, _lines
from cases.schemas.lists import ExportFilters
from kit.caller import Caller
from kit.db import AnyRow, Database
from kit.ids import new_id
from kit.tables import sheet_of
from kit.testing import contact
from stack import databases, postgres
from stack.state import State
from tests.load.ground import SUFFIX, console, fresh, show

ROWS = int(os.environ.get("PORTICO_BENCH_ROWS", "100000"))
_FILL = """
INSERT INTO cases (tenant_id, id, number, subject, body, status, priority, category, organisation_id, contact_id,
    contact_name, version, created_at, updated_at)
SELECT $1, uuidv7(), n, 'Router ' || n || ' does not answer since this morning', '',
    (ARRAY['new', 'in_progress', 'waiting', 'resolved', 'closed'])[1 + n % 5],
    (ARRAY['low', 'normal', 'high', 'urgent'])[1 + n % 4], 'Network', $2, $3, 'Ann Archer', 1,
    now() - n * interval '1 minute', now() - n * interval '1 second'
FROM generate_series(1, $4::int) AS n
"""
_BARE = """SELECT number, subject, status, priority, contact_name, created_at, updated_at FROM cases
WHERE tenant_id = $1 ORDER BY updated_at DESC, id DESC"""


def run(state: State) -> None:
    """Fill, export and print."""
    asyncio.run(_run(state, fresh(state, "cases")))


async def _run(state: State, made: databases.Database) -> None:
    owner = await asyncpg.connect(postgres.url(state).rsplit("/", 1)[0] + f"/portico_cases{SUFFIX}")
    ann = contact(new_id(), new_id())
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(_FILL, ann.tenant_id, ann.organisation_id, ann.id, ROWS)
    await owner.execute("VACUUM ANALYZE cases")
    database = Database(made.app_url, pool_size=2)
    # Once beforehand, so that what is loaded once and for all is not counted as the file's.
    await _measured(_pieces(database, ann, ROWS // 20))
    rows = [("bare COPY", *await _measured(_bare(owner, ann.tenant_id)))]
    rows.append(("GET /cases/export", *await _measured(_pieces(database, ann, ROWS))))
    await database.close()
    await owner.close()
    head = ["what", "MB", "seconds", "RSS before, MB", "RSS at most", "RSS after"]
    show(f"{ROWS:,} rows as CSV", head, [[what, *(f"{each:.1f}" for each in spent)] for what, *spent in rows])


async def _pieces(database: Database, ann: Caller, many: int) -> AsyncIterator[int]:
    """The file as it is sent: no more of it is anywhere than what is on its way."""
    answer = await sheet_of("cases.csv", CUSTOMERS, _lines(_slices(database, ann, many), CUSTOMERS))
    async for piece in answer.body_iterator:
        yield len(piece)


async def _slices(database: Database, ann: Caller, many: int) -> AsyncIterator[Sequence[AnyRow]]:
    seen = 0
    async for rows in queries.every(database, ann, ExportFilters()):
        yield rows
        seen += len(rows)
        if seen >= many:
            return


async def _bare(owner: asyncpg.Connection, tenant: UUID) -> AsyncIterator[int]:
    sizes: list[int] = []

    async def take(data: bytes) -> None:
        sizes.append(len(data))

    await owner.copy_from_query(_BARE, tenant, output=take, format="csv")
    yield sum(sizes)


async def _measured(pieces: AsyncIterator[int]) -> tuple[float, float, float, float, float]:
    """Size in MB, seconds, and memory in MB before, at most, and after."""
    before = most = _resident()
    begun, size = time.perf_counter(), 0
    async for piece in pieces:
        size += piece
        most = max(most, _resident())
    took = time.perf_counter() - begun
    return size / 1e6, took, before, most, _resident()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    from tests.load.ground import parts_up

    console.print(f"{ROWS:,} rows")
    with parts_up() as up:
        run(up)
