"""F094-F101: opening a case with everything a desk offers."""

import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import KnownPerson
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

NEW = {"subject": "Printer offline", "body": "It blinks."}
FORM = [
    {"key": "serial", "label": "Serial number", "required": True, "pattern": "SN-[0-9]{4}", "help": "Such as SN-1234."},
    {"key": "floor", "label": "Floor", "kind": "number", "minimum": 0, "maximum": 9},
    {"key": "since", "label": "Since", "kind": "date"},
    {"key": "colour", "label": "Colour", "kind": "choice", "choices": ["Red", "Green"]},
    {"key": "lamps", "label": "Lamps", "kind": "choices", "choices": ["A", "B", "C"]},
    {"key": "urgent", "label": "Works at all?", "kind": "yes_no"},
    {"key": "other", "label": "Second contact", "kind": "email"},
    {"key": "story", "label": "More", "kind": "long_text", "minimum": 3, "maximum": 10},
    {"key": "contract", "label": "Contract", "staff_only": True},
]
GOOD = {
    "serial": "SN-1234",
    "floor": "3",
    "since": "2026-11-01",
    "colour": "Red",
    "lamps": ["C", "A"],
    "urgent": "no",
    "other": "cleo@acme.example",
    "story": "short",
}


@pytest.fixture
def ada(cases: Served, tenant: UUID) -> As:
    """She sets the desk, and answers cases."""
    return cases.by(staff(tenant, "settings.edit", "cases.answer", name="Ada Able"))


@pytest.fixture
def ann(cases: Served, tenant: UUID, acme: UUID) -> As:
    """A customer."""
    return cases.by(contact(tenant, acme))


