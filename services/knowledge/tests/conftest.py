"""The app of knowledge over its real database, and a count of the statements it sends."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from kit.db import Database
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, Served, served
from knowledge.main import build
from knowledge.settings import KnowledgeSettings
from stack import databases


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("knowledge").app_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def knowledge(database: Database) -> AsyncIterator[Served]:
    settings = KnowledgeSettings(
        database_url=database.url, amqp_url="amqp://localhost:1", caller_public_key=PUBLIC_KEY, inline_worker=False
    )
    async with served(build(settings, database), "knowledge") as app:
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
