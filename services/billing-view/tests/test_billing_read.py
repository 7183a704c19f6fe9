"""Who sees which invoices, and how the list filters, sorts and pages."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict
from sqlalchemy import text

from contracts import ContactChanged, OrganisationChanged
from contracts.event import Envelope, Event
from kit import paging
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id, now
from kit.testing import Served, contact, guest, key, staff

Hear = Callable[[Event, int], Awaitable[Envelope]]

INVOICE: dict[str, Any] = {
    "number": "INV-100",
    "organisation_external_id": "C-1",
    "status": "open",
    "issued_on": "2024-05-01",
    "due_on": "2999-05-31",
    "currency": "EUR",
    "total_minor": 11_900,
    "net_minor": 10_000,
    "tax_minor": 1_900,
    "reference": "PO-7788",
    "terms": "30 days net.",
    "lines": [
        {"description": "Router", "quantity": "1.5", "unit_price_minor": 6_000, "amount_minor": 9_000},
        {"description": "Setup", "unit_price_minor": 1_000, "amount_minor": 1_000},
    ],
    "extra": {"Delivery note": "L-4711"},
}


def organisation(organisation_id: UUID, external_id: str | None, name: str = "Acme Ltd") -> OrganisationChanged:
    return OrganisationChanged(
        organisation_id=organisation_id, external_id=external_id, name=name, parent_id=None, active=True
    )


def person(contact_id: UUID, external_id: str | None, organisation_id: UUID) -> ContactChanged:
    return ContactChanged(
        contact_id=contact_id,
        external_id=external_id,
        name="Ann Archer",
        email="ann@acme.example",
        organisation_id=organisation_id,
        portal_enabled=True,
        email_opt_out=False,
    )


def of_the_whole(tenant: UUID, organisation_id: UUID, **granted: Any) -> Caller:
    return contact(tenant, organisation_id, scopes={"invoices": "organisation"}, **granted)


async def feed(billing: Served, tenant: UUID, external_id: str, **values: Any) -> UUID:
    fed = await billing.by(key(tenant, "crm.write")).put(f"/invoices/by-external-id/{external_id}", INVOICE | values)
    assert fed.status_code in (200, 201), fed.text
    return UUID(fed.json()["id"])


async def numbers(billing: Served, caller: Caller, query: str = "") -> list[str]:
    page = await billing.by(caller).get(f"/invoices{query}")
    assert page.status_code == 200, page.text
    return [row["number"] for row in page.json()["items"]]


async def test_a_contact_lists_and_reads_the_invoices_of_their_organisation_f160_f161(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    await hear(organisation(acme, "C-1"), 1)
    invoice = await feed(billing, tenant, "1")
    ann = billing.by(of_the_whole(tenant, acme))
    page = (await ann.get("/invoices")).json()
    row = {
        "id": str(invoice),
        "number": "INV-100",
        "reference": "PO-7788",
        "organisation": {"id": str(acme), "name": "Acme Ltd"},
        "status": "open",
        "issued_on": "2024-05-01",
        "due_on": "2999-05-31",
        "paid_on": None,
        "total": {"amount_minor": 11_900, "currency": "EUR"},
    }
    assert page == {"items": [row], "next": None, "total": {"count": 1, "capped": False}}
    read = await ann.get(f"/invoices/{invoice}")
    assert read.headers["etag"] == '"1"'
    assert read.json() == IsPartialDict(row) & IsPartialDict(
        net={"amount_minor": 10_000, "currency": "EUR"},
        tax={"amount_minor": 1_900, "currency": "EUR"},
        terms="30 days net.",
        extra={"Delivery note": "L-4711"},
        version=1,
    )
    assert read.json()["lines"][0] == {
        "position": 1,
        "description": "Router",
        "quantity": "1.5",
        "unit_price": {"amount_minor": 6_000, "currency": "EUR"},
        "amount": {"amount_minor": 9_000, "currency": "EUR"},
    }
    assert read.json()["lines"][1] == IsPartialDict(position=2, quantity="1")


async def test_nobody_else_sees_it_anywhere_f069(billing: Served, tenant: UUID, acme: UUID, hear: Hear) -> None:
    zeta = new_id()
    await hear(organisation(acme, "C-1"), 1)
    await hear(organisation(zeta, "C-2", "Zeta GmbH"), 1)
    invoice = await feed(billing, tenant, "1")
    strangers = [
        of_the_whole(tenant, zeta),
        of_the_whole(new_id(), acme),
        contact(tenant, acme),
        contact(tenant, zeta, scopes={"invoices": "hierarchy"}, organisation_ids=(zeta,)),
        contact(tenant, acme, scopes={"invoices": "hierarchy"}, organisation_ids=()),
        guest(tenant),
        key(tenant, "crm.write"),
        key(tenant, "cases.read"),
        staff(new_id()),
        key(new_id(), "invoices.read"),
    ]
    missing = (await billing.by(strangers[0]).get(f"/invoices/{new_id()}")).json()
    for caller in strangers:
        assert await numbers(billing, caller) == []
        assert await numbers(billing, caller, "?q=INV") == []
        denied = await billing.by(caller).get(f"/invoices/{invoice}")
        assert (denied.status_code, denied.json()) == (404, missing)
    for caller in (staff(tenant), key(tenant, "invoices.read")):
        assert await numbers(billing, caller) == ["INV-100"]


async def test_a_switched_off_module_hides_every_invoice_f018(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    await hear(organisation(acme, "C-1"), 1)
    invoice = await feed(billing, tenant, "1")
    without = billing.by(of_the_whole(tenant, acme, modules=frozenset({"cases"})))
    for path in ("/invoices", "/invoices?q=INV", f"/invoices/{invoice}"):
        assert (await without.get(path)).status_code == 404


async def test_the_hierarchy_sees_its_subsidiaries_too_f069(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    child, other = new_id(), new_id()
    for known, name in ((acme, "C-1"), (child, "C-2"), (other, "C-3")):
        await hear(organisation(known, name), 1)
        await feed(billing, tenant, name, number=name, organisation_external_id=name)
    bob = contact(tenant, acme, scopes={"invoices": "hierarchy"}, organisation_ids=(acme, child))
    assert sorted(await numbers(billing, bob)) == ["C-1", "C-2"]
    assert await numbers(billing, of_the_whole(tenant, acme)) == ["C-1"]


async def test_with_their_own_scope_a_contact_sees_what_the_crm_sent_to_them(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    zeta = new_id()
    await hear(organisation(acme, "C-1"), 1)
    await hear(organisation(zeta, "C-2"), 1)
    ann = contact(tenant, acme)
    await feed(billing, tenant, "1", number="HERS", contact_external_id="P-1")
    await feed(billing, tenant, "2", number="BOBS", contact_external_id="P-2")
    await feed(billing, tenant, "3", number="NOBODYS")
    await feed(billing, tenant, "4", number="ELSEWHERE", contact_external_id="P-1", organisation_external_id="C-2")
    assert await numbers(billing, ann) == []
    assert ann.id
    await hear(person(ann.id, "P-1", acme), 1)
    assert await numbers(billing, ann) == ["HERS"]


async def test_an_invoice_fed_before_its_organisation_shows_up_when_that_is_known(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    invoice = await feed(billing, tenant, "1")
    ann, sam = of_the_whole(tenant, acme), staff(tenant)
    assert await numbers(billing, ann) == []
    seen = (await billing.by(sam).get(f"/invoices/{invoice}")).json()
    assert seen["organisation"] == {"id": None, "name": None}
    await hear(organisation(acme, "C-1"), 1)
    assert await numbers(billing, ann) == ["INV-100"]
    assert (await billing.by(sam).get(f"/invoices/{invoice}")).json()["organisation"]["name"] == "Acme Ltd"


async def test_an_older_version_of_an_organisation_is_ignored(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear
) -> None:
    await feed(billing, tenant, "1")
    await hear(organisation(acme, "C-9", "Acme now"), 2)
    await hear(organisation(acme, "C-1", "Acme then"), 1)
    assert await numbers(billing, of_the_whole(tenant, acme)) == []
    await hear(organisation(acme, "C-1", "Acme again"), 3)
    page = (await billing.by(of_the_whole(tenant, acme)).get("/invoices")).json()
    assert page["items"][0]["organisation"]["name"] == "Acme again"


async def test_an_older_version_of_a_contact_is_ignored(billing: Served, tenant: UUID, acme: UUID, hear: Hear) -> None:
    ann = contact(tenant, acme)
    assert ann.id
    await hear(organisation(acme, "C-1"), 1)
    await feed(billing, tenant, "1", contact_external_id="P-1")
    await hear(person(ann.id, "P-2", acme), 2)
    await hear(person(ann.id, "P-1", acme), 1)
    assert await numbers(billing, ann) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
async def test_a_name_that_moves_takes_its_invoices_along_and_is_never_two_organisations(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear, order: tuple[int, ...]
) -> None:
    zeta = new_id()
    await feed(billing, tenant, "1")
    events = [(organisation(acme, "C-1"), 1), (organisation(acme, "C-1-old"), 2), (organisation(zeta, "C-1"), 1)]
    for number in order:
        await hear(*events[number])
        both = [await numbers(billing, of_the_whole(tenant, one)) for one in (acme, zeta)]
        assert [] in both
    assert await numbers(billing, of_the_whole(tenant, acme)) == []
    assert await numbers(billing, of_the_whole(tenant, zeta)) == ["INV-100"]


async def test_an_event_heard_twice_is_handled_once(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear, database: Database
) -> None:
    envelope = await hear(organisation(acme, "C-1"), 1)
    async with database.transaction(tenant) as tx:
        rows = (await tx.execute(text("SELECT event_id, state FROM inbox"))).all()
        known = (await tx.execute(text("SELECT id, version FROM organisations"))).all()
    assert rows == [(envelope.id, "done")]
    assert known == [(acme, 1)]


async def test_an_open_invoice_past_its_day_is_overdue_in_filter_and_view_alike_f176(
    billing: Served, tenant: UUID
) -> None:
    sam, today = staff(tenant), now().date()
    yesterday = str(today - timedelta(days=1))
    for name, values in {
        "LATE": {"status": "open", "due_on": yesterday},
        "TODAY": {"status": "open", "due_on": str(today)},
        "TOLD": {"status": "overdue", "due_on": "2999-01-01"},
        "PAID": {"status": "paid", "due_on": yesterday, "paid_on": yesterday},
        "GONE": {"status": "cancelled", "due_on": yesterday},
    }.items():
        await feed(billing, tenant, name, number=name, **values)
    for status, expected in (
        ("status=overdue", {"LATE", "TOLD"}),
        ("status=open", {"TODAY"}),
        ("status=paid&status=overdue", {"LATE", "TOLD", "PAID"}),
        ("status=cancelled", {"GONE"}),
    ):
        items = (await billing.by(sam).get(f"/invoices?{status}")).json()["items"]
        assert {row["number"] for row in items} == expected
        assert {row["status"] for row in items} <= set(status.replace("status=", "").split("&"))


async def test_dates_are_ranges_with_both_ends_f177_f178(billing: Served, tenant: UUID) -> None:
    sam = staff(tenant)
    for day in range(1, 6):
        dates = {"issued_on": f"2024-05-0{day}", "due_on": f"2024-06-0{day}", "paid_on": f"2024-07-0{day}"}
        await feed(billing, tenant, str(day), number=str(day), status="paid", **dates)
    for query, expected in (
        ("issued_from=2024-05-04", "45"),
        ("issued_to=2024-05-02", "12"),
        ("due_from=2024-06-02&due_to=2024-06-03", "23"),
        ("paid_from=2024-07-05", "5"),
        ("paid_to=0001-01-01", ""),
        (f"created_from={now().date()}", "12345"),
        ("created_to=2024-01-01", ""),
        ("created_from=0001-01-01&created_to=9999-12-31&issued_to=9999-12-31", "12345"),
    ):
        assert "".join(sorted(await numbers(billing, sam, f"?{query}"))) == expected


async def test_a_search_is_the_beginning_of_a_number_or_reference_and_no_amount_or_day_f092(
    billing: Served, tenant: UUID
) -> None:
    sam = staff(tenant)
    await feed(billing, tenant, "1", number="INV-100", reference="PO-7788")
    await feed(billing, tenant, "2", number="INV-2%0_\\", reference=None)
    await feed(billing, tenant, "3", number="ÄRGER-1", reference="Straße")
    for q, expected in (
        ("inv-100", ["INV-100"]),
        ("INV", ["INV-100", "INV-2%0_\\"]),
        ("po-77", ["INV-100"]),
        ("7788", []),
        ("11900", []),
        ("119", []),
        ("2024-05-01", []),
        ("inv-2%", ["INV-2%0_\\"]),
        ("%", []),
        ("_", []),
        ("inv-2%0_\\", ["INV-2%0_\\"]),
        ("ärger", ["ÄRGER-1"]),
        ("STRA", ["ÄRGER-1"]),
        ("'; --", []),
    ):
        page = await billing.by(sam).get("/invoices", params={"q": q, "sort": "number"})
        assert [row["number"] for row in page.json()["items"]] == expected, q


@pytest.mark.parametrize("sort", ["-issued_on", "issued_on", "-due_on", "due_on", "-number", "number"])
async def test_the_list_pages_by_key_in_every_order_f103(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear, sort: str
) -> None:
    await hear(organisation(acme, "C-1"), 1)
    for n in range(7):
        days = {"issued_on": f"2024-05-0{1 + n // 2}", "due_on": f"2999-05-0{7 - n // 2}"}
        await feed(billing, tenant, str(n), number=f"{'Inv'[: n % 3]}{'💶' * 35}{n}", **days)
    for caller in (staff(tenant), of_the_whole(tenant, acme)):
        seen: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await billing.by(caller).get(f"/invoices?limit=2&sort={sort}{cursor}")).json()
            seen += page["items"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(seen) == len({row["id"] for row in seen}) == 7
        keys = [row[sort.removeprefix("-")].lower() for row in seen]
        assert keys == sorted(keys, reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense",
        "cursor=" + paging.encode(5, 5),
        "cursor=" + paging.encode("2024-05-01"),
        "cursor=" + paging.encode("2024-13-01", str(UUID(int=7))),
        "sort=number&cursor=" + paging.encode("a\x00", str(UUID(int=7))),
        "limit=0",
        "limit=101",
        "sort=total",
        "status=late",
        "status=open&status=open&status=open&status=open&status=open",
        "issued_from=yesterday",
        "issued_to=10000-01-01",
        "total=5",
        "q=" + "a" * 201,
        "q=%00",
    ],
)
async def test_it_refuses_a_list_it_cannot_give(billing: Served, tenant: UUID, query: str) -> None:
    answer = await billing.by(staff(tenant)).get(f"/invoices?{query}")
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_reading_takes_few_statements(
    billing: Served, tenant: UUID, acme: UUID, hear: Hear, statements: list[str]
) -> None:
    await hear(organisation(acme, "C-1"), 1)
    invoice = await feed(billing, tenant, "1")
    ann = billing.by(of_the_whole(tenant, acme))
    for path, many in (("", 2), ("?q=inv&status=open", 2), (f"/{invoice}", 1)):
        statements.clear()
        assert (await ann.get(f"/invoices{path}")).status_code == 200
        assert len(statements) == many, statements
