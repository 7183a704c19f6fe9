"""F059: the PIN somebody signs with; F058: for those who may sign; O+1: who may reset it."""

import asyncio
from typing import Any

import httpx
import pytest

from identity.testing import PASSWORD, Site, told
from kit.caller import Caller
from kit.testing import As, staff

GOOD, OTHER = "295183", "718264"


async def signer(site: Site, *, may_reset: bool = True) -> tuple[As, str]:
    """Ann, who may sign: the API as her, and her id."""
    statement = "UPDATE contacts SET can_sign = true, may_reset_pin = $1 WHERE external_id = 'ann'"
    await site.sql(statement, may_reset)
    caller = Caller.model_validate((await site.resolve(await site.token())).json()["caller"])
    assert caller.has("sign")
    return site.app.by(caller), str(caller.id)


async def check(site: Site, person_id: str, pin: str, **values: Any) -> httpx.Response:
    asked = {"tenant_id": str(site.tenant_id), "person_id": person_id, "pin": pin} | values
    return await site.gateway.post("/internal/pin/check", asked)


async def with_pin(site: Site, **values: Any) -> tuple[As, str]:
    ann, person_id = await signer(site, **values)
    answer = await ann.put("/me/pin", {"pin": GOOD, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return ann, person_id


async def test_it_is_set_with_the_password_and_asked_for_f059(acme: Site) -> None:
    ann, person_id = await signer(acme)
    assert (await ann.get("/me/pin")).json() == {"set_at": None, "locked": False, "may_reset": True}
    assert (await check(acme, person_id, GOOD)).status_code == 409
    assert (await ann.put("/me/pin", {"pin": GOOD, "password": "not hers"})).status_code == 422
    assert (await ann.put("/me/pin", {"pin": GOOD, "password": PASSWORD})).json()["set_at"]
    assert (await check(acme, person_id, GOOD)).json() == {"right": True}
    assert (await check(acme, person_id, OTHER)).status_code == 403


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "123456", "901234", "1212", "787878", "987654321"])
async def test_one_that_anybody_would_try_is_refused(acme: Site, pin: str) -> None:
    ann, _ = await signer(acme)
    answer = await ann.put("/me/pin", {"pin": pin, "password": PASSWORD})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/pin-too-simple")


@pytest.mark.parametrize("pin", ["123", "1" * 13, "12a4", "", "\u0661\u0662\u0663\u0665"])
async def test_it_has_four_to_twelve_digits(acme: Site, pin: str) -> None:
    ann, _ = await signer(acme)
    assert (await ann.put("/me/pin", {"pin": pin, "password": PASSWORD})).status_code == 422


async def test_it_is_changed_with_the_one_before_and_reset_with_the_password(acme: Site) -> None:
    ann, person_id = await with_pin(acme)
    assert (await ann.put("/me/pin", {"pin": OTHER, "current_pin": "999111"})).status_code == 403
    assert (await ann.put("/me/pin", {"pin": OTHER, "current_pin": GOOD})).status_code == 200
    assert (await check(acme, person_id, OTHER)).status_code == 200
    assert (await ann.put("/me/pin", {"pin": GOOD, "password": PASSWORD})).status_code == 200
    assert (await check(acme, person_id, GOOD)).status_code == 200
    assert [letter["change"] for letter in await told(acme)] == ["pin"] * 3


async def test_who_may_not_reset_it_changes_it_only_with_the_one_before(acme: Site) -> None:
    """O+1."""
    ann, _ = await with_pin(acme, may_reset=False)
    answer = await ann.put("/me/pin", {"pin": OTHER, "password": PASSWORD})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/pin-not-yours")
    assert (await ann.put("/me/pin", {"pin": OTHER, "current_pin": GOOD})).status_code == 200


