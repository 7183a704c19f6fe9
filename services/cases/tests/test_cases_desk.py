"""F100, F101, F128: the choices that hold for all cases of a tenant."""

import asyncio
import runpy
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.migrations import folder
from kit.testing import As, Served, contact, guest, key, staff

FIRST = {"if-match": '"0"'}
CHRISTMAS = {"days": [{"on_date": "2026-12-25", "name": "Christmas Day"}]}
NEW_YEAR = {"days": [{"on_date": "2027-01-01", "name": "New Year"}]}


@pytest.fixture
def ada(cases: Served, tenant: UUID) -> As:
    """She sets the desk."""
    return cases.by(staff(tenant, "settings.edit", "cases.answer", name="Ada Able"))


async def test_a_desk_begins_with_choices_and_keeps_what_is_changed_f128(ada: As) -> None:
    begun = await ada.get("/desk")
    assert (begun.json()["version"], begun.json()["can_undo"], begun.headers["etag"]) == (0, False, '"0"')
    assert begun.json()["desk"] == IsPartialDict(alias="cases", after_close="locked", reopen_days=14, rating=True)
    changed = await ada.patch(
        "/desk", {"alias": "tickets", "targets": {"high": {"response_minutes": 60}}}, headers=FIRST
    )
    assert changed.status_code == 200, changed.text
    assert changed.json() == IsPartialDict(version=1, changed_by="Ada Able", can_undo=True)
    again = await ada.patch("/desk", {"reopen_days": 7}, headers={"if-match": '"1"'})
    assert again.json()["desk"] == IsPartialDict(alias="tickets", reopen_days=7)
    assert again.json()["desk"]["targets"] == {"high": {"response_minutes": 60, "resolution_minutes": None}}


async def test_the_newest_change_can_be_undone(ada: As) -> None:
    assert (await ada.post("/desk/undo", headers=FIRST)).status_code == 409
    await ada.patch("/desk", {"alias": "tickets"}, headers=FIRST)
    undone = await ada.post("/desk/undo", headers={"if-match": '"1"'})
    assert (undone.json()["desk"]["alias"], undone.json()["version"]) == ("cases", 2)


async def test_it_refuses_a_change_of_what_somebody_else_has_changed(ada: As) -> None:
    assert (await ada.patch("/desk", {"rating": False})).status_code == 428
    await ada.patch("/desk", {"rating": False}, headers=FIRST)
    assert (await ada.patch("/desk", {"rating": True}, headers=FIRST)).status_code == 412


async def test_only_those_who_edit_settings_change_it_and_only_staff_read_it(
    cases: Served, tenant: UUID, acme: UUID, ada: As
) -> None:
    sam = cases.by(staff(tenant))
    assert (await sam.get("/desk")).status_code == 200
    assert (await sam.patch("/desk", {"rating": False}, headers=FIRST)).status_code == 403
    for caller in (contact(tenant, acme), guest(tenant), key(tenant, "cases.read")):
        assert (await cases.by(caller).get("/desk")).status_code == 403
    await ada.patch("/desk", {"alias": "tickets"}, headers=FIRST)
    elsewhere = await cases.by(staff(new_id(), "settings.edit")).get("/desk")
    assert elsewhere.json()["desk"]["alias"] == "cases"


@pytest.mark.parametrize(
    "wrong",
    [
        {"business_hours": {"zone": "Mars/Olympus"}},
        {"business_hours": {"days": {"mon": [["17:00", "09:00"]]}}},
        {"business_hours": {"days": {"mon": [["9", "17"]]}}},
        {"targets": {"soon": {}}},
        {"status_words": {"new": ""}},
        {"priorities": []},
        {"alias": None},
        {"colour": "blue"},
        {"default_assignee_id": str(new_id())},
        {"default_group_id": str(new_id())},
    ],
)
async def test_it_refuses_choices_that_make_no_sense(ada: As, wrong: dict[str, object]) -> None:
    refused = await ada.patch("/desk", wrong, headers=FIRST)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"]


async def test_customers_read_a_status_in_their_tenants_words_and_staff_in_the_usual_f107_f122(
    cases: Served, tenant: UUID, acme: UUID, ada: As
) -> None:
    ann = cases.by(contact(tenant, acme))
    opened = (await ann.post("/cases", {"subject": "Printer", "body": "It blinks."})).json()
    address = f"/cases/{opened['id']}"
    await ada.patch(address, {"status": "waiting"}, headers={"if-match": '"1"'})
    await ada.patch("/desk", {"status_words": {"waiting": "Your turn", "new": "Received"}}, headers=FIRST)
    theirs, ours = (await ann.get(address)).json(), (await ada.get(address)).json()
    assert (theirs["status"]["label"], ours["status"]["label"]) == ("Your turn", "Waiting for you")
    [told] = theirs["timeline"]
    assert (told["old"], told["new"]) == ("Received", "Your turn")
    for who, word in ((ann, "Your turn"), (ada, "Waiting for you")):
        assert [row["status"]["label"] for row in (await who.get("/cases")).json()["items"]] == [word]
        assert word in (await who.get("/cases/export")).text
    part = cases.by(Caller(kind="system", tenant_id=tenant))
    assert (await part.get("/internal/desk")).json()["status_words"]["waiting"] == "Your turn"


