"""What holds whatever the routes do: walls between tenants, roles without reach, few statements."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from identity.service import tokens
from identity.service.tokens import Addressee
from identity.testing import ADMIN_PASSWORD, MODULES, ORIGIN, PASSWORD, Site
from identity.testing import told as letters
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, contact, staff

TABLES = ("tenants", "hosts", "portal_settings", "portals", "keys", "organisations", "contacts", "staff", "passwords")


NEW_ADDRESS = {"email": "ann.new@acme.example"}

MORE_TABLES = (
    "imports",
    "import_rows",
    "sessions",
    "login_tries",
    "memberships",
    "totps",
    "recovery_codes",
    "pins",
    "passkeys",
)


@pytest.mark.parametrize("table", [*TABLES, *MORE_TABLES])
async def test_without_a_tenant_or_in_another_no_row_is_there(acme: Site, brightside: Site, table: str) -> None:
    await acme.log_in(password="wrong")
    await acme.log_in()
    async with acme.database.transaction(None) as tx:
        assert await fetch(tx, f"SELECT 1 FROM {table}") == []
    theirs = await brightside.sql(f"SELECT 1 FROM {table} WHERE tenant_id <> $1", brightside.tenant_id)
    assert theirs == []


async def test_the_app_role_writes_into_no_other_tenant(acme: Site, brightside: Site) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await brightside.sql("INSERT INTO hosts (tenant_id, host) VALUES ($1, 'x.example')", acme.tenant_id)
    assert await brightside.sql("UPDATE passwords SET hash = '' WHERE tenant_id = $1 RETURNING 1", acme.tenant_id) == []


async def test_search_takes_the_tenant_from_the_setting_alone(acme: Site) -> None:
    async with acme.database.transaction(None) as tx:
        assert (await tx.execute(text("SELECT id FROM contact_search('a', 9)"))).all() == []
        assert (await tx.execute(text("SELECT id FROM organisation_search('a', 9)"))).all() == []


async def test_what_is_over_is_cleared_away(acme: Site) -> None:
    await acme.log_in(password="wrong")
    token = await acme.token(ip="192.0.2.9")
    await acme.sql("UPDATE sessions SET ends_at = now() - interval '31 days'")
    await acme.sql("UPDATE login_tries SET at = now() - interval '61 minutes'")
    fresh = await acme.token(ip="192.0.2.9")
    async with acme.database.transaction(None) as tx:
        await tx.execute(text("SELECT identity_purge()"))
    assert len(await acme.sql("SELECT 1 FROM sessions")) == 1
    assert await acme.sql("SELECT 1 FROM login_tries") == []
    assert ((await acme.resolve(token)).status_code, (await acme.resolve(fresh)).status_code) == (404, 200)


async def test_no_route_takes_more_than_four_statements(counted: tuple[Site, list[str]]) -> None:
    site, ran = counted
    token, by, ada = await site.token(), site.app.by(staff(site.tenant_id)), site.app.by(site.admin)
    made = (await ada.post("/keys", {"name": "k", "scopes": ["crm.write"]})).json()
    [ann] = (await by.get("/contacts")).json()["items"]
    manager = site.app.by(
        contact(site.tenant_id, ann["organisation_id"], permissions=frozenset({"organisation.manage"}))
    )
    owned = {"id": UUID(ann["id"]), "permissions": frozenset({"organisation.manage"})}
    owner = site.app.by(contact(site.tenant_id, ann["organisation_id"], **owned))
    settings = {"name": "N", "accent": "#000000", "support_email": "a@b.example", "modules": MODULES}
    login = {"tenant_id": str(site.tenant_id), "audience": "portal", "email": ann["email"], "ip": "192.0.2.1"}
    person = {"name": "Bob", "email": "bob@acme.example", "organisation_external_id": "acme"}
    parent = {"name": "Acme", "parent_external_id": "parent"}
    above = await site.put_organisation("parent")
    member = f"/contacts/{ann['id']}/memberships/{above['id']}"
    trail = site.app.by(staff(site.tenant_id, "people.edit", "audit.read"))
    routes: list[tuple[int, str, Callable[[], Any]]] = [
        (4, "POST /internal/sessions", lambda: site.gateway.post("/internal/sessions", login | {"password": PASSWORD})),
        (1, "POST /internal/sessions/resolve", lambda: site.resolve(token)),
        (
            1,
            "POST /internal/tenants/resolve",
            lambda: site.gateway.post("/internal/tenants/resolve", {"slug": site.slug}),
        ),
        (
            1,
            "POST /internal/keys/resolve",
            lambda: site.gateway.post("/internal/keys/resolve", {"key": made["secret"]}),
        ),
        (1, "POST /internal/sessions/end", lambda: site.gateway.post("/internal/sessions/end", {"token": token})),
        (1, "GET /internal/tenants/{id}/logo", lambda: site.gateway.get(f"/internal/tenants/{site.tenant_id}/logo")),
        (0, "GET /me", lambda: by.get("/me")),
        (1, "GET /portal-settings", lambda: by.get("/portal-settings")),
        (4, "PUT /portal-settings", lambda: ada.put("/portal-settings", settings, headers={"if-match": "1"})),
        (1, "GET /portal/checks", lambda: ada.get("/portal/checks")),
        (3, "POST /portal/install", lambda: ada.post("/portal/install", {"anyway": True})),
        (1, "GET /hosts", lambda: ada.get("/hosts")),
        (2, "POST /hosts", lambda: ada.post("/hosts", {"host": f"{site.slug}.example"})),
        (2, "DELETE /hosts/{host}", lambda: ada("DELETE", f"/hosts/{site.slug}.example")),
        (1, "GET /keys", lambda: ada.get("/keys")),
        (1, "POST /keys", lambda: ada.post("/keys", {"name": "k", "scopes": ["crm.write"]})),
        (2, "POST /keys/{id}/revoke", lambda: ada.post(f"/keys/{made['id']}/revoke")),
        (2, "GET /organisations", lambda: by.get("/organisations?q=ac")),
        (1, "GET /organisations/{id}", lambda: by.get(f"/organisations/{ann['organisation_id']}")),
        (4, "PUT /organisations", lambda: site.crm.put("/organisations/by-external-id/acme", parent)),
        (2, "GET /contacts", lambda: manager.get("/contacts?q=an")),
        (4, "GET /contacts/{id}/overview", lambda: trail.get(f"/contacts/{ann['id']}/overview")),
        (3, "GET /organisations/{id}/overview", lambda: trail.get(f"/organisations/{above['id']}/overview")),
        (1, "GET /contacts/{id}", lambda: by.get(f"/contacts/{ann['id']}")),
        (4, "PUT /contacts (new)", lambda: site.crm.put("/contacts/by-external-id/bob", person)),
        (4, "PUT /contacts", lambda: site.crm.put("/contacts/by-external-id/bob", person | {"name": "Bob Barnes"})),
        (1, "GET /me/organisations", lambda: manager.get("/me/organisations")),
        (1, "GET /me/company", lambda: manager.get("/me/company")),
        (1, "GET /colleagues", lambda: manager.get("/colleagues?q=a")),
        (1, "GET /colleagues/{id}", lambda: manager.get(f"/colleagues/{ann['id']}")),
        (4, "POST /colleagues", lambda: owner.post("/colleagues", {"name": "Nora", "email": "nora@acme.example"})),
        (4, "PUT /contacts/{id}/memberships", lambda: site.crm.put(member, {})),
        (1, "GET /contacts/{id}/memberships", lambda: site.crm.get(f"/contacts/{ann['id']}/memberships")),
        (4, "DELETE /contacts/{id}/memberships", lambda: site.crm("DELETE", member)),
        (1, "GET /staff", lambda: by.get("/staff")),
        (3, "PATCH /staff/me", lambda: ada.patch("/staff/me", {"on_duty": False})),
    ]
    routes += _of_access(site, ada, ann, ran) + _of_notified(site, ran) + _of_imports(ada)
    told: list[str] = []
    for most, route, asked in routes:
        ran.clear()
        answer = await asked()
        assert answer.status_code < 300 or route.endswith("logo"), (route, answer.text)
        if len(ran) != most:
            told.append(f"{route}: {len(ran)}, not {most}: {[one.strip()[:50] for one in ran]}")
    assert not told, "\n".join(told)


def _of_access(site: Site, ada: As, ann: Any, ran: list[str]) -> list[tuple[int, str, Callable[[], Any]]]:
    """Enabling, inviting, passwords. What hashes takes two transactions."""
    at, source = f"/contacts/{ann['id']}", {"ip": "192.0.2.3"}

    async def look() -> Any:
        """With a token that the test knows, made aside."""
        async with site.database.transaction(site.tenant_id) as tx:
            to = Addressee("contact", UUID(ann["id"]), "Ann", ann["email"])
            secret = await tokens.issue(tx, "activate", to)
        ran.clear()
        return await site.gateway_in.post(
            "/internal/activations", {"token": secret, "password": PASSWORD + "s"} | source
        )

    async def forget(email: str) -> Any:
        asked = {"audience": "portal", "email": email} | source
        return await site.gateway_in.post("/internal/passwords/forgotten", asked)

    return [
        (1, "GET /contacts/{id}/access", lambda: ada.get(f"{at}/access")),
        (3, "POST /contacts/{id}/disable", lambda: ada.post(f"{at}/disable")),
        (3, "POST /contacts/{id}/enable", lambda: ada.post(f"{at}/enable", {})),
        (3, "POST /contacts/{id}/welcome", lambda: ada.post(f"{at}/welcome")),
        (4, "POST /internal/activations", look),
        (4, "POST /internal/passwords/forgotten (known)", lambda: forget("ann@acme.example")),
        # The fourth is the third once more, which is heard of once.
        (3, "POST /internal/passwords/forgotten (unknown)", lambda: forget("nobody@acme.example")),
    ]


def _of_notified(site: Site, ran: list[str]) -> list[tuple[int, str, Callable[[], Any]]]:
    """People whom the CRM brings where they get a letter by themselves; an address changed by its owner."""
    chosen = {"contacts_auto_notify": True, "leads_auto_notify": True, "window_required": True}

    async def put(path: str, **person: Any) -> Any:
        days = {"portal_enabled": True, "support_start_on": "2020-01-01", "support_end_on": "2099-01-01"}
        return await site.crm.put(path, {"name": "Nia", "email": f"{len(path)}@acme.example"} | days | person)

    async def choose() -> Any:
        await site.sql("UPDATE portal_settings SET access = access || $1", json.dumps(chosen))
        return await site.gateway.post("/internal/tenants/resolve", {"slug": site.slug})

    person, lead = "/contacts/by-external-id/nia", "/leads/by-external-id/leadnia"
    acme = {"organisation_external_id": "acme"}

    async def change_address() -> Any:
        [ann] = await site.sql("SELECT id, organisation_id FROM contacts WHERE external_id = 'ann'")
        known = {"id": UUID(str(ann["id"])), "email": "ann@acme.example"}
        await site.app.by(contact(site.tenant_id, ann["organisation_id"], **known)).post("/me/email", NEW_ADDRESS)
        token = (await letters(site))[-1]["path"].removeprefix("/confirm-address/")
        ran.clear()
        return await site.gateway_in.post("/internal/email-changes/confirm", {"token": token})

    return [
        (4, "POST /internal/email-changes/confirm", change_address),
        (2, "set auto-notify", choose),
        (4, "PUT /contacts (new, notified)", lambda: put(person, **acme)),
        (4, "PUT /contacts (shut out)", lambda: put(person, **acme | {"portal_enabled": False})),
        (4, "PUT /leads (new, notified)", lambda: put(lead)),
        (4, "PUT /leads (changed, renamed)", lambda: put(lead, company="Nia and Co", phone="1")),
    ]


def _of_imports(ada: As) -> list[tuple[int, str, Callable[[], Any]]]:
    """A file of however many rows."""
    sheet = "external_id,name,email,wer\n" + "\n".join(f"i{n},N,i{n}@acme.example,acme" for n in range(50))
    made: dict[str, Any] = {}

    async def upload() -> Any:
        answer = await ada("POST", "/imports?kind=contacts", content=sheet.encode())
        made.update(answer.json())
        return answer

    async def choose() -> Any:
        columns = ["external_id", "name", "email", "organisation_external_id"]
        return await ada.put(f"/imports/{made['id']}/columns", {"columns": columns}, headers={"if-match": '"1"'})

    return [
        (3, "POST /imports", upload),
        (3, "PUT /imports/{id}/columns", choose),
        (1, "GET /imports", lambda: ada.get("/imports")),
        (1, "GET /imports/{id}", lambda: ada.get(f"/imports/{made['id']}")),
        (2, "GET /imports/{id}/rows", lambda: ada.get(f"/imports/{made['id']}/rows")),
        (2, "GET /imports/{id}/report", lambda: ada.get(f"/imports/{made['id']}/report")),
    ]


async def test_provisioning_from_the_shell_makes_a_portal_one_can_log_in_to_f007(app: Any, database: Database) -> None:
    slug = f"t-{new_id().hex[-12:]}"
    shell = _Shell(database.url)
    made = await shell(
        *(
            "tenant",
            slug,
            "Brightside IT",
            "help@brightside.example",
            "--admin",
            "Mia",
            "--admin-email",
            "mia@b.example",
        ),
        password=ADMIN_PASSWORD,
    )
    site = Site(app, database, made["tenant_id"], slug, made["api_key"], made["admin_id"])
    found = await site.gateway.post("/internal/tenants/resolve", {"api_key": made["api_key"]})
    assert found.json()["name"] == "Brightside IT"
    assert (await site.log_in("mia@b.example", audience="console", password=ADMIN_PASSWORD)).status_code == 201
    key = (await shell("key", slug, "CRM", "--scope", "crm.write"))["key"]
    assert (await site.gateway.post("/internal/keys/resolve", {"key": key})).status_code == 200
    await shell("staff", slug, "Sam Stone", "sam@b.example", "--role", "agent", password="also a long one")
    sam = await site.log_in("sam@b.example", audience="console", password="also a long one")
    assert "settings.edit" not in sam.json()["caller"]["permissions"]
    await shell("password", slug, "console", "mia@b.example", password="a new long password")
    assert (await site.log_in("mia@b.example", audience="console", password="a new long password")).status_code == 201
    assert (await shell("snapshots", slug))["said"] == 2
    assert "already in use" in await shell.fails(
        *("tenant", slug, "Other", "a@b.example", "--admin", "X", "--admin-email", "x@b.example"),
        password=ADMIN_PASSWORD,
    )
    assert "at least 10" in await shell.fails("password", slug, "console", "mia@b.example", password="short")


class _Shell:
    """`python -m identity.provision`, as whoever runs the installation calls it."""

    def __init__(self, url: str) -> None:
        self._env = {**os.environ, "PORTICO_DATABASE_URL": url, "PORTICO_PORTAL_ORIGIN": ORIGIN}

    async def _run(self, words: tuple[str, ...], password: str) -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "identity.provision", *words),
            env=self._env | {"PORTICO_NEW_PASSWORD": password},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    async def __call__(self, *words: str, password: str = "") -> Any:
        code, out, err = await self._run(words, password)
        assert code == 0, err
        return json.loads(out)

    async def fails(self, *words: str, password: str = "") -> str:
        code, _, err = await self._run(words, password)
        assert code == 1
        assert "Traceback" not in err
        return err
