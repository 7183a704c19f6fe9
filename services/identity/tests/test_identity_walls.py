"""What holds whatever the routes do: walls between tenants, roles without reach."""

import asyncio
import json
import os
import sys
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from identity.testing import ADMIN_PASSWORD, ORIGIN, Site
from kit.db import Database, fetch
from kit.ids import new_id

TABLES = ("tenants", "hosts", "portal_settings", "portals", "keys", "organisations", "contacts", "staff", "passwords")

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


async def test_without_a_tenant_or_in_another_no_row_is_there(acme: Site, brightside: Site) -> None:
    await acme.log_in(password="wrong")
    await acme.log_in()
    for table in (*TABLES, *MORE_TABLES):
        async with acme.database.transaction(None) as tx:
            assert await fetch(tx, f"SELECT 1 FROM {table}") == [], table
        theirs = await brightside.sql(f"SELECT 1 FROM {table} WHERE tenant_id <> $1", brightside.tenant_id)
        assert theirs == [], table


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
