"""The app of identity over its real database, a tenant in it, and people to use it as."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from identity import provision
from identity.main import build
from identity.schemas import PortalSettingsChange
from identity.settings import IdentitySettings
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import PUBLIC_KEY, As, Served, key, served
from stack import databases

ORIGIN = "http://localhost:8700"
PASSWORD = "correct horse battery"
ADMIN_PASSWORD = "staple staple staple"


@dataclass
class Site:
    """A tenant of one test's own, with Acme and Ann in it, and the ways in."""

    app: Served
    database: Database
    tenant_id: UUID
    slug: str
    api_key: str
    admin_id: UUID

    @property
    def crm(self) -> As:
        return self.app.by(key(self.tenant_id, "crm.write"))

    @property
    def gateway(self) -> As:
        return self.app.by(Caller(kind="system", tenant_id=UUID(int=0), name="gateway"))

    @property
    def admin(self) -> Caller:
        granted = frozenset({"settings.edit", "keys.manage", "people.edit", "cases.answer"})
        values = {"id": self.admin_id, "name": "Ada Abbot", "email": "ada@northwind.example"}
        return Caller(kind="staff", tenant_id=self.tenant_id, permissions=granted, **values)

    async def put_organisation(self, external_id: str, **values: Any) -> dict[str, Any]:
        answer = await self.crm.put(f"/organisations/by-external-id/{external_id}", {"name": external_id} | values)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def put_contact(self, external_id: str, organisation: str = "acme", **values: Any) -> dict[str, Any]:
        """A contact who can log in with PASSWORD."""
        wanted = {"name": external_id.title(), "email": f"{external_id}@acme.example", "portal_enabled": True}
        wanted |= {"organisation_external_id": organisation} | values
        answer = await self.crm.put(f"/contacts/by-external-id/{external_id}", wanted)
        assert answer.status_code in (200, 201), answer.text
        if answer.status_code == 201:
            await provision.set_password(self.database, self.slug, "portal", wanted["email"], PASSWORD)
        return answer.json()

    async def log_in(self, email: str = "ann@acme.example", **values: Any) -> httpx.Response:
        login = {"tenant_id": str(self.tenant_id), "audience": "portal", "email": email, "password": PASSWORD}
        login |= {"ip": "192.0.2.1", "user_agent": "test"} | values
        return await self.gateway.post("/internal/sessions", login)

    async def resolve(self, token: str) -> httpx.Response:
        return await self.gateway.post("/internal/sessions/resolve", {"token": token})

    async def token(self, **values: Any) -> str:
        answer = await self.log_in(**values)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    async def said(self) -> list[dict[str, Any]]:
        """The envelopes waiting for the relay, oldest first."""
        async with self.database.transaction(self.tenant_id) as tx:
            rows = await fetch(tx, "SELECT body FROM outbox ORDER BY id")
        return [orjson.loads(row["body"]) for row in rows]

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        """Inside the tenant, as the app role."""
        async with self.database.transaction(self.tenant_id) as tx:
            return list(await fetch(tx, statement, *values))


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
    )
    async with served(build(settings, database), "identity") as client:
        yield client


async def new_site(app: Served, database: Database) -> Site:
    slug = f"t-{new_id().hex[-12:]}"
    modules = ["cases", "documents", "articles", "invoices"]
    settings = PortalSettingsChange.model_validate(
        {"name": "Northwind", "accent": "#1F5FBF", "support_email": "help@northwind.example", "modules": modules}
    )
    made = await provision.make_tenant(
        database,
        ORIGIN,
        provision.NewTenant(
            slug=slug,
            settings=settings,
            admin_name="Ada Abbot",
            admin_email="ada@northwind.example",
            admin_password=ADMIN_PASSWORD,
        ),
    )
    return Site(app, database, made.tenant_id, slug, made.api_key, made.admin_id)


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
