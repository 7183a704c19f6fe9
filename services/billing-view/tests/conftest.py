"""The app of billing-view over its real database, and a count of the statements it sends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from billing_view.handlers import hears
from billing_view.main import build
from billing_view.settings import BillingViewSettings
from contracts.event import Envelope, Event
from kit.db import Database
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import PUBLIC_KEY, Served, served
from stack import databases


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("billing_view").app_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def billing(database: Database) -> AsyncIterator[Served]:
    settings = BillingViewSettings(
        database_url=database.url, amqp_url="amqp://localhost:1", caller_public_key=PUBLIC_KEY, inline_worker=False
    )
    async with served(build(settings, database), "billing-view") as app:
        yield app


@pytest.fixture
def statements(database: Database) -> list[str]:
    """Every statement sent from here on; the transaction's own are not among them."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(database._engine.sync_engine, "before_cursor_execute", note)
    return sent


@pytest.fixture
def tenant() -> UUID:
    return new_id()


@pytest.fixture
def acme() -> UUID:
    return new_id()


@pytest.fixture
def hear(database: Database, tenant: UUID) -> Callable[[Event, int], Awaitable[Envelope]]:
    """Deliver an event as RabbitMQ would: through the inbox, to the handlers."""
    inbox = Inbox(database, hears)

    async def deliver(event: Event, version: int) -> Envelope:
        envelope = Envelope(
            id=new_id(),
            type=event.type,
            tenant_id=tenant,
            occurred_at=now(),
            version=version,
            data=event.model_dump(mode="json"),
        )
        for _ in range(2):
            await inbox.deliver(envelope, envelope.model_dump_json().encode(), "")
        return envelope

    return deliver
