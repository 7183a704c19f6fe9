"""Never lose an event, never act twice on one: outbox, relay, broker and inbox, all real."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aio_pika
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, CaseOpened, Envelope, OrganisationChanged
from kit.consumer import Consumer
from kit.db import Database, fetch
from kit.hears import Hears
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.outbox import Relay, emit
from kit.publisher import Publisher
from kit.telemetry import DEAD_MESSAGES
from stack import databases


@pytest.fixture
def url(service_database: Callable[[str], databases.Database]) -> str:
    return service_database("cases").app_url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url, pool_size=8)
    yield opened
    await opened.close()


def opened_case(subject: str = "Printer") -> CaseOpened:
    return CaseOpened(
        case_id=new_id(),
        reference="CASE-1001",
        subject=subject,
        status="new",
        priority="normal",
        organisation_id=new_id(),
        opened_by=Actor(id=None, kind="contact", name="Ann"),
        contact_id=new_id(),
        assignee_id=None,
        document_ids=[],
    )


async def say(database: Database, tenant: UUID, *events: Any) -> None:
    async with database.transaction(tenant) as tx:
        for event in events:
            emit(tx, event, version=1)


@asynccontextmanager
async def listening(amqp_url: str, database: Database, hears: Hears, queue: str) -> AsyncIterator[Inbox]:
    inbox = Inbox(database, hears)
    consumer = Consumer(amqp_url, queue, inbox)
    task = asyncio.create_task(consumer.run())
    await until(lambda: bound(amqp_url, queue))
    yield inbox
    await consumer.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def relaying(url: str, amqp_url: str) -> AsyncIterator[None]:
    publisher = Publisher(amqp_url)
    task = asyncio.create_task(Relay(url, publisher.publish).run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await publisher.close()


async def bound(amqp_url: str, queue: str) -> bool:
    connection = await aio_pika.connect(amqp_url)
    async with connection:
        channel = await connection.channel()
        try:
            declared = await channel.get_queue(queue)
        except aio_pika.exceptions.ChannelNotFoundEntity:
            return False
        return bool((declared.declaration_result.consumer_count or 0) > 0)


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def unsent(database: Database, tenant: UUID) -> int:
    async with database.transaction(tenant) as tx:
        return len(await fetch(tx, "SELECT 1 FROM outbox"))


@pytest.fixture
def queue() -> str:
    return f"test-{new_id()}"


async def test_what_is_emitted_is_heard_once_and_leaves_the_outbox(
    url: str, database: Database, amqp_url: str, queue: str
) -> None:
    hears, heard, tenant = Hears(), [], new_id()

    @hears(CaseOpened)
    async def note(_: AsyncSession, event: CaseOpened) -> None:
        if event.envelope.tenant_id == tenant:  # other tests leave their events in the same outbox
            heard.append((event.envelope.tenant_id, event.subject))

    async with listening(amqp_url, database, hears, queue), relaying(url, amqp_url):
        await say(database, tenant, *(opened_case(f"case {number}") for number in range(100)))
        await until(lambda: emptied(database, tenant))
        await until(lambda: length(heard, 100))
    assert sorted(heard) == sorted((tenant, f"case {number}") for number in range(100))


async def emptied(database: Database, tenant: UUID) -> bool:
    return await unsent(database, tenant) == 0


async def length(things: list[Any], many: int) -> bool:
    return len(things) >= many


async def test_an_event_of_a_rolled_back_transaction_never_existed(database: Database) -> None:
    tenant = new_id()
    with pytest.raises(RuntimeError):
        async with database.transaction(tenant) as tx:
            emit(tx, opened_case(), version=1)
            await tx.flush()
            raise RuntimeError("the verb failed after it spoke")
    assert await unsent(database, tenant) == 0


async def test_a_redelivered_event_is_acted_on_once(database: Database) -> None:
    hears, heard, tenant = Hears(), [], new_id()

    @hears(CaseOpened)
    async def note(_: AsyncSession, event: CaseOpened) -> None:
        heard.append(event.subject)

    inbox, envelope = Inbox(database, hears), wrapped(tenant, opened_case())
    await asyncio.gather(*(inbox.deliver(envelope, envelope.model_dump_json().encode(), "") for _ in range(5)))
    assert heard == ["Printer"]


def wrapped(tenant: UUID, event: Any) -> Envelope:
    data = event.model_dump(mode="json")
    return Envelope(id=new_id(), type=event.type, tenant_id=tenant, occurred_at=now(), version=1, data=data)


async def inbox_row(database: Database, tenant: UUID) -> Any:
    async with database.transaction(tenant) as tx:
        [row] = await fetch(tx, "SELECT state, attempts, error, next_at FROM inbox")
        return row


async def due_now(database: Database, tenant: UUID) -> None:
    async with database.transaction(tenant) as tx:
        await tx.execute(text("UPDATE inbox SET next_at = now() - interval '1 second'"))


async def test_a_failing_handler_leaves_nothing_behind_and_is_tried_again(database: Database) -> None:
    hears, tenant, failing = Hears(), new_id(), [True]

    @hears(CaseOpened)
    async def write_then_fail(tx: AsyncSession, event: CaseOpened) -> None:
        emit(tx, event, version=1)
        await tx.flush()
        if failing:
            failing.pop()
            raise ValueError("not today")

    inbox, envelope = Inbox(database, hears), wrapped(tenant, opened_case())
    await inbox.deliver(envelope, envelope.model_dump_json().encode(), "")
    assert await unsent(database, tenant) == 0
    row = await inbox_row(database, tenant)
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    assert row["next_at"] > now()
    assert "not today" in row["error"]
    await due_now(database, tenant)
    await inbox.retry_due()
    assert await unsent(database, tenant) == 1
    assert (await inbox_row(database, tenant))["state"] == "done"


async def test_an_event_that_keeps_failing_is_parked_and_can_be_replayed(database: Database) -> None:
    hears, tenant, broken = Hears(), new_id(), [True]

    @hears(CaseOpened)
    async def fail(_: AsyncSession, __: CaseOpened) -> None:
        if broken:
            raise ValueError("still broken")

    inbox, envelope = Inbox(database, hears), wrapped(tenant, opened_case())
    await inbox.deliver(envelope, envelope.model_dump_json().encode(), "")
    for _ in range(7):
        await due_now(database, tenant)
        await inbox.retry_due()
    row = await inbox_row(database, tenant)
    assert (row["state"], row["attempts"]) == ("parked", 8)
    broken.clear()
    async with database.transaction(None) as tx:
        await tx.execute(text("SELECT inbox_replay()"))
    await inbox.retry_due()
    assert (await inbox_row(database, tenant))["state"] == "done"


async def test_an_event_of_an_unknown_type_is_parked_at_once(database: Database) -> None:
    tenant = new_id()
    envelope = wrapped(tenant, opened_case()).model_copy(update={"type": "case.sung_about.v9"})
    await Inbox(database, Hears()).deliver(envelope, envelope.model_dump_json().encode(), "")
    assert (await inbox_row(database, tenant))["state"] == "parked"


async def test_a_type_that_looks_like_a_statement_is_only_a_type(database: Database) -> None:
    """E3: the inbox row travels with BEGIN, its values written into the statement."""
    tenant, named = new_id(), "case.opened.v1', 'done'); DROP TABLE inbox; --"
    envelope = wrapped(tenant, opened_case()).model_copy(update={"type": named})
    await Inbox(database, Hears()).deliver(envelope, envelope.model_dump_json().encode(), "")
    async with database.transaction(tenant) as tx:
        [row] = await fetch(tx, "SELECT type, state FROM inbox")
    assert (row["type"], row["state"]) == (named, "parked")


async def test_an_event_nobody_is_bound_for_stays_in_the_outbox_and_is_counted(
    url: str, database: Database, amqp_url: str
) -> None:
    from kit.telemetry import PUBLISH_UNROUTABLE

    tenant, before = new_id(), PUBLISH_UNROUTABLE._value.get()
    gone = OrganisationChanged(organisation_id=new_id(), external_id=None, name="Nobody", parent_id=None, active=True)
    async with relaying(url, amqp_url):
        await say(database, tenant, gone)
        await until(lambda: counted(before))
    assert await unsent(database, tenant) == 1


async def counted(before: float) -> bool:
    from kit.telemetry import PUBLISH_UNROUTABLE

    return PUBLISH_UNROUTABLE._value.get() > before


async def test_a_message_that_is_no_event_is_dead_lettered_not_lost(
    database: Database, amqp_url: str, queue: str
) -> None:
    hears = Hears()

    @hears(CaseOpened)
    async def never(_: AsyncSession, __: CaseOpened) -> None:
        raise AssertionError("not an event")

    async with listening(amqp_url, database, hears, queue):
        connection = await aio_pika.connect(amqp_url)
        async with connection:
            channel = await connection.channel()
            await channel.default_exchange.publish(aio_pika.Message(b"no event"), queue)
            dead = await channel.get_queue(f"{queue}.dead")

            async def arrived() -> bool:
                message = await dead.get(fail=False, no_ack=True)
                return message is not None and message.body == b"no event"

            await until(arrived)


async def test_what_the_broker_gave_up_on_is_counted(
    database: Database, amqp_url: str, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.consumer.MEASURED_EVERY", 0.1)
    async with listening(amqp_url, database, Hears(), queue):
        async with await aio_pika.connect(amqp_url) as connection:
            channel = await connection.channel()
            for body in (b"no event", b"nor this"):
                await channel.default_exchange.publish(aio_pika.Message(body), queue)

        async def counted() -> bool:
            return DEAD_MESSAGES._value.get() == 2

        await until(counted)


async def test_the_app_role_reads_no_queue_outside_its_tenant(database: Database) -> None:
    await say(database, new_id(), opened_case())
    async with database.transaction(new_id()) as tx:
        assert await fetch(tx, "SELECT 1 FROM outbox") == []
    async with database.transaction(None) as tx:
        assert await fetch(tx, "SELECT 1 FROM outbox") == []


async def test_no_more_is_taken_from_the_queue_than_is_worked_on(
    url: str, database: Database, amqp_url: str, queue: str
) -> None:
    hears, tenant = Hears(), new_id()
    working: list[int] = []
    most: list[int] = []

    @hears(CaseOpened)
    async def work(_: AsyncSession, event: CaseOpened) -> None:
        working.append(1)
        most.append(len(working))
        await asyncio.sleep(0.02)
        working.pop()

    async with listening(amqp_url, database, hears, queue), relaying(url, amqp_url):
        await say(database, tenant, *(opened_case() for _ in range(60)))
        await until(lambda: length(most, 60))
    assert 1 < max(most) <= 8
