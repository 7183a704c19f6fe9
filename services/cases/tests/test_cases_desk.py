"""F100, F101, F128: the choices that hold for all cases of a tenant."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

FIRST = {"if-match": '"0"'}


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


async def test_a_day_off_that_the_desk_names_counts_towards_no_promise(
    cases: Served, tenant: UUID, acme: UUID, ada: As
) -> None:
    """As one of the list of holidays does."""
    days = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    off = [(datetime.now(UTC).date() + timedelta(days=ahead)).isoformat() for ahead in range(-1, 5)]
    choices = {"targets": {"normal": {"response_minutes": 60}}, "business_hours": {"zone": "UTC", "days": days}}
    await ada.patch("/desk", choices | {"holidays": off}, headers=FIRST)
    ann = cases.by(contact(tenant, acme))
    opened = (await ann.post("/cases", {"subject": "Printer", "body": "It blinks."})).json()
    [promise] = (await ada.get(f"/cases/{opened['id']}")).json()["promises"]
    assert promise["due"][:10] > off[-1]
