"""E3: events that wait together are handled together, and each as if it had been alone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts import Actor, CaseOpened, Envelope
from kit.db import Database, fetch
from kit.hears import Hears
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.lanes import LANES, TOGETHER, Delivery, Lanes
from kit.outbox import emit
from stack import databases


class _Base(DeclarativeBase):
    pass


class OutboxRow(_Base):
    """A table as the mapper sees it, whichever."""

    __tablename__ = "outbox"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    trace: Mapped[str]


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("cases").app_url, pool_size=8)
    yield opened
    await opened.close()


def told(tenant: UUID, subject: str = "Printer") -> Envelope:
    someone, opener = new_id(), Actor(id=None, kind="contact", name="Ann")
    event = CaseOpened(
        case_id=someone,
        reference="CASE-1001",
        subject=subject,
        status="new",
        priority="normal",
        organisation_id=someone,
        opened_by=opener,
        contact_id=someone,
        assignee_id=None,
        document_ids=[],
    )
    data = event.model_dump(mode="json")
    return Envelope(id=new_id(), type=event.type, tenant_id=tenant, occurred_at=now(), version=1, data=data)


async def deliver(inbox: Inbox, envelopes: Sequence[Envelope]) -> None:
    await asyncio.gather(*(inbox.deliver(one, one.model_dump_json().encode(), "") for one in envelopes))


async def rows(database: Database, tenant: UUID, query: str) -> list[Any]:
    async with database.transaction(tenant) as tx:
        return [row[0] for row in await fetch(tx, query)]


async def test_what_waits_together_shares_a_transaction(database: Database) -> None:
    hears, tenant = Hears(), new_id()

    @hears(CaseOpened)
    async def repeat(tx: AsyncSession, event: CaseOpened) -> None:
        emit(tx, event, version=1)

    await deliver(Inbox(database, hears), [told(tenant) for _ in range(100)])
    assert await rows(database, tenant, "SELECT state FROM inbox") == ["done"] * 100
    assert len(await rows(database, tenant, "SELECT id FROM outbox")) == 100
    transactions = len(set(await rows(database, tenant, "SELECT xmin::text FROM inbox")))
    assert transactions <= LANES + 100 // TOGETHER


async def test_one_that_fails_takes_none_with_it(database: Database) -> None:
    hears, tenant = Hears(), new_id()

    @hears(CaseOpened)
    async def write_or_fail(tx: AsyncSession, event: CaseOpened) -> None:
        emit(tx, event, version=1)
        if event.subject == "broken":
            raise ValueError("not this one")

    await deliver(Inbox(database, hears), [told(tenant, "broken" if n == 20 else "Printer") for n in range(40)])
    states = await rows(database, tenant, "SELECT state FROM inbox")
    assert (states.count("done"), states.count("waiting")) == (39, 1)
    assert len(await rows(database, tenant, "SELECT id FROM outbox")) == 39


async def test_one_that_was_heard_before_is_not_acted_on_again(database: Database) -> None:
    hears, tenant = Hears(), new_id()

    @hears(CaseOpened)
    async def repeat(tx: AsyncSession, event: CaseOpened) -> None:
        emit(tx, event, version=1)

    inbox, old = Inbox(database, hears), told(tenant)
    await deliver(inbox, [old])
    await deliver(inbox, [*(told(tenant) for _ in range(20)), old, *(told(tenant) for _ in range(20)), old])
    assert len(await rows(database, tenant, "SELECT id FROM outbox")) == 41


async def test_each_reads_what_is_there_and_not_what_the_one_before_had_in_mind(database: Database) -> None:
    hears, tenant, seen = Hears(), new_id(), list[str]()

    @hears(CaseOpened)
    async def look_then_change_behind_the_session(tx: AsyncSession, event: CaseOpened) -> None:
        if event.subject == "first":
            emit(tx, event, version=1)
            return
        row = await tx.get(OutboxRow, (tenant, (await tx.execute(text("SELECT id FROM outbox"))).scalar_one()))
        assert row is not None
        seen.append(row.trace)
        await tx.execute(text("UPDATE outbox SET trace = trace || 'x'"))

    inbox = Inbox(database, hears)
    await deliver(inbox, [told(tenant, "first")])
    assert await inbox._together([Delivery(told(tenant, "next"), b"", "") for _ in range(5)])
    trace = seen[0]  # none, or in hexadecimal digits where another test of this process began to trace
    assert seen == [trace, f"{trace}x", f"{trace}xx", f"{trace}xxx", f"{trace}xxxx"]


async def test_tenants_never_share_a_transaction(database: Database) -> None:
    hears, tenants = Hears(), [new_id(), new_id(), new_id()]

    @hears(CaseOpened)
    async def repeat(tx: AsyncSession, event: CaseOpened) -> None:
        emit(tx, event, version=1)

    await deliver(Inbox(database, hears), [told(tenants[n % 3]) for n in range(60)])
    for tenant in tenants:
        assert len(await rows(database, tenant, "SELECT id FROM outbox")) == 20


async def test_a_failure_to_remember_is_told_to_each_waiter() -> None:
    async def fail(_: Sequence[Delivery]) -> None:
        raise ValueError("no way to remember")

    lanes, tenant = Lanes(fail), new_id()
    told_ = await asyncio.gather(
        *(lanes.carry(Delivery(told(tenant), b"", "")) for _ in range(9)), return_exceptions=True
    )
    assert [type(error) for error in told_] == [ValueError] * 9


async def test_who_is_stopped_in_the_middle_leaves_nobody_waiting() -> None:
    async def never(_: Sequence[Delivery]) -> None:
        await asyncio.Event().wait()

    lanes, tenant = Lanes(never), new_id()
    carriers = [asyncio.create_task(lanes.carry(Delivery(told(tenant), b"", ""))) for _ in range(9)]
    await asyncio.sleep(0)
    for carrier in carriers[:LANES]:
        carrier.cancel()
    async with asyncio.timeout(20):
        stopped = await asyncio.gather(*carriers[:LANES], return_exceptions=True)
    for carrier in carriers[LANES:]:
        carrier.cancel()
    async with asyncio.timeout(20):
        stopped += await asyncio.gather(*carriers[LANES:], return_exceptions=True)
    assert [type(error) for error in stopped] == [asyncio.CancelledError] * 9