async def test_customers_see_what_was_changed_only_where_their_desk_shows_it_f122(
    cases: Served, tenant: UUID, acme: UUID, ada: As
) -> None:
    ann = cases.by(contact(tenant, acme))
    address = f"/cases/{(await ann.post('/cases', {'subject': 'Printer', 'body': 'It blinks.'})).json()['id']}"
    await ada.patch(address, {"priority": "high"}, headers={"if-match": '"1"'})
    await ada.post(f"{address}/notes", {"body": "We look into it."})
    await ada.patch("/desk", {"history_for_customers": False}, headers=FIRST)
    assert {line["kind"] for line in (await ann.get(address)).json()["timeline"]} == {"note"}
    assert {line["kind"] for line in (await ada.get(address)).json()["timeline"]} == {"note", "change"}
    await ada.patch("/desk", {"history_for_customers": True}, headers={"if-match": '"1"'})
    assert {line["kind"] for line in (await ann.get(address)).json()["timeline"]} == {"note", "change"}


async def test_days_off_are_set_in_one_place_only(ada: As) -> None:
    """F101: what calls them a choice of the desk is told so, and nothing is set in part."""
    refused = await ada.patch("/desk", {"reopen_days": 7, "holidays": ["2026-12-25"]}, headers=FIRST)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "holidays")
    assert (await ada.get("/desk")).json()["version"] == 0


async def test_days_off_in_a_desks_choices_move_to_its_holidays(
    cases: Served, tenant: UUID, ada: As, database: Database
) -> None:
    """Migration 0011, by its own statements; and a list that a process of the version before writes hurts nobody."""
    await ada.put("/desk/holidays", CHRISTMAS, headers=FIRST)
    await ada.patch("/desk", {"alias": "tickets"}, headers=FIRST)
    old = '{"holidays": ["2026-12-25", "2027-01-01"]}'
    async with database.transaction(tenant) as tx:
        await fetch(tx, "UPDATE desks SET settings = settings || $1::jsonb, previous = previous || $1::jsonb", old)
    opened = await cases.by(contact(tenant, new_id())).post("/cases", {"subject": "Printer", "body": "It blinks."})
    assert opened.status_code == 201, opened.text
    assert (await ada.get("/desk")).json()["desk"]["alias"] == "tickets"
    for _ in range(2):
        async with database.transaction(tenant) as tx:
            for statement in back_fill().split(";;"):
                await fetch(tx, statement)
    found = (await ada.get("/desk/holidays")).json()["days"]
    assert [(day["on_date"], day["name"]) for day in found] == [
        ("2026-12-25", "Christmas Day"),
        ("2027-01-01", "Day off"),
    ]
    async with database.transaction(tenant) as tx:
        assert await fetch(tx, "SELECT 1 FROM desks WHERE settings ? 'holidays' OR previous ? 'holidays'") == []
    undone = await ada.post("/desk/undo", headers={"if-match": '"1"'})
    assert undone.json()["desk"]["alias"] == "cases", undone.text


async def test_of_two_who_set_the_days_off_the_slower_is_told_f101(
    cases: Served, tenant: UUID, ada: As, database: Database
) -> None:
    """They are one record that two may edit: what one set is not lost to the other, nor to one who read them before."""
    first = await ada.put("/desk/holidays", CHRISTMAS, headers=FIRST)
    assert (first.status_code, first.headers["etag"], first.json()["version"]) == (200, '"1"', 1)
    read = await ada.get("/desk/holidays")
    assert (read.json(), read.headers["etag"]) == (first.json(), '"1"')
    second = {"if-match": '"1"'}
    both = await asyncio.gather(*(ada.put("/desk/holidays", days, headers=second) for days in (CHRISTMAS, NEW_YEAR)))
    assert sorted(one.status_code for one in both) == [200, 412]
    [kept] = [one.json() for one in both if one.status_code == 200]
    for stale, status in (({"if-match": '"1"'}, 412), (FIRST, 412), ({"if-match": '"9"'}, 412), ({}, 428)):
        assert (await ada.put("/desk/holidays", {"days": []}, headers=stale)).status_code == status
    assert (await ada.get("/desk/holidays")).json() == kept
    assert kept["version"] == 2
    other = cases.by(staff(new_id(), "settings.edit"))
    assert (await other.get("/desk/holidays")).json() == {"days": [], "version": 0}
    assert (await other.put("/desk/holidays", CHRISTMAS, headers=second)).status_code == 412


def back_fill() -> str:
    """What the migration fills the table with."""
    path = folder("cases") / "versions" / "0011_one_calendar.py"
    return str(runpy.run_path(str(path))["BACK_FILL"])
