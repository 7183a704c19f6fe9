"""The app of identity over its real database, a tenant in it, and people to use it as."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from counting import Ran
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.event import listen

from identity import passwords
from identity.main import build
from identity.settings import IdentitySettings
from identity.testing import ORIGIN, Site, new_site
from kit.db import Database
from kit.testing import PUBLIC_KEY, SEALING_KEY, Served, served
from stack import databases

DEAR, NOBODYS = passwords._hasher, passwords._nobodys


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """A real hash takes a core 33 ms, and these tests make a thousand; who asks about its cost has `dear_passwords`."""
    cheap = PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_nobodys", cheap.hash("nobody's"))
        yield


@pytest.fixture
def dear_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashed as outside of tests."""
    monkeypatch.setattr(passwords, "_hasher", DEAR)
    monkeypatch.setattr(passwords, "_nobodys", NOBODYS)


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("identity").app_url, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
async def app(database: Database) -> AsyncIterator[Served]:
    settings = IdentitySettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        portal_origin=ORIGIN,
        mail_keys=SEALING_KEY,
        vault_keys=SEALING_KEY,
    )
    async with served(build(settings, database), "identity") as client:
        yield client


@pytest.fixture
async def site(app: Served, database: Database) -> Site:
    """A tenant with an admin, and nobody else yet."""
    return await new_site(app, database)


@pytest.fixture
async def acme(site: Site) -> Site:
    """The same with Acme and its contact Ann."""
    await site.put_organisation("acme", name="Acme Ltd")
    await site.put_contact("ann", name="Ann Archer")
    return site


@pytest.fixture
async def brightside(app: Served, database: Database) -> Site:
    """Another tenant."""
    return await new_site(app, database)


@pytest.fixture
async def counted(
    service_database: Callable[[str], databases.Database],
) -> AsyncIterator[tuple[Site, Ran]]:
    """A tenant over one connection, and the statements that connection ran."""
    database = Database(service_database("identity").app_url, pool_size=1)
    settings = IdentitySettings(
        database_url=database.url,
        amqp_url="amqp://localhost:1",
        caller_public_key=PUBLIC_KEY,
        portal_origin=ORIGIN,
        mail_keys=SEALING_KEY,
        vault_keys=SEALING_KEY,
    )
    ran = Ran()

    def note(query: Any) -> None:
        ran.note_commit(query.query)
        edges = query.query.startswith(("BEGIN", "ROLLBACK")) or query.query.endswith("COMMIT")
        # A connection asks about types it meets for the first time.
        edges = edges or "typeinfo_tree" in query.query or "current_setting('jit')" in query.query
        # What is executed for many rows at once is heard of twice: by the driver and by SQLAlchemy.
        if not edges and query.query not in ran:
            ran.append(query.query)

    async with served(build(settings, database), "identity") as app:
        site = await new_site(app, database)
        await site.put_organisation("acme")
        await site.put_contact("ann")
        async with database.transaction(None) as tx:
            tx.info["driver"].add_query_logger(note)  # what goes straight through the driver
        listen(database._engine.sync_engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
        yield site, ran
    await database.close()
