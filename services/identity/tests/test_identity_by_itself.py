"""F031, F053: what happens by itself when the CRM brings a contact or a lead."""

from typing import Any

import pytest
from test_identity_enabling import choose, do, letters

from identity.testing import Site

LEAD = {"name": "Lea", "email": "lea@new.example", "company": "New Ltd"}
CONTACT = {"name": "Bob", "email": "bob@acme.example", "organisation_external_id": "acme"}
KINDS = pytest.mark.parametrize(("kind", "sent"), [("contacts", CONTACT), ("leads", LEAD)])


async def put(site: Site, kind: str, sent: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await site.crm.put(f"/{kind}/by-external-id/new-{kind}", sent | more)
    assert answer.status_code in (200, 201), answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.fixture
async def acme(site: Site) -> Site:
    await site.put_organisation("acme")
    return site


@KINDS
async def test_nothing_happens_by_itself_unless_chosen(acme: Site, kind: str, sent: dict[str, Any]) -> None:
    """F053."""
    assert (await put(acme, kind, sent))["portal_enabled"] is False
    assert (await put(acme, kind, sent, portal_enabled=True))["portal_enabled"] is True
    assert await letters(acme) == []


@KINDS
async def test_whoever_is_new_is_let_in_and_told(acme: Site, kind: str, sent: dict[str, Any]) -> None:
    """F031, F053: once, and not those of the other kind."""
    await choose(acme, **{f"{kind}_auto_enable": True, f"{kind}_auto_notify": True})
    assert (await put(acme, kind, sent))["portal_enabled"] is True
    await put(acme, kind, sent, phone="1")
    [letter] = await letters(acme)
    assert (letter["template"], letter["email"]) == ("welcome", sent["email"])
    other = {"contacts": ("leads", LEAD), "leads": ("contacts", CONTACT)}[kind]
    assert (await put(acme, *other, name="Somebody else"))["portal_enabled"] is False


async def test_what_the_crm_says_counts(acme: Site) -> None:
    """F053: said to have no access, they have none; and what is there already stays as it is."""
    await put(acme, "contacts", CONTACT)
    await choose(acme, contacts_auto_enable=True)
    assert (await put(acme, "contacts", CONTACT, phone="2"))["portal_enabled"] is False
    named = {"email": "cleo@acme.example", "portal_enabled": False}
    answer = await acme.crm.put("/contacts/by-external-id/cleo", CONTACT | named)
    assert answer.json()["portal_enabled"] is False


async def test_nobody_is_let_in_by_itself_without_the_days_the_tenant_asks_for(acme: Site) -> None:
    """F052, F053."""
    await choose(acme, contacts_auto_enable=True, window_required=True)
    assert (await put(acme, "contacts", CONTACT))["portal_enabled"] is False
    days = {"support_start_on": "2026-01-01", "support_end_on": "2099-01-01", "email": "cleo@acme.example"}
    answer = await acme.crm.put("/contacts/by-external-id/cleo", CONTACT | days)
    assert answer.json()["portal_enabled"] is True


async def test_a_batch_is_told_as_one_by_one(acme: Site) -> None:
    """F031, F051, F053: but for whoever wants no mail."""
    await choose(acme, contacts_auto_enable=True, contacts_auto_notify=True)
    rows = [CONTACT | {"external_id": f"b{number}", "email": f"b{number}@acme.example"} for number in range(3)]
    rows[2] |= {"email_opt_out": True}
    answer = await acme.crm.post("/contacts/batch", {"rows": rows})
    assert answer.status_code == 200, answer.text
    assert [letter["email"] for letter in await letters(acme)] == ["b0@acme.example", "b1@acme.example"]


async def test_a_key_that_enables_one_contact_has_them_told_too(acme: Site) -> None:
    """F031."""
    await choose(acme, contacts_auto_notify=True)
    await acme.put_contact("ann", portal_enabled=False)
    assert (await do(acme, "enable", by=acme.crm)).status_code == 200
    assert [letter["email"] for letter in await letters(acme)] == ["ann@acme.example"]
