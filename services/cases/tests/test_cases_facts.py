"""F107: what staff set about an open case: what it is about, who has it, and how that is told."""

import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import GroupMember
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, staff

NEW = {"subject": "Printer offline", "body": "It blinks."}


class Desk:
    """A desk with two of everything, a case of Ann's, and those who work on it."""

    def __init__(self, cases: Served, database: Database, tenant: UUID, acme: UUID) -> None:
        self.database, self.tenant, self.member = database, tenant, new_id()
        self.ada = cases.by(staff(tenant, "settings.edit", "cases.answer", name="Ada Able"))
        self.sam, self.ann = cases.by(staff(tenant)), cases.by(contact(tenant, acme))
        self.ids: dict[str, str] = {}
        self.case: dict[str, Any] = {}

    async def move_in(self) -> None:
        for noun in ("categories", "departments", "products", "groups"):
            for name in ("Old", "New"):
                made = await self.ada.post(f"/desk/{noun}", {"name": f"{name} {noun}"})
                self.ids[f"{name} {noun}"] = made.json()["id"]
        async with self.database.transaction(self.tenant) as tx:
            tx.add(GroupMember(tenant_id=self.tenant, group_id=UUID(self.ids["New groups"]), person_id=self.member))
        old = {"category_id": "Old categories", "department_id": "Old departments", "product_id": "Old products"}
        named = {column: self.ids[name] for column, name in old.items()}
        self.case = (await self.ann.post("/cases", NEW | named)).json()

    async def set(self, by: As, version: int | None = None, **change: Any) -> Any:
        now = version or (await self.sam.get(f"/cases/{self.case['id']}")).json()["version"]
        return await by.patch(f"/cases/{self.case['id']}", change, headers={"if-match": f'"{now}"'})

    async def said(self) -> dict[str, Any]:
        async with self.database.transaction(self.tenant) as tx:
            rows = await fetch(tx, "SELECT body FROM outbox WHERE type = 'case.changed.v1' ORDER BY id")
        newest: dict[str, Any] = json.loads(rows[-1]["body"])["data"]
        return newest


@pytest.fixture
async def desk(cases: Served, database: Database, tenant: UUID, acme: UUID) -> Desk:
    new = Desk(cases, database, tenant, acme)
    await new.move_in()
    return new


async def test_staff_set_what_a_case_is_about_and_the_timeline_tells_it_by_name_f107_f122(
    desk: Desk, statements: list[str]
) -> None:
    nouns = {"category_id": "categories", "department_id": "departments", "product_id": "products"}
    nouns["group_id"] = "groups"
    wanted = {column: desk.ids[f"New {noun}"] for column, noun in nouns.items()}
    statements.clear()
    changed = await desk.set(desk.sam, 1, **wanted, priority="high", asset={"id": "R-12", "label": "Router 12"})
    assert changed.status_code == 200, changed.text
    assert len(statements) <= 4, statements
    seen = (await desk.sam.get(f"/cases/{desk.case['id']}")).json()
    assert seen == IsPartialDict(category="New categories", department="New departments", product="New products")
    assert (seen["group"]["name"], seen["asset"]["label"], seen["category_id"]) == (
        "New groups",
        "Router 12",
        desk.ids["New categories"],
    )
    told = {entry["field"]: (entry["old"], entry["new"]) for entry in seen["timeline"]}
    assert told["department_id"] == ("Old departments", "New departments")
    assert told["category"] == ("Old categories", "New categories")
    assert (told["group_id"], told["asset"]) == ((None, "New groups"), (None, "Router 12"))
    theirs = {entry["field"] for entry in (await desk.ann.get(f"/cases/{desk.case['id']}")).json()["timeline"]}
    assert theirs == told.keys() - {"group_id"}
    said = await desk.said()
    assert said == IsPartialDict(category="New categories", group_id=desk.ids["New groups"])
    assert said["group_member_ids"] == [str(desk.member)]
    assert set(said["fields"]) == {*nouns, "category", "priority", "asset"}


async def test_what_is_taken_away_is_gone_and_what_stays_is_not_told_f107(desk: Desk) -> None:
    same = await desk.set(desk.sam, department_id=desk.ids["Old departments"], category="old CATEGORIES")
    assert same.json()["version"] == 1, "a category is known by its name, however it is written"
    gone = await desk.set(desk.sam, category_id=None, department_id=None, product_id=None, asset=None)
    assert gone.status_code == 200
    seen = (await desk.sam.get(f"/cases/{desk.case['id']}")).json()
    assert seen == IsPartialDict(category=None, category_id=None, department=None, product=None, asset=None)
    again = await desk.set(desk.sam, category_id=None, department_id=None)
    assert again.json()["version"] == gone.json()["version"]
    assert (await desk.set(desk.sam, category="New categories")).json()["category"] == "New categories"
    assert (await desk.sam.get(f"/cases/{desk.case['id']}")).json()["category_id"] == desk.ids["New categories"]


@pytest.mark.parametrize("column", ["category_id", "department_id", "product_id", "group_id"])
async def test_it_refuses_what_is_no_longer_offered_and_names_the_field_f094_f095(desk: Desk, column: str) -> None:
    noun = {"category_id": "categories", "department_id": "departments", "product_id": "products"}.get(column, "groups")
    row = desk.ids[f"New {noun}"]
    await desk.ada.patch(f"/desk/{noun}/{row}", {"archived": True}, headers={"if-match": '"1"'})
    for unknown in (row, str(new_id())):
        refused = await desk.set(desk.sam, **{column: unknown})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-of-desk")
        assert refused.json()["errors"][0]["field"] == column


async def test_of_two_who_change_a_case_the_second_is_told_f107(desk: Desk) -> None:
    assert (await desk.set(desk.sam, 1, group_id=desk.ids["New groups"])).status_code == 200
    late = await desk.set(desk.ada, 1, product_id=desk.ids["New products"])
    assert (late.status_code, late.json()["type"]) == (412, "/problems/version-stale")


async def test_customers_set_none_of_it_and_do_not_see_the_groups_f101_f120(desk: Desk) -> None:
    refused = await desk.set(desk.ann, group_id=desk.ids["New groups"])
    assert refused.status_code == 403
    assert (await desk.ann.get("/cases/form")).json()["groups"] == []
    offered = (await desk.sam.get("/cases/form")).json()["groups"]
    assert {one["name"] for one in offered} == {"Old groups", "New groups"}
