"""F054, F129: cases by mail, and of people who do not log in."""

from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import KnownPerson
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

MAIL = {"message_id": "<1@acme.example>", "sender": "Ann@Acme.example", "subject": "Printer", "text": "It blinks."}


@pytest.fixture
def gateway(cases: Served, tenant: UUID) -> As:
    """Another part of Portico, on its own account."""
    return cases.by(Caller(kind="system", tenant_id=tenant))


@pytest.fixture
async def ann(database: Database, cases: Served, tenant: UUID, acme: UUID) -> As:
    """A known contact; with her a colleague, and somebody who may not come in."""
    people = {"ann": True, "cleo": True, "gone": False}
    ids = {name: new_id() for name in people}
    async with database.transaction(tenant) as tx:
        for name, active in people.items():
            one = {"kind": "contact", "name": name, "email": f"{name}@acme.example", "active": active, "version": 1}
            tx.add(KnownPerson(id=ids[name], organisation_id=acme, **one))
    return cases.by(contact(tenant, acme, id=ids["ann"]))


async def arrives(gateway: As, **changed: Any) -> dict[str, Any]:
    answer = await gateway.post("/internal/cases/from-mail", MAIL | changed)
    assert answer.status_code == 200, answer.text
    became: dict[str, Any] = answer.json()
    return became


async def test_a_mail_opens_one_case_however_often_it_comes(gateway: As, ann: As) -> None:
    first = await arrives(gateway)
    assert first == {"outcome": "opened", "reference": "CASE-1001", "reason": None}
    assert await arrives(gateway) == first
    [row] = (await ann.get("/cases")).json()["items"]
    case = (await ann.get(f"/cases/{row['id']}")).json()
    assert case == IsPartialDict(subject="Printer", opened_via="mail", requester_email="ann@acme.example")


async def test_an_answer_is_a_note_on_the_case_it_names_if_it_is_theirs(gateway: As, ann: As) -> None:
    await arrives(gateway)
    noted = await arrives(gateway, message_id="<2@x>", subject="Re: [case-1001] Printer", text="Still.")
    assert noted == {"outcome": "noted", "reference": "CASE-1001", "reason": None}
    case = (await ann.get("/cases/CASE-1001")).json()
    assert [entry["body_html"] for entry in case["timeline"] if entry["kind"] == "note"] == ["<p>Still.</p>"]
    other = await arrives(gateway, message_id="<3@x>", sender="cleo@acme.example", subject="[CASE-1001]", text="Me too")
    assert other == {"outcome": "opened", "reference": "CASE-1002", "reason": None}
    await ann.post("/cases/CASE-1001/close")
    after = await arrives(gateway, message_id="<4@x>", subject="[CASE-1001]", text="Again")
    assert after["reference"] == "CASE-1003"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sender": "stranger@elsewhere.example"}, "unknown_sender"),
        ({"sender": "gone@acme.example"}, "shut_out"),
        ({"text": " "}, "empty"),
    ],
)
async def test_a_mail_that_becomes_nothing_says_why(
    gateway: As, ann: As, tenant: UUID, database: Database, changed: dict[str, str], reason: str
) -> None:
    assert await arrives(gateway, **changed) == {"outcome": "refused", "reference": None, "reason": reason}
    assert (await ann.get("/cases")).json()["items"] == []
    async with database.transaction(tenant) as tx:
        assert [row["reason"] for row in await fetch(tx, "SELECT reason FROM incoming_mails")] == [reason]


async def test_a_guests_case_says_so_and_is_theirs_when_they_log_in_f129(
    gateway: As, cases: Served, tenant: UUID, acme: UUID
) -> None:
    guest_id = new_id()
    wanted = {"contact_id": str(guest_id), "name": "Gus", "email": "gus@x.example", "organisation_id": str(acme)}
    opened = await gateway.post("/internal/cases/from-guest", wanted | {"subject": "Hello", "body": "Help"})
    assert opened.status_code == 201, opened.text
    path = f"/cases/{opened.json()['reference']}"
    case = (await cases.by(contact(tenant, acme, id=guest_id)).get(path)).json()
    assert case == IsPartialDict(opened_via="guest", requester_email="gus@x.example")
    assert (await cases.by(guest(tenant)).get(path)).status_code == 404


async def test_nobody_else_brings_mail_or_guests_or_asks_for_words(cases: Served, tenant: UUID, acme: UUID) -> None:
    for caller in (staff(tenant), contact(tenant, acme), guest(tenant), key(tenant, "crm.write")):
        one = cases.by(caller)
        assert (await one.post("/internal/cases/from-mail", MAIL)).status_code == 404
        assert (await one.get("/internal/desk")).status_code == 404
    assert (await cases.by(Caller(kind="system", tenant_id=tenant)).get("/internal/desk")).json() == {
        "alias": "cases",
        "status_words": {},
    }