async def made(ada: As, noun: str, name: str, **more: Any) -> str:
    answer = await ada.post(f"/desk/{noun}", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    row_id: str = answer.json()["id"]
    return row_id


async def told(database: Database, tenant: UUID) -> list[dict[str, Any]]:
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox WHERE type = 'case.opened.v1' ORDER BY id")
    return [json.loads(row["body"])["data"] for row in rows]


async def sam_of(database: Database, tenant: UUID, *, active: bool = True) -> UUID:
    sam = new_id()
    async with database.transaction(tenant) as tx:
        tx.add(KnownPerson(id=sam, kind="staff", name="Sam", email="sam@n.example", active=active, version=1))
    return sam


async def test_a_case_carries_everything_that_was_chosen_f094_f095_f098(
    cases: Served, tenant: UUID, acme: UUID, ada: As, ann: As, database: Database
) -> None:
    category = await made(ada, "categories", "Hardware", form=FORM)
    ids = {"department_id": await made(ada, "departments", "Sales"), "product_id": await made(ada, "products", "LX-9")}
    asset = {"id": "crm-17", "label": "Printer, 2nd floor"}
    opened = await ann.post("/cases", NEW | ids | {"category_id": category, "fields": GOOD, "asset": asset})
    assert opened.status_code == 201, opened.text
    case = (await ann.get(f"/cases/{opened.json()['id']}")).json()
    assert case == IsPartialDict(category="Hardware", department="Sales", product="LX-9", asset=asset)
    assert (case["opened_via"], case["group"]) == ("portal", None)
    assert {one["key"]: one["value"] for one in case["fields"]} == {
        **GOOD,
        "floor": 3,
        "lamps": ["A", "C"],
        "urgent": False,
    }
    assert [one["label"] for one in case["fields"]][:2] == ["Serial number", "Floor"]
    assert (await ann.get("/cases")).json()["items"][0]["department"] == "Sales"
    [event] = await told(database, tenant)
    assert event == IsPartialDict(category="Hardware", department="Sales", product="LX-9", opened_via="portal")


@pytest.mark.parametrize(
    ("key_", "answer"),
    [
        ("serial", None),
        ("serial", "X"),
        ("serial", 12),
        ("floor", "ten"),
        ("floor", 10),
        ("floor", -1),
        ("floor", True),
        ("floor", "1e999"),
        ("since", "yesterday"),
        ("colour", "Blue"),
        ("lamps", ["A", "Z"]),
        ("lamps", {"A": 1}),
        ("urgent", "maybe"),
        ("urgent", [1]),
        ("other", "nobody"),
        ("story", "ab"),
        ("story", "much too long"),
        ("contract", "C-1"),
        ("unasked", "x"),
    ],
)
async def test_a_wrong_answer_is_told_at_its_question_f095(ada: As, ann: As, key_: str, answer: object) -> None:
    category = await made(ada, "categories", "Hardware", form=FORM)
    refused = await ann.post("/cases", NEW | {"category_id": category, "fields": GOOD | {key_: answer}})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [f"fields.{key_}"]


async def test_a_pattern_cannot_hold_a_request_up(ada: As, ann: As) -> None:
    form = [{"key": "slow", "label": "Slow", "pattern": "(a+)+"}]
    category = await made(ada, "categories", "Hardware", form=form)
    refused = await ann.post("/cases", NEW | {"category_id": category, "fields": {"slow": "a" * 60 + "!"}})
    assert refused.status_code == 422


async def test_what_only_staff_are_asked_only_staff_see_and_answer(
    cases: Served, tenant: UUID, acme: UUID, ada: As, ann: As, database: Database
) -> None:
    category = await made(ada, "categories", "Hardware", form=FORM)
    [offered] = (await ann.get("/cases/form")).json()["categories"]
    assert "contract" not in [one["key"] for one in offered["form"]]
    [for_staff] = (await ada.get("/cases/form")).json()["categories"]
    assert for_staff["form"][-1]["key"] == "contract"
    cleo = new_id()
    async with database.transaction(tenant) as tx:
        person = {"kind": "contact", "name": "Cleo", "email": "cleo@acme.example", "active": True, "version": 1}
        tx.add(KnownPerson(id=cleo, organisation_id=acme, **person))
    body = NEW | {"category_id": category, "contact_id": str(cleo), "fields": GOOD | {"contract": "C-1"}}
    opened = await ada.post("/cases", body)
    assert opened.status_code == 201, opened.text
    shown = (await ada.get(f"/cases/{opened.json()['id']}")).json()
    assert (shown["fields"][-1]["value"], shown["opened_via"]) == ("C-1", "staff")
    theirs = (await cases.by(contact(tenant, acme, id=cleo)).get(f"/cases/{opened.json()['id']}")).json()
    assert "contract" not in [one["key"] for one in theirs["fields"]]


async def test_a_template_fills_in_what_is_not_said_f096(ada: As, ann: As) -> None:
    category, product = await made(ada, "categories", "Billing"), await made(ada, "products", "LX-9")
    chosen = {"category_id": category, "product_id": product, "priority": "high"}
    template = await made(ada, "templates", "Invoice is wrong", subject="Invoice", body="Number:", **chosen)
    offered = (await ann.get("/cases/form")).json()
    assert offered["templates"][0] == IsPartialDict(name="Invoice is wrong", subject="Invoice", body="Number:")
    opened = (await ann.post("/cases", NEW | {"template_id": template})).json()
    assert opened == IsPartialDict(category="Billing", priority="high")
    said = (await ann.post("/cases", NEW | {"template_id": template, "priority": "low"})).json()
    assert said["priority"] == "low"


async def test_it_refuses_what_is_not_offered_here(cases: Served, tenant: UUID, ada: As, ann: As) -> None:
    stranger = cases.by(staff(new_id(), "settings.edit"))
    for noun, field in (
        ("categories", "category_id"),
        ("departments", "department_id"),
        ("products", "product_id"),
        ("templates", "template_id"),
    ):
        theirs, archived = await made(stranger, noun, "Theirs"), await made(ada, noun, "Old", archived=True)
        for wrong in (theirs, archived, str(new_id())):
            refused = await ann.post("/cases", NEW | {field: wrong})
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == field
    form = (await ann.get("/cases/form")).json()
    assert [form[noun] for noun in ("categories", "departments", "products", "templates")] == [[], [], [], []]


async def test_customers_choose_a_priority_where_and_as_the_desk_lets_them(cases: Served, ada: As, ann: As) -> None:
    await ada.patch("/desk", {"priorities": ["low", "normal"]}, headers={"if-match": '"0"'})
    assert (await ann.get("/cases/form")).json()["priorities"] == ["low", "normal"]
    assert (await ann.post("/cases", NEW | {"priority": "urgent"})).json()["errors"][0]["field"] == "priority"
    assert (await ann.post("/cases", NEW | {"priority": "low"})).status_code == 201
    await ada.patch("/desk", {"customers_set_priority": False}, headers={"if-match": '"1"'})
    assert (await ann.get("/cases/form")).json()["priorities"] == []
    assert (await ann.post("/cases", NEW | {"priority": "low"})).status_code == 422
    assert (await ann.post("/cases", NEW)).json()["priority"] == "normal"


async def test_the_default_assignee_gets_a_case_as_long_as_they_work_here_f100(
    ada: As, ann: As, tenant: UUID, database: Database
) -> None:
    sam = await sam_of(database, tenant)
    await ada.patch("/desk", {"default_assignee_id": str(sam)}, headers={"if-match": '"0"'})
    assert (await ann.post("/cases", NEW)).json()["assignee_id"] == str(sam)
    async with database.transaction(tenant) as tx:
        (await tx.get_one(KnownPerson, (tenant, sam))).active = False
    assert (await ann.post("/cases", NEW)).json()["assignee_id"] is None


async def test_a_group_gets_it_as_new_and_the_categorys_group_comes_first_f101(
    ada: As, ann: As, tenant: UUID, database: Database
) -> None:
    sam = await sam_of(database, tenant)
    desk = await made(ada, "groups", "Desk")
    network = await made(ada, "groups", "Network", member_ids=[str(sam)])
    category = await made(ada, "categories", "Router", group_id=network)
    defaults = {"default_assignee_id": str(sam), "default_group_id": desk}
    assert (await ada.patch("/desk", defaults, headers={"if-match": '"0"'})).status_code == 200
    by_desk = (await ann.post("/cases", NEW)).json()
    assert by_desk == IsPartialDict(group_id=desk, assignee_id=None, status=IsPartialDict(key="new"))
    by_category = (await ann.post("/cases", NEW | {"category_id": category})).json()
    assert by_category["group_id"] == network
    assert (await ada.get(f"/cases/{by_category['id']}")).json()["group"]["name"] == "Network"
    first, second = await told(database, tenant)
    assert (first["group_id"], first["group_member_ids"]) == (desk, [])
    assert (second["group_id"], second["group_member_ids"]) == (network, [str(sam)])
    await ada.patch(f"/desk/groups/{network}", {"archived": True}, headers={"if-match": '"1"'})
    assert (await ann.post("/cases", NEW | {"category_id": category})).json()["group_id"] == desk


async def test_who_may_not_open_a_case_sees_no_offers(cases: Served, tenant: UUID, acme: UUID, ada: As) -> None:
    await made(ada, "products", "Secret product")
    for caller in (guest(tenant), key(tenant, "cases.read")):
        refused = await cases.by(caller).get("/cases/form")
        assert refused.status_code == 403
        assert "Secret" not in refused.text
    without = contact(tenant, acme, modules=frozenset({"documents"}))
    assert (await cases.by(without).get("/cases/form")).status_code == 404
