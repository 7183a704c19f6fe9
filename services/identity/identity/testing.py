"""What identity's tests share: a tenant of one test's own, and the ways in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import orjson

from identity import provision
from identity.schemas.portal import PortalSettingsChange
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.seal import Seal
from kit.testing import SEALING_KEY, As, Served, key

ORIGIN = "http://localhost:8700"
PASSWORD = "correct horse battery"  # noqa: S105 - a test's secret is no secret
ADMIN_PASSWORD = "staple staple staple"  # noqa: S105 - the same
MODULES = ["cases", "documents", "articles", "invoices", "projects"]


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
        """The tenant's CRM."""
        return self.app.by(key(self.tenant_id, "crm.write"))

    @property
    def gateway(self) -> As:
        """The gateway, on its own account."""
        return self.app.by(Caller(kind="system", tenant_id=UUID(int=0), name="gateway"))

    @property
    def gateway_in(self) -> As:
        """The gateway inside this tenant, for people who are not logged in."""
        return self.app.by(Caller(kind="system", tenant_id=self.tenant_id, name="gateway"))

    @property
    def admin(self) -> Caller:
        """The tenant's first member of staff."""
        granted = frozenset({"settings.edit", "keys.manage", "people.edit", "cases.answer"})
        values = {"id": self.admin_id, "name": "Ada Abbot", "email": "ada@northwind.example"}
        return Caller(kind="staff", tenant_id=self.tenant_id, permissions=granted, **values)

    async def put_organisation(self, external_id: str, **values: Any) -> Any:
        """Made or changed by the CRM."""
        answer = await self.crm.put(f"/organisations/by-external-id/{external_id}", {"name": external_id} | values)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def put_contact(self, external_id: str, organisation: str = "acme", **values: Any) -> Any:
        """A contact who can log in with PASSWORD."""
        wanted: dict[str, Any] = {
            "name": external_id.title(),
            "email": f"{external_id}@acme.example",
            "portal_enabled": True,
        }
        wanted |= {"organisation_external_id": organisation} | values
        answer = await self.crm.put(f"/contacts/by-external-id/{external_id}", wanted)
        assert answer.status_code in (200, 201), answer.text
        if answer.status_code == 201:
            await provision.set_password(self.database, self.slug, "portal", wanted["email"], PASSWORD)
        return answer.json()

    async def log_in(self, email: str = "ann@acme.example", **values: Any) -> httpx.Response:
        """A try to log in, Ann's into the portal unless said otherwise."""
        login = {"tenant_id": str(self.tenant_id), "audience": "portal", "email": email, "password": PASSWORD}
        login |= {"ip": "192.0.2.1", "user_agent": "test"} | values
        return await self.gateway.post("/internal/sessions", login)

    async def resolve(self, token: str) -> httpx.Response:
        """Who is behind a token."""
        return await self.gateway.post("/internal/sessions/resolve", {"token": token})

    async def token(self, **values: Any) -> str:
        """A session's token."""
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


async def new_site(app: Served, database: Database) -> Site:
    """A tenant with an admin, as provisioning makes it."""
    slug = f"t-{new_id().hex[-12:]}"
    settings = PortalSettingsChange.model_validate(
        {"name": "Northwind", "accent": "#1F5FBF", "support_email": "help@northwind.example", "modules": MODULES}
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


async def told(site: Site) -> list[dict[str, Any]]:
    """What the letters about access say that wait for the relay, oldest first, with their templates and addresses."""
    issued = [said["data"] for said in await site.said() if said["type"] == "access.issued.v1"]
    seal = Seal(SEALING_KEY)
    return [{"template": one["template"], "email": one["email"]} | seal.open(one["sealed"]) for one in issued]
