"""The app of cases over its real database, and people to use it as."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from yard import Yard

from cases.main import build
from cases.settings import CasesSettings
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, Served, served, staff
from stack import databases


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("cases").app_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def cases(database: Database) -> AsyncIterator[Served]:
    settings = CasesSettings(
        database_url=database.url, amqp_url="amqp://localhost:1", caller_public_key=PUBLIC_KEY, inline_worker=False
    )
    async with served(build(settings, database), "cases") as app:
        yield app


@pytest.fixture
def tenant() -> UUID:
    return new_id()


@pytest.fixture
def acme() -> UUID:
    return new_id()


SetDesk = Callable[..., Awaitable[None]]
Know = Callable[..., Awaitable[None]]


@pytest.fixture
def set_desk(cases: Served, tenant: UUID) -> SetDesk:
    """Sets choices of the tenant's desk."""
    ada = cases.by(staff(tenant, "settings.edit"))

    async def change(**choices: Any) -> None:
        version = (await ada.get("/desk")).json()["version"]
        answer = await ada.patch("/desk", choices, headers={"if-match": f'"{version}"'})
        assert answer.status_code == 200, answer.text

    return change


@pytest.fixture
def know(database: Database) -> Know:
    """Puts people among those the service has heard of."""
    put = "INSERT INTO people (tenant_id, id, kind, name, email, organisation_id, active, version) "

    async def known(*people: Caller) -> None:
        for one in people:
            async with database.transaction(one.tenant_id) as tx:
                values = (one.tenant_id, one.id, one.kind, one.name, one.email, one.organisation_id)
                await fetch(tx, put + "VALUES ($1, $2, $3, $4, $5, $6, true, 1)", *values)

    return known


@pytest.fixture
async def yard(cases: Served, database: Database, tenant: UUID, acme: UUID) -> Yard:
    new = Yard(cases, database, tenant, acme)
    await new.move_in()
    return new


@pytest.fixture
def statements(database: Database) -> list[str]:
    """Every statement sent from here on; the transaction's own are not among them."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(database._engine.sync_engine, "before_cursor_execute", note)
    return sent
