"""What the CRM feeds, and what is refused."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict, IsUUID
from sqlalchemy import text

from kit.db import Database
from kit.ids import new_id
from kit.testing import Served, contact, guest, key, staff

INVOICE: dict[str, Any] = {
    "number": "INV-100",
    "organisation_external_id": "C-1",
    "status": "open",
    "issued_on": "2024-05-01",
    "due_on": "2999-05-31",
    "currency": "EUR",
    "total_minor": 11_900,
    "lines": [{"description": "Router", "quantity": "1.5", "unit_price_minor": 6_000, "amount_minor": 9_000}],
    "extra": {"Delivery note": "L-4711", "Order": "B-1"},
}
PATH = "/invoices/by-external-id/CRM-1"


async def test_an_invoice_is_made_changed_and_left_alone(billing: Served, tenant: UUID, database: Database) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    made = await crm.put(PATH, INVOICE)
    assert made.status_code == 201, made.text
    assert made.json() == IsPartialDict(id=IsUUID, external_id="CRM-1", number="INV-100", status="open", version=1)
    assert made.headers["etag"] == '"1"'
    assert (await crm.get(made.headers["location"])).json()["id"] == made.json()["id"]
    same = await crm.put(PATH, INVOICE | {"extra": {"Order": "B-1", "Delivery note": "L-4711"}})
    assert (same.status_code, same.json(), same.headers["etag"]) == (200, made.json(), '"1"')
    paid = await crm.put(PATH, INVOICE | {"status": "paid", "paid_on": "2024-05-20"})
    assert (paid.status_code, paid.json()["version"], paid.headers["etag"]) == (200, 2, '"2"')
    read = (await crm.get(f"/invoices/{made.json()['id']}")).json()
    assert read == IsPartialDict(status="paid", paid_on="2024-05-20", version=2)
    fewer = await crm.put(PATH, INVOICE | {"lines": [], "extra": {}})
    assert fewer.json()["version"] == 3
    assert (await crm.get(f"/invoices/{made.json()['id']}")).json() == IsPartialDict(lines=[], extra={}, paid_on=None)
    async with database.transaction(tenant) as tx:
        assert (await tx.execute(text("SELECT count(*) FROM outbox"))).scalar() == 0


async def test_an_invoice_may_move_to_another_organisation(billing: Served, tenant: UUID) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    await crm.put(PATH, INVOICE)
    assert (await crm.put(PATH, INVOICE | {"organisation_external_id": "C-2"})).json()["version"] == 2


async def test_the_same_external_id_is_another_invoice_in_another_tenant(billing: Served, tenant: UUID) -> None:
    mine, theirs = [await billing.by(key(one, "crm.write")).put(PATH, INVOICE) for one in (tenant, new_id())]
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]


async def test_two_at_once_make_one_invoice(billing: Served, tenant: UUID) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    answers = await asyncio.gather(*(crm.put(PATH, INVOICE) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {201, 200, 409}
    assert [answer.status_code for answer in answers].count(201) == 1
    assert len((await crm.get("/invoices")).json()["items"]) == 1


async def test_only_a_feeding_key_feeds(billing: Served, tenant: UUID, acme: UUID) -> None:
    for caller in (staff(tenant, "settings.edit"), contact(tenant, acme), guest(tenant), key(tenant, "cases.read")):
        assert (await billing.by(caller).put(PATH, INVOICE)).status_code == 403


@pytest.mark.parametrize("amount", [10**15, -(10**15), 0])
async def test_the_largest_amounts_are_kept_exactly(billing: Served, tenant: UUID, amount: int) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    line = {"description": "", "quantity": "-1.000001", "unit_price_minor": amount, "amount_minor": amount}
    made = await crm.put(PATH, INVOICE | {"total_minor": amount, "tax_minor": amount, "lines": [line]})
    assert made.status_code == 201, made.text
    read = (await crm.get(f"/invoices/{made.json()['id']}")).json()
    assert read["total"] == read["tax"] == read["lines"][0]["amount"] == {"amount_minor": amount, "currency": "EUR"}
    assert read["lines"][0]["quantity"] == "-1.000001"
    assert read["net"] is None


LINE = INVOICE["lines"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"number": ""},
        {"number": "x" * 41},
        {"number": "a\x00b"},
        {"number": 5},
        {"number": None},
        {"organisation_external_id": ""},
        {"organisation_external_id": "x" * 101},
        {"status": "late"},
        {"issued_on": "31.05.2024"},
        {"issued_on": "2024-02-30"},
        {"issued_on": "10000-01-01"},
        {"due_on": None},
        {"currency": "eur"},
        {"currency": "EURO"},
        {"currency": "E\n"},
        {"total_minor": 1.5},
        {"total_minor": "100"},
        {"total_minor": True},
        {"total_minor": 10**15 + 1},
        {"total_minor": 10**40},
        {"total_minor": None},
        {"lines": [LINE] * 501},
        {"lines": [LINE | {"quantity": "1,5"}]},
        {"lines": [LINE | {"quantity": "1e5"}]},
        {"lines": [LINE | {"quantity": 1.5}]},
        {"lines": [LINE | {"description": "\ud800"}]},
        {"lines": [LINE | {"sku": "x"}]},
        {"extra": {f"k{n}": "v" for n in range(31)}},
        {"extra": {"k": {"deep": 1}}},
        {"extra": {"k\x00": "v"}},
        {"terms": "x" * 10_001},
    ],
)
async def test_it_refuses_what_is_no_invoice(billing: Served, tenant: UUID, wrong: dict[str, Any]) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    content, headers = json.dumps(INVOICE | wrong), {"content-type": "application/json"}
    answer = await crm("PUT", PATH, content=content, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await crm.get("/invoices")).json()["items"] == []


async def test_malformed_and_oversize_bodies_are_refused(billing: Served, tenant: UUID) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    headers = {"content-type": "application/json"}
    for content, status in ((b"{", 422), (b"", 422), (b"[]", 422), (b"\xff", 422), (b" " * 2_100_000, 413)):
        answer = await crm("PUT", PATH, content=content, headers=headers)
        assert answer.status_code in (status, 400), answer.text


@pytest.mark.parametrize("name", ["x" * 101, "%00", "%ED%A0%80", "a%2Fb"])
async def test_an_odd_external_id_is_a_refusal_and_no_failure(billing: Served, tenant: UUID, name: str) -> None:
    answer = await billing.by(key(tenant, "crm.write")).put(f"/invoices/by-external-id/{name}", INVOICE)
    assert answer.status_code < 500, answer.text


async def test_an_address_that_is_no_id_is_refused(billing: Served, tenant: UUID) -> None:
    assert (await billing.by(staff(tenant)).get("/invoices/INV-100")).status_code in (404, 422)


async def test_feeding_takes_few_statements(billing: Served, tenant: UUID, statements: list[str]) -> None:
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    for invoice, many in ((INVOICE, 2), (INVOICE, 1), (INVOICE | {"terms": "Now."}, 2)):
        statements.clear()
        assert (await crm.put(PATH, invoice)).status_code < 300
        assert len(statements) == many, statements


async def test_an_invoice_that_is_not_the_one_the_crm_meant_stays_as_it_is(billing: Served, tenant: UUID) -> None:
    """F160: 412 undoes the whole write; without If-Match the last one wins."""
    crm = billing.by(key(tenant, "crm.write", "invoices.read"))
    assert (await crm.put(PATH, INVOICE, headers={"if-match": '"1"'})).status_code == 412
    assert (await crm.put(PATH, INVOICE, headers={"if-match": '"0"'})).status_code == 201
    paid = await crm.put(PATH, INVOICE | {"status": "paid"}, headers={"if-match": '"1"'})
    assert (paid.status_code, paid.headers["etag"]) == (200, '"2"')
    for wrong in ('"1"', '"0"', '"3"', "*"):
        for status in ("open", "paid"):
            refused = await crm.put(PATH, INVOICE | {"status": status}, headers={"if-match": wrong})
            assert (refused.status_code, refused.json()["type"]) == (412, "/problems/version-stale")
    assert (await crm.get(f"/invoices/{paid.json()['id']}")).json() == IsPartialDict(status="paid", version=2)
    assert (await crm.put(PATH, INVOICE | {"status": "paid"}, headers={"if-match": '"2"'})).headers["etag"] == '"2"'
    assert (await crm.put(PATH, INVOICE)).headers["etag"] == '"3"'
