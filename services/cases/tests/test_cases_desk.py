"""F100, F101, F128: the choices that hold for all cases of a tenant."""

from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

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
