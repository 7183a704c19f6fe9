"""What whoever runs the installation does from the command line."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from identity import provision
from identity.errors import EmailTaken, NotAnImage
from identity.testing import ORIGIN, Site
from kit.db import Database

PASSWORD = "a good long password"
# As small as a PNG can be: one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63000100000005000100"
    "0d0a2db40000000049454e44ae426082"
)
Run = Callable[..., Any]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, with its words."""
    monkeypatch.setenv("PORTICO_NEW_PASSWORD", PASSWORD)

    async def command(*words: str) -> dict[str, Any]:
        monkeypatch.setattr("sys.argv", ["identity.provision", *words])
        asked: argparse.Namespace = provision._arguments()
        told: dict[str, Any] = json.loads(json.dumps(await provision._run(asked, database, ORIGIN)))
        return told

    return command


def tenant(slug: str, *more: str) -> tuple[str, ...]:
    who = ("--admin", "Ada Abbot", "--admin-email", "ada@northwind.example")
    return "tenant", slug, "Northwind Telecom", "help@northwind.example", *who, *more


async def test_a_tenant_begins_with_its_logo_f004(site: Site, run: Run, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    made = await run(*tenant(f"{site.slug}-b", "--logo", str(tmp_path / "logo.png")))
    answer = await site.gateway.get(f"/internal/tenants/{made['tenant_id']}/logo")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


async def test_a_tenant_begins_with_a_key_for_its_crm_if_asked(site: Site, run: Run) -> None:
    made = await run(*tenant(f"{site.slug}-d", "--scope", "crm.write"))
    found = (await site.gateway.post("/internal/keys/resolve", {"key": made["crm_key"]})).json()
    assert found["tenant"]["id"] == made["tenant_id"]
    assert found["caller"]["permissions"] == ["crm.write"]
    assert (await run(*tenant(f"{site.slug}-e")))["crm_key"] is None


async def test_it_refuses_a_logo_that_is_no_picture(site: Site, run: Run, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("a poem")
    with pytest.raises(NotAnImage):
        await run(*tenant(f"{site.slug}-c", "--logo", str(tmp_path / "logo.png")))


async def test_staff_can_log_in_to_the_console_at_once(site: Site, run: Run) -> None:
    await run("staff", site.slug, "Sam Stone", "sam@northwind.example", "--role", "agent")
    started = await site.log_in("sam@northwind.example", audience="console", password=PASSWORD)
    assert started.status_code == 201
    assert "cases.answer" in started.json()["caller"]["permissions"]
    assert "settings.edit" not in started.json()["caller"]["permissions"]


async def test_several_staff_are_made_in_one_go(site: Site, run: Run) -> None:
    names = ("Sam Stone", "sam@northwind.example", "Priya Patel", "priya@northwind.example")
    told = await run("staff", site.slug, *names, "--role", "agent")
    assert len(told["staff_ids"]) == 2
    assert (await site.log_in("priya@northwind.example", audience="console", password=PASSWORD)).status_code == 201
    with pytest.raises(ValueError, match="in pairs"):
        await run("staff", site.slug, "Sam Stone", "--role", "agent")


async def test_an_address_is_one_member_of_staffs_alone(site: Site, run: Run) -> None:
    with pytest.raises(EmailTaken):
        await run("staff", site.slug, "Another Ada", "ada@northwind.example", "--role", "agent")


async def test_several_people_get_a_password_in_one_go(acme: Site, run: Run) -> None:
    await acme.put_contact("bob", name="Bob Barnes", email="bob@acme.example")
    await run("password", acme.slug, "portal", "ann@acme.example", "bob@acme.example")
    for email in ("ann@acme.example", "bob@acme.example"):
        assert (await acme.log_in(email, password=PASSWORD)).status_code == 201
