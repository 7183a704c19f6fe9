"""What the benchmarks stand on: real parts of their own, fresh databases, and tables to print."""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import psutil
from rich.console import Console
from rich.table import Table

from kit.migrations import upgrade
from stack import databases, parts, postgres, processes, rabbitmq, s3, services
from stack.databases import Database
from stack.ports import DEPLOYABLES
from stack.running import RunningStack
from stack.services import SERVICES, Site
from stack.state import State

console = Console()
SUFFIX = "_bench"


@contextmanager
def parts_up() -> Iterator[State]:
    """PostgreSQL, RabbitMQ, S3 and mail below `.portico/bench`, stopped afterwards."""
    state = State.at(State.of_checkout().folder / "bench")
    names = [*(part.NAME for part in parts.ours()), *DEPLOYABLES]
    parts.settle_ports(state, names, 9_700)
    console.print("starting the parts ...")
    parts.start(state, lambda part, word: None)
    _forget(state)
    try:
        yield state
    finally:
        parts.stop(state)


def _forget(state: State) -> None:
    """Drop what another benchmark left: each begins with databases of its own."""
    databases.drop(postgres.url(state), f"portico\\_%{SUFFIX}".replace("_bench", "\\_bench"))


def fresh(state: State, module: str) -> Database:
    """A service's database, empty and migrated."""
    database = databases.ensure(postgres.url(state), module, SUFFIX)
    upgrade(module, database.migrator_url)
    return database


@contextmanager
def portal_up(state: State) -> Iterator[RunningStack]:
    """The gateway and six services on fresh databases."""
    _forget(state)
    own = {name: fresh(state, services.module(name)) for name in SERVICES}
    vhost = rabbitmq.make_vhost(state, "bench-portal")
    stack = RunningStack(Site(state, own, vhost, s3.with_bucket(s3.storage(state), "bench-documents")))
    console.print("starting the gateway and services ...")
    stack.start_all()
    try:
        yield stack
    finally:
        stack.stop_all()
        rabbitmq.drop_vhost(state, "bench-portal")


_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i
WHERE i.indrelid = ANY ($1::text[]::regclass[]) AND NOT i.indisunique
"""


@asynccontextmanager
async def filling(owner: asyncpg.Connection, what: str, *tables: str) -> AsyncIterator[None]:
    """Rows are put into these tables meanwhile: their indexes are made when all is there."""
    begun = time.monotonic()
    console.print(f"making {what} ...")
    await owner.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET jit = off")
    indexes = await owner.fetch(_INDEXES, tables)
    for index in indexes:
        await owner.execute(f"DROP INDEX {index['name']}")
    yield
    for index in indexes:
        await owner.execute(index["made"], timeout=1_200)
    await owner.execute("VACUUM ANALYZE", timeout=1_200)
    console.print(f"... in {time.monotonic() - begun:.0f} s")


def cpu(state: State, names: Sequence[str]) -> dict[str, float]:
    """CPU seconds spent so far by each named process and its children."""
    return {name: _spent(processes.find(state, name)) for name in names}


def _spent(process: psutil.Process | None) -> float:
    if process is None:
        return 0.0
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        times = each.cpu_times()
        total += times.user + times.system
    return total


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """One table of results."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