async def test_five_wrong_ones_lock_it_and_its_owner_and_the_admins_hear_of_it(acme: Site) -> None:
    ann, person_id = await with_pin(acme)
    answers = [await check(acme, person_id, "111222") for _ in range(5)]
    kinds = [answer.json()["type"].removeprefix("/problems/") for answer in answers]
    assert kinds == ["pin-wrong"] * 4 + ["pin-locked"]
    assert "1 more try" in answers[3].json()["detail"]
    assert (await check(acme, person_id, GOOD)).json()["type"] == "/problems/pin-locked"
    letters = [(one["email"], one["about_them"]) for one in await told(acme) if one["template"] == "pin_locked"]
    assert letters == [("ann@acme.example", False), ("ada@northwind.example", True)]
    reset = await ann.put("/me/pin", {"pin": OTHER, "password": PASSWORD})
    assert reset.json()["type"] == "/problems/pin-locked"
    [line] = await acme.sql("SELECT subject_name FROM audit WHERE action = 'pin.locked'")
    assert line["subject_name"] == "Ann Archer"


async def test_many_at_once_are_no_more_than_five(acme: Site) -> None:
    _, person_id = await with_pin(acme)
    answers = await asyncio.gather(*(check(acme, person_id, "111222") for _ in range(12)))
    kinds = [answer.json()["type"] for answer in answers]
    assert (kinds.count("/problems/pin-wrong"), kinds.count("/problems/pin-locked")) == (4, 8)
    assert len([one for one in await told(acme) if one["template"] == "pin_locked"]) == 2


async def test_the_right_one_forgives_those_before(acme: Site) -> None:
    _, person_id = await with_pin(acme)
    for _ in range(3):
        assert [(await check(acme, person_id, "111222")).status_code for _ in range(4)] == [403] * 4
        assert (await check(acme, person_id, GOOD)).status_code == 200


async def test_staff_unlock_it_and_nobody_else(acme: Site, brightside: Site) -> None:
    ann, person_id = await with_pin(acme)
    for _ in range(5):
        await check(acme, person_id, "111222")
    path = f"/contacts/{person_id}/unlock-pin"
    agent, stranger = acme.app.by(staff(acme.tenant_id)), brightside.app.by(brightside.admin)
    assert [(await one.post(path)).status_code for one in (ann, agent, acme.crm, stranger)] == [403, 403, 403, 404]
    ada = acme.app.by(acme.admin)
    assert (await ada.get(f"/contacts/{person_id}/overview")).json()["pin"]["locked_at"] is not None
    assert (await ada.post(path)).status_code == 204
    assert (await ada.get(f"/contacts/{person_id}/overview")).json()["pin"]["locked_at"] is None
    assert (await check(acme, person_id, GOOD)).status_code == 200


async def test_staff_take_a_forgotten_one_away_and_its_owner_sets_another(acme: Site, brightside: Site) -> None:
    """F059: even who may not reset theirs themselves; they hear of it, and it is in the trail."""
    ann, person_id = await with_pin(acme, may_reset=False)
    path, ada = f"/contacts/{person_id}/remove-pin", acme.app.by(acme.admin)
    agent, stranger = acme.app.by(staff(acme.tenant_id)), brightside.app.by(brightside.admin)
    assert [(await one.post(path)).status_code for one in (ann, agent, acme.crm, stranger)] == [403, 403, 403, 404]
    assert (await ada.post(path)).status_code == 204
    assert (await ada.post(path)).status_code == 409
    assert (await ada.get(f"/contacts/{person_id}/overview")).json()["pin"] is None
    assert (await ann.put("/me/pin", {"pin": OTHER, "password": PASSWORD})).status_code == 200
    assert [letter["change"] for letter in await told(acme)] == ["pin", "pin_removed", "pin"]
    assert len(await acme.sql("SELECT 1 FROM audit WHERE action = 'pin.removed'")) == 1


async def test_it_is_for_those_who_may_sign_f058(acme: Site, brightside: Site) -> None:
    ann = acme.app.by(Caller.model_validate((await acme.resolve(await acme.token())).json()["caller"]))
    for other in (ann, acme.app.by(acme.admin), acme.crm):
        assert (await other.get("/me/pin")).status_code == 403
        assert (await other.put("/me/pin", {"pin": GOOD, "password": PASSWORD})).status_code == 403
    _, person_id = await with_pin(acme)
    assert (await check(acme, person_id, GOOD, tenant_id=str(brightside.tenant_id))).status_code == 409


async def test_it_is_kept_as_a_hash_of_the_passwords_kind(acme: Site) -> None:
    _, person_id = await with_pin(acme)
    [row] = await acme.sql("SELECT hash FROM pins")
    assert row["hash"].startswith("$argon2id$")
    assert person_id
