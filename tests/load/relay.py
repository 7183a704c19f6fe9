"""Events: outbox -> RabbitMQ -> inbox, against a bare aio-pika confirm loop in the same run."""

import asyncio
import multiprocessing
import statistics
import time
from uuid import UUID

import aio_pika
import psutil
import uvloop
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, CaseOpened
from kit.consumer import Consumer
from kit.db import Database, fetch
from kit.hears import Hears
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.outbox import Relay, emit
from kit.publisher import Publisher
from stack import rabbitmq
from stack.state import State
from tests.load.ground import console, fresh, show

MANY = 4_000
CALM = 300
TENANT = UUID("01900000-0000-7000-8000-00000000abcd")


async def bare(url: str, *, gathered: bool, many: int) -> float:
    """Events a second of aio-pika alone: persistent, mandatory, confirmed, to a quorum queue."""
    connection = await aio_pika.connect_robust(url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.declare_exchange("bare", aio_pika.ExchangeType.TOPIC, durable=True)
        queue = await channel.declare_queue("bare", durable=True, arguments={"x-queue-type": "quorum"})
        await queue.bind(exchange, "bare")
        body, persistent = b"x" * 700, aio_pika.DeliveryMode.PERSISTENT
        started = time.perf_counter()
        if gathered:
            for _ in range(many // 500):
                messages = (aio_pika.Message(body, delivery_mode=persistent) for _ in range(500))
                await asyncio.gather(*(exchange.publish(message, "bare", mandatory=True) for message in messages))
        else:
            for _ in range(many):
                await exchange.publish(aio_pika.Message(body, delivery_mode=persistent), "bare", mandatory=True)
        rate = many / (time.perf_counter() - started)
        await queue.delete(if_unused=False, if_empty=False)
    return rate


def relaying(database_url: str, amqp_url: str) -> None:
    """A process of its own, as a worker is."""

    async def work() -> None:
        publisher = Publisher(amqp_url)
        await Relay(database_url, publisher.publish).run()

    uvloop.run(work())


def hearing(database_url: str, amqp_url: str) -> None:
    """Another process: the inbox row and one small effect for each event, committed, then acknowledged."""
    hears = Hears()

    @hears(CaseOpened)
    async def note(tx: AsyncSession, event: CaseOpened) -> None:
        lag = (now() - event.envelope.occurred_at).total_seconds()
        await tx.execute(text("INSERT INTO lags VALUES (:lag)"), {"lag": lag})

    async def work() -> None:
        database = Database(database_url, pool_size=20)
        await Consumer(amqp_url, "bench", Inbox(database, hears)).run()

    uvloop.run(work())


async def say(database: Database, many: int, *, pause: float = 0) -> None:
    """Emit events, a hundred a transaction, or one by one with a pause between."""
    size = 1 if pause else 100
    for _ in range(many // size):
        async with database.transaction(TENANT) as tx:
            for _ in range(size):
                emit(tx, an_event(), version=1)
        if pause:
            await asyncio.sleep(pause)


def an_event() -> CaseOpened:
    return CaseOpened(
        case_id=new_id(),
        reference="CASE-1001",
        subject="No dial tone on the second floor",
        status="new",
        priority="normal",
        organisation_id=new_id(),
        opened_by=Actor(id=new_id(), kind="contact", name="Ann Archer"),
        contact_id=new_id(),
        assignee_id=None,
        document_ids=[],
    )


async def heard(database: Database) -> list[float]:
    async with database.transaction(TENANT) as tx:
        return [row["lag"] for row in await fetch(tx, "SELECT lag FROM lags")]


async def count(database: Database) -> int:
    async with database.transaction(TENANT) as tx:
        [row] = await fetch(tx, "SELECT count(*) FROM lags")
        return int(row["count"])


async def drained(database: Database, many: int) -> float:
    """Events a second, from the first one heard on: how long a process takes to start is not asked here."""
    while not (first := await count(database)):
        await asyncio.sleep(0.01)
    started = time.perf_counter()
    while await count(database) < many:
        await asyncio.sleep(0.1)
    return (many - first) / (time.perf_counter() - started)


def spent(process: multiprocessing.process.BaseProcess) -> float:
    """CPU seconds of a process so far."""
    times = psutil.Process(process.pid or 0).cpu_times()
    return times.user + times.system


async def clear(database: Database) -> None:
    async with database.transaction(TENANT) as tx:
        await tx.execute(text("DELETE FROM lags"))


def run(state: State) -> None:
    """Measure and print."""
    own, amqp = fresh(state, "cases"), rabbitmq.make_vhost(state, "bench-relay")
    try:
        uvloop.run(_measure(own.app_url, own.migrator_url, amqp))
    finally:
        rabbitmq.drop_vhost(state, "bench-relay")


async def _measure(app_url: str, migrator_url: str, amqp: str) -> None:
    owner, database = Database(migrator_url, pool_size=1), Database(app_url, pool_size=4)
    async with owner.transaction(None) as tx:
        await tx.execute(text("CREATE TABLE IF NOT EXISTS lags (lag double precision)"))
        await tx.execute(text("GRANT ALL ON lags TO cases_app"))
    console.print("bare confirm loops ...")
    one_by_one, gathered = await bare(amqp, gathered=False, many=1_000), await bare(amqp, gathered=True, many=MANY)
    spawn = multiprocessing.get_context("spawn")
    hearer = spawn.Process(target=hearing, args=(app_url, amqp), daemon=True)
    hearer.start()
    await asyncio.sleep(4)
    console.print(f"{MANY:,} events through outbox, broker and inbox ...")
    await say(database, MANY)
    relay = spawn.Process(target=relaying, args=(app_url, amqp), daemon=True)
    relay.start()
    before = spent(hearer)
    rate = await drained(database, MANY)
    relayed, hear = spent(relay) * 1000 / MANY, (spent(hearer) - before) * 1000 / MANY
    await clear(database)
    console.print(f"{CALM} events one by one, each timed from its writing to its handling ...")
    await say(database, CALM, pause=0.02)
    await drained(database, CALM)
    lags = sorted(await heard(database))
    relay.kill()
    hearer.kill()
    show(
        "Events a second",
        ["what", "events/s", "of bare, one by one", "of bare, gathered"],
        [
            ["bare aio-pika, confirmed one by one", f"{one_by_one:,.0f}", "1.00", f"{one_by_one / gathered:.2f}"],
            ["bare aio-pika, confirms gathered", f"{gathered:,.0f}", f"{gathered / one_by_one:.2f}", "1.00"],
            ["outbox -> broker -> inbox", f"{rate:,.0f}", f"{rate / one_by_one:.2f}", f"{rate / gathered:.2f}"],
        ],
    )
    show("CPU an event, milliseconds", ["relay, its start included", "hearing"], [[f"{relayed:.2f}", f"{hear:.2f}"]])
    p50, p99 = statistics.median(lags), lags[int(len(lags) * 0.99) - 1]
    show("From an event's writing to its handling", ["p50", "p99"], [[f"{p50 * 1000:.1f} ms", f"{p99 * 1000:.1f} ms"]])
    await owner.close()
    await database.close()
