"""Two tenants and their people on a running portal, made the way an operator and a CRM make them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import web

from identity import passwords, provision
from identity import service as identity
from identity.schemas import NewKey, PortalSettingsChange
from kit.db import Database
from stack.running import RunningStack

PASSWORD = "correct horse battery"
MODULES = ["cases", "documents", "articles", "invoices", "projects"]
SCOPES = {"cases": "own", "documents": "own", "invoices": "organisation"}


@dataclass
class Client:
    """Somebody's way in: a browser's session inside a tenant's address, or a key at the bare origin."""

    root: str
    headers: dict[str, str]

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self.headers | options.pop("headers", {})
        return web.request(method, self.root + path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self("POST", path, json=json, **options)

    def put(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return self("PUT", path, json=json, **options)

    def patch(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return self("PATCH", path, json=json, **options)


@dataclass
class Tenant:
    """One tenant: its address and its keys."""

    id: UUID
    slug: str
    origin: str
    pk: str
    sk: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return f"{self.origin}/portal/{self.slug}"

    @property
    def crm(self) -> Client:
        """The tenant's CRM, with its secret key."""
        return Client(f"{self.origin}/api/v1", {"authorization": f"Bearer {self.sk}"})

    @property
    def guest(self) -> Client:
        """A visitor of the tenant's portal who has not logged in."""
        return Client(f"{self.root}/api/v1", {"origin": self.origin})

    def guest_page(self, path: str) -> str:
        """A page as somebody sees it who is not logged in."""
        return web.get(self.root + path, headers={"accept": "text/html"}).text

    def login(self, email: str, *, audience: str = "portal", password: str = PASSWORD) -> Client:
        """Log in as a browser does; the client then uses the API with that session."""
        path = "/console/login" if audience == "console" else "/login"
        headers = {"origin": self.origin}
        answer = web.post(self.root + path, data={"email": email, "password": password}, headers=headers)
        assert answer.status_code == 303, f"{email} could not log in: {answer.status_code} {answer.text[:300]}"
        cookie = answer.headers["set-cookie"].split(";")[0]
        referer = f"{self.root}/console" if audience == "console" else self.root
        return Client(f"{self.root}/api/v1", headers | {"cookie": cookie, "referer": referer})

    def switched(self, client: Client, organisation_id: str) -> Client:
        """The same browser, acting for another organisation from now on."""
        form = {"organisation_id": organisation_id}
        answer = web.post(f"{self.root}/account/organisation", data=form, headers=client.headers)
        assert answer.status_code == 303, answer.text[:300]
        cookies = f"{client.headers['cookie']}; {answer.headers['set-cookie'].split(';')[0]}"
        return Client(client.root, client.headers | {"cookie": cookies})


class World:
    """Northwind with Acme (Ann, Bob, Cleo) and Zeta (Eve, and Ann too), Brightside with Globex (Mallory)."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self._clients: dict[str, Client] = {}
        self.northwind, self.brightside = asyncio.run(self._provision())
        self._feed()
        self._passwords()
        until(self._copies_are_there)

    async def _provision(self) -> tuple[Tenant, Tenant]:
        database = Database(self.stack.site.databases["identity"].app_url, pool_size=2)
        try:
            return (
                await self._tenant(database, "north", "northwind", "Northwind Telecom", "#0b6e4f"),
                await self._tenant(database, "bright", "brightside", "Brightside IT", "#8a3ffc"),
            )
        finally:
            await database.close()

    def tenant(self, slug: str, domain: str, name: str) -> Tenant:
        """A tenant of a test's own, whose settings nobody else depends on."""

        async def work() -> Tenant:
            database = Database(self.stack.site.databases["identity"].app_url, pool_size=1)
            try:
                return await self._tenant(database, slug, domain, name, "#0f766e")
            finally:
                await database.close()

        return asyncio.run(work())

    async def _tenant(self, database: Database, slug: str, domain: str, name: str, accent: str) -> Tenant:
        settings = PortalSettingsChange.model_validate(
            {"name": name, "accent": accent, "support_email": f"support@{domain}.example"}
            | {"modules": MODULES, "scopes": SCOPES, "landing": "home"}
        )
        new = provision.NewTenant(
            slug=slug,
            settings=settings,
            admin_name="Ada Abbot",
            admin_email=f"ada@{domain}.example",
            admin_password=PASSWORD,
        )
        made = await provision.make_tenant(database, self.stack.origin, new)
        tenant = Tenant(made.tenant_id, slug, self.stack.origin, made.api_key)
        key = NewKey.model_validate({"name": "CRM", "scopes": ["crm.write"]})
        tenant.sk = await provision.make_key(database, slug, key)
        hashed = await passwords.hashed(PASSWORD)
        system = provision.system(made.tenant_id)
        async with database.transaction(made.tenant_id) as tx:
            for who, on_duty in (("Sam Stone", True), ("Olga Off", False)):
                email = f"{who.split()[0].lower()}@{domain}.example"
                person = await identity.add_staff(tx, system, who, email, ["agent"], on_duty=on_duty)
                await identity.set_password(tx, person.id, hashed)
                tenant.ids[who.split()[0].lower()] = str(person.id)
        return tenant

    def _feed(self) -> None:
        self.organisation(self.northwind, "acme", "Acme Ltd")
        self.organisation(self.northwind, "zeta", "Zeta GmbH")
        self.organisation(self.brightside, "globex", "Globex Corp")
        self.contact(self.northwind, "acme", "Ann Archer", "ann@acme.example")
        self.contact(self.northwind, "acme", "Bob Barnes", "bob@acme.example", manager=True)
        self.contact(self.northwind, "acme", "Cleo Cole", "cleo@acme.example")
        self.contact(self.northwind, "zeta", "Eve Eaton", "eve@zeta.example")
        self.membership(self.northwind, "ann", "zeta")
        self.contact(self.brightside, "globex", "Mallory Mills", "mallory@globex.example")

    def organisation(self, tenant: Tenant, key: str, name: str) -> None:
        """An organisation, as the CRM feeds it."""
        answer = tenant.crm.put(f"/organisations/by-external-id/{key}", {"name": name})
        assert answer.status_code == 201, answer.text
        tenant.ids[key] = answer.json()["id"]

    def contact(self, tenant: Tenant, organisation: str, name: str, email: str, **more: Any) -> None:
        """A contact, as the CRM feeds it; enabled for the portal unless told otherwise."""
        key = email.split("@")[0]
        body = {"name": name, "email": email, "organisation_external_id": organisation, "portal_enabled": True} | more
        answer = tenant.crm.put(f"/contacts/by-external-id/{key}", body)
        assert answer.status_code in (200, 201), answer.text
        tenant.ids[key] = answer.json()["id"]

    def membership(self, tenant: Tenant, contact: str, organisation: str, **more: Any) -> None:
        """A further organisation the contact acts for, as the CRM gives it."""
        path = f"/contacts/by-external-id/{contact}/memberships/by-external-id/{organisation}"
        answer = tenant.crm.put(path, more)
        assert answer.status_code in (200, 201), answer.text

    def _passwords(self) -> None:
        people = (
            (self.northwind, ("ann@acme.example", "bob@acme.example", "cleo@acme.example", "eve@zeta.example")),
            (self.brightside, ("mallory@globex.example",)),
        )
        for tenant, emails in people:
            for email in emails:
                self.set_password(tenant, email)

    def set_password(self, tenant: Tenant, email: str, audience: str = "portal") -> None:
        """Give somebody the password all people here have."""

        async def work() -> None:
            database = Database(self.stack.site.databases["identity"].app_url, pool_size=1)
            try:
                await provision.set_password(database, tenant.slug, audience, email, PASSWORD)  # type: ignore[arg-type]
            finally:
                await database.close()

        asyncio.run(work())

    def _copies_are_there(self) -> bool:
        wanted = {"cases": 8, "notifier": 8}
        known = {name: self.rows(name, "SELECT count(*) AS n FROM people")[0]["n"] for name in wanted}
        organisations = self.rows("billing-view", "SELECT count(*) AS n FROM organisations")[0]["n"]
        return all(known[name] >= many for name, many in wanted.items()) and bool(organisations >= 3)

    def rows(self, service: str, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Look behind a service's back, over all tenants."""

        async def work() -> list[dict[str, Any]]:
            own = self.stack.site.databases[service].app_url.rsplit("/", 1)[1]
            connection = await asyncpg.connect(f"{self.stack.superuser.rsplit('/', 1)[0]}/{own}")
            try:
                return [dict(row) for row in await connection.fetch(statement, *values)]
            finally:
                await connection.close()

        return asyncio.run(work())

    def as_(self, who: str) -> Client:
        """The named person's client, logged in once."""
        if who not in self._clients:
            self._clients[who] = self._login(who)
        return self._clients[who]

    def _login(self, who: str) -> Client:
        north, bright = self.northwind, self.brightside
        match who:
            case "ann" | "bob" | "cleo":
                return north.login(f"{who}@acme.example")
            case "ann-for-zeta":
                return north.switched(north.login("ann@acme.example"), north.ids["zeta"])
            case "eve":
                return north.login("eve@zeta.example")
            case "mallory":
                return bright.login("mallory@globex.example")
            case "sam" | "ada":
                return north.login(f"{who}@northwind.example", audience="console")
            case "brightside-ada":
                return bright.login("ada@brightside.example", audience="console")
        raise LookupError(who)


def until(condition: Callable[[], Any], seconds: float = 60, every: float = 0.2) -> Any:
    """Wait for something to become true, and return it."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{getattr(condition, '__name__', condition)} did not become true in {seconds} s")
        time.sleep(every)
    return value


__all__ = ["Client", "Tenant", "World", "until"]
