"""F094-F096, F101: categories, departments, products, groups and templates of a desk."""

from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import KnownPerson
from kit.db import Database
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

NOUNS = ("categories", "departments", "products", "groups", "templates")


@pytest.fixture
def ada(cases: Served, tenant: UUID) -> As:
    """She sets the desk."""
    return cases.by(staff(tenant, "settings.edit", "cases.answer", name="Ada Able"))


@pytest.mark.parametrize("noun", NOUNS)
async def test_a_noun_is_added_renamed_ordered_and_archived(ada: As, cases: Served, tenant: UUID, noun: str) -> None:
    made = await ada.post(f"/desk/{noun}", {"name": "Second", "position": 2})
    assert made.status_code == 201, made.text
    await ada.post(f"/desk/{noun}", {"name": "First", "position": 1})
    renamed = await ada.patch(f"/desk/{noun}/{made.json()['id']}", {"name": "Last"}, headers={"if-match": '"1"'})
    assert renamed.json() == IsPartialDict(name="Last", position=2, version=2)
    assert [row["name"] for row in (await ada.get(f"/desk/{noun}")).json()["items"]] == ["First", "Last"]
    stale = await ada.patch(f"/desk/{noun}/{made.json()['id']}", {"archived": True}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    await ada.patch(f"/desk/{noun}/{made.json()['id']}", {"archived": True, "position": 0}, headers={"if-match": '"2"'})
    assert [row["archived"] for row in (await ada.get(f"/desk/{noun}")).json()["items"]] == [False, True]
    stranger = cases.by(staff(new_id(), "settings.edit"))
    assert (await stranger.get(f"/desk/{noun}")).json()["items"] == []
    theirs = await stranger.patch(f"/desk/{noun}/{made.json()['id']}", {"name": "X"}, headers={"if-match": '"3"'})
    assert theirs.status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
async def test_only_those_who_edit_settings_change_a_noun(
    cases: Served, tenant: UUID, acme: UUID, ada: As, noun: str
) -> None:
    made = (await ada.post(f"/desk/{noun}", {"name": "Hers"})).json()
    sam = cases.by(staff(tenant))
    assert (await sam.get(f"/desk/{noun}")).status_code == 200
    for caller in (staff(tenant), contact(tenant, acme), guest(tenant), key(tenant, "crm.write")):
        one = cases.by(caller)
        assert (await one.post(f"/desk/{noun}", {"name": "Theirs"})).status_code == 403
        changed = await one.patch(f"/desk/{noun}/{made['id']}", {"name": "Theirs"}, headers={"if-match": '"1"'})
        assert changed.status_code == 403
    for caller in (contact(tenant, acme), guest(tenant), key(tenant, "crm.write")):
        assert (await cases.by(caller).get(f"/desk/{noun}")).status_code == 403


async def test_a_group_is_of_active_staff_and_of_nobody_else_f101(
    cases: Served, tenant: UUID, ada: As, database: Database
) -> None:
    sam, gone, ann = new_id(), new_id(), new_id()
    async with database.transaction(tenant) as tx:
        for one, kind, active in ((sam, "staff", True), (gone, "staff", False), (ann, "contact", True)):
            tx.add(KnownPerson(id=one, kind=kind, name="Somebody", email="s@s.example", active=active, version=1))
    made = await ada.post("/desk/groups", {"name": "Network", "member_ids": [str(sam)]})
    assert made.status_code == 201, made.text
    for wrong in (gone, ann, new_id()):
        refused = await ada.post("/desk/groups", {"name": "Network", "member_ids": [str(sam), str(wrong)]})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "member_ids"
    assert [row["member_ids"] for row in (await ada.get("/desk/groups")).json()["items"]] == [[str(sam)]]
    await ada.patch(f"/desk/groups/{made.json()['id']}", {"member_ids": []}, headers={"if-match": '"1"'})
    assert (await ada.get("/desk/groups")).json()["items"][0]["member_ids"] == []


async def test_what_a_noun_refers_to_is_of_the_same_desk(cases: Served, tenant: UUID, ada: As) -> None:
    stranger = cases.by(staff(new_id(), "settings.edit"))
    group = (await stranger.post("/desk/groups", {"name": "Theirs"})).json()["id"]
    category = (await stranger.post("/desk/categories", {"name": "Theirs"})).json()["id"]
    refused = await ada.post("/desk/categories", {"name": "Ours", "group_id": group})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "group_id")
    for field, value in (("category_id", category), ("product_id", str(new_id()))):
        refused = await ada.post("/desk/templates", {"name": "Ours", field: value})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    "question",
    [
        {"key": "Upper", "label": "Serial"},
        {"key": "serial", "label": ""},
        {"key": "serial", "label": "Serial", "kind": "choice"},
        {"key": "serial", "label": "Serial", "choices": ["One"]},
        {"key": "serial", "label": "Serial", "pattern": "["},
        {"key": "serial", "label": "Serial", "pattern": "(?=a)b"},
        {"key": "serial", "label": "Serial", "kind": "number", "minimum": 5, "maximum": 1},
    ],
)
async def test_it_refuses_a_question_nobody_can_answer_f095(ada: As, question: dict[str, object]) -> None:
    refused = await ada.post("/desk/categories", {"name": "Router", "form": [question]})
    assert refused.status_code == 422, refused.text
    twice = [{"key": "serial", "label": "Serial"}] * 2
    assert (await ada.post("/desk/categories", {"name": "Router", "form": twice})).status_code == 422
