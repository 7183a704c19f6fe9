"""One person, many organisations: given and taken, switched between, one of them the first after logging in."""

from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from identity.testing import Site
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import contact, key, staff


class House:
    """Ann of Acme, who acts for Zeta too, and Eve of Zeta."""

    def __init__(self, site: Site, ids: dict[str, str]) -> None:
        self.site = site
        self.ids = ids

    def organisation(self, name: str) -> str:
        return self.ids[name]

    async def acting(self, token: str, **wanted: str) -> Any:
        answer = await self.site.gateway.post("/internal/sessions/resolve", {"token": token} | wanted)
        return answer

    async def acts_for(self, token: str) -> str:
        return str((await self.acting(token)).json()["caller"]["organisation_id"])

    async def switch(self, token: str, name: str, tenant_id: UUID | None = None) -> int:
        gateway = self.site.app.by(Caller(kind="system", tenant_id=tenant_id or self.site.tenant_id, name="gateway"))
        switched = {"token": token, "organisation_id": self.ids.get(name, name)}
        return (await gateway.post("/internal/sessions/switch", switched)).status_code

    async def member(self, **change: Any) -> int:
        path = f"/contacts/{self.ids['ann']}/memberships/{self.ids['zeta']}"
        return (await self.site.crm.put(path, change)).status_code

    async def as_ann(self, token: str) -> Any:
        found = (await self.acting(token)).json()["caller"]
        return self.site.app.by(Caller.model_validate(found))


@pytest.fixture
async def house(acme: Site) -> House:
    ids = {
        "ann": (await acme.put_contact("ann"))["id"],
        "acme": (await acme.put_organisation("acme", name="Acme Ltd"))["id"],
    }
    ids["zeta"] = (await acme.put_organisation("zeta", name="Zeta GmbH"))["id"]
    ids["omega"] = (await acme.put_organisation("omega", name="Omega AG"))["id"]
    ids["eve"] = (await acme.put_contact("eve", "zeta"))["id"]
    house = House(acme, ids)
    assert await house.member(manager=True, modules=["cases"]) == 201
    return house


async def test_a_login_opens_with_the_own_organisation_and_knows_all_of_them(house: House) -> None:
    found = (await house.acting(await house.site.token())).json()
    assert found["caller"]["organisation_id"] == house.ids["acme"]
    assert [each["id"] for each in found["organisations"]] == [house.ids["acme"], house.ids["zeta"]]


async def test_switching_brings_the_rights_of_that_organisation_and_no_others_f027(house: House) -> None:
    token = await house.site.token()
    before = (await house.acting(token)).json()["caller"]
    assert await house.switch(token, "zeta") == 200
    after = (await house.acting(token)).json()["caller"]
    assert ("organisation.manage" in before.get("permissions", []), len(before["modules"])) == (False, 5)
    assert (set(after["permissions"]), after["modules"]) == ({"organisation.manage", "colleagues.see"}, ["cases"])
    assert after["organisation_ids"] == [house.ids["zeta"]]


async def test_one_session_switched_leaves_the_others_where_they_are(house: House) -> None:
    desk, phone = await house.site.token(), await house.site.token()
    await house.switch(desk, "zeta")
    assert await house.acts_for(phone) == house.ids["acme"]
    assert await house.switch(desk, "acme") == 200
    assert await house.acts_for(desk) == house.ids["acme"]


async def test_nobody_switches_to_what_is_not_theirs_or_anothers_session(house: House, brightside: Site) -> None:
    token = await house.site.token()
    assert [await house.switch(token, name) for name in ("omega", str(new_id()))] == [404, 404]
    assert await house.switch(token, "zeta", brightside.tenant_id) == 404
    assert await house.switch("no-such-token", "zeta") == 404
    eve = await house.site.token(email="eve@acme.example")
    assert await house.switch(eve, "acme") == 404
    assert await house.acts_for(token) == house.ids["acme"]


async def test_switching_is_the_gateways_alone(house: House) -> None:
    question = {"token": await house.site.token(), "organisation_id": house.ids["zeta"]}
    assert (await house.site.crm.post("/internal/sessions/switch", question)).status_code == 404
    assert (await house.site.app.by(house.site.admin).post("/internal/sessions/switch", question)).status_code == 404


async def test_a_look_at_another_organisation_changes_nothing(house: House) -> None:
    token = await house.site.token()
    looked = await house.acting(token, organisation_id=house.ids["zeta"])
    assert looked.json()["caller"]["organisation_id"] == house.ids["zeta"]
    assert await house.acts_for(token) == house.ids["acme"]
    assert (await house.acting(token, organisation_id=house.ids["omega"])).status_code == 404


async def test_a_membership_taken_away_puts_the_session_back_into_the_own_organisation_a4(house: House) -> None:
    token = await house.site.token()
    await house.switch(token, "zeta")
    path = f"/contacts/{house.ids['ann']}/memberships/{house.ids['zeta']}"
    assert (await house.site.crm("DELETE", path)).status_code == 204
    found = (await house.acting(token)).json()
    assert found["caller"]["organisation_id"] == house.ids["acme"]
    assert [each["id"] for each in found["organisations"]] == [house.ids["acme"]]
    assert (await house.acting(token, organisation_id=house.ids["zeta"])).status_code == 404


async def test_an_organisation_that_is_shut_puts_the_session_back_too(house: House) -> None:
    token = await house.site.token()
    await house.switch(token, "zeta")
    await house.site.put_organisation("zeta", active=False)
    assert await house.acts_for(token) == house.ids["acme"]
    assert await house.switch(token, "zeta") == 404


async def test_the_default_is_where_the_next_login_opens(house: House) -> None:
    token = await house.site.token()
    ann = await house.as_ann(token)
    chosen = await ann.post(f"/me/organisations/{house.ids['zeta']}/default")
    assert [(one["name"], one["current"], one["default"]) for one in chosen.json()["items"]] == [
        ("Acme Ltd", True, False),
        ("Zeta GmbH", False, True),
    ]
    assert await house.acts_for(token) == house.ids["acme"]
    assert await house.acts_for(await house.site.token()) == house.ids["zeta"]
    await house.site.crm("DELETE", f"/contacts/{house.ids['ann']}/memberships/{house.ids['zeta']}")
    assert await house.acts_for(await house.site.token()) == house.ids["acme"]


async def test_nobody_chooses_a_default_that_is_not_theirs(house: House) -> None:
    ann = await house.as_ann(await house.site.token())
    for organisation in (house.ids["omega"], str(new_id())):
        assert (await ann.post(f"/me/organisations/{organisation}/default")).status_code == 404
    by_staff = house.site.app.by(house.site.admin)
    assert (await by_staff.post(f"/me/organisations/{house.ids['acme']}/default")).status_code == 404
    assert (await by_staff.get("/me/organisations")).json() == {"items": []}


async def test_two_who_share_nothing_see_nothing_of_each_others_organisations(house: House, brightside: Site) -> None:
    eve = await house.as_ann(await house.site.token(email="eve@acme.example"))
    assert [one["name"] for one in (await eve.get("/me/organisations")).json()["items"]] == ["Zeta GmbH"]
    stranger = contact(brightside.tenant_id, UUID(house.ids["acme"]), id=UUID(house.ids["ann"]))
    assert (await brightside.app.by(stranger).get("/me/organisations")).json() == {"items": []}


async def test_in_the_other_organisation_ones_own_record_is_not_there_f057(house: House) -> None:
    """It names the organisation one does not act for; `me` is who one is."""
    token = await house.site.token()
    assert (await (await house.as_ann(token)).get(f"/contacts/{house.ids['ann']}")).status_code == 200
    await house.switch(token, "zeta")
    ann = await house.as_ann(token)
    assert (await ann.get(f"/contacts/{house.ids['ann']}")).status_code == 404
    assert [one["name"] for one in (await ann.get("/contacts")).json()["items"]] == ["Eve"]
    assert (await ann.get(f"/organisations/{house.ids['acme']}")).status_code == 404


async def test_a_membership_is_said_with_every_organisation_and_noted(house: House) -> None:
    said = (await house.site.said())[-1]
    assert said["data"] == IsPartialDict(organisation_ids=[house.ids["acme"], house.ids["zeta"]], name="Ann")
    [line] = await house.site.sql("SELECT place, changes FROM audit WHERE action = 'membership.made'")
    assert (line["place"], line["changes"]["organisation"]) == ("crm", [None, "Zeta GmbH"])


async def test_the_same_twice_is_said_once_and_taken_away_twice_is_taken_once(house: House) -> None:
    many = len(await house.site.said())
    assert await house.member(manager=True, modules=["cases"]) == 200
    assert len(await house.site.said()) == many
    path = f"/contacts/{house.ids['ann']}/memberships/{house.ids['zeta']}"
    assert [(await house.site.crm("DELETE", path)).status_code for _ in range(2)] == [204, 204]
    after = await house.site.said()
    assert len(after) == many + 1
    assert after[-1]["data"]["organisation_ids"] == [house.ids["acme"]]
    assert after[-1]["version"] == after[-2]["version"] + 1


async def test_what_is_changed_of_a_membership_acts_at_once(house: House) -> None:
    token = await house.site.token()
    await house.switch(token, "zeta")
    assert await house.member(manager=False) == 200
    caller = (await house.acting(token)).json()["caller"]
    assert (caller["permissions"], len(caller["modules"])) == (["colleagues.see"], 5)


async def test_the_crm_gives_and_takes_by_its_own_ids(house: House) -> None:
    path = "/contacts/by-external-id/ann/memberships/by-external-id/omega"
    assert (await house.site.crm.put(path, {})).status_code == 201
    listed = (await house.site.crm.get(f"/contacts/{house.ids['ann']}/memberships")).json()["items"]
    assert [(one["organisation_external_id"], one["manager"]) for one in listed] == [("omega", False), ("zeta", True)]
    assert (await house.site.crm("DELETE", path)).status_code == 204
    for wrong in ("nobody/memberships/by-external-id/omega", "ann/memberships/by-external-id/none"):
        assert (await house.site.crm.put(f"/contacts/by-external-id/{wrong}", {})).status_code == 404


async def test_ones_own_organisation_is_no_membership(house: House) -> None:
    refused = await house.site.crm.put(f"/contacts/{house.ids['ann']}/memberships/{house.ids['acme']}", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/own-organisation")


async def test_moved_into_a_further_organisation_a_contact_has_their_own_rights_there(house: House) -> None:
    token = await house.site.token()
    await house.switch(token, "zeta")
    await house.site.put_contact("ann", "zeta")
    caller = (await house.acting(token)).json()["caller"]
    assert (caller["organisation_id"], len(caller["modules"])) == (house.ids["zeta"], 5)
    assert (await house.site.said())[-1]["data"]["organisation_ids"] == [house.ids["zeta"]]


async def test_memberships_are_given_by_staff_who_edit_people_and_by_nobody_else(
    house: House, brightside: Site
) -> None:
    path = f"/contacts/{house.ids['ann']}/memberships/{house.ids['omega']}"
    tenant = house.site.tenant_id
    manager = contact(tenant, UUID(house.ids["acme"]), permissions=frozenset({"organisation.manage"}))
    for nobody in (manager, staff(tenant), key(tenant, "people.read")):
        assert (await house.site.app.by(nobody).put(path, {})).status_code == 403
        assert (await house.site.app.by(nobody)("DELETE", path)).status_code == 403
    assert (await house.site.app.by(manager).get(f"/contacts/{house.ids['ann']}/memberships")).status_code == 404
    assert (await brightside.crm.put(path, {})).status_code == 404
    assert (await brightside.crm.get(f"/contacts/{house.ids['ann']}/memberships")).status_code == 404
    assert (await house.site.app.by(house.site.admin).put(path, {})).status_code == 201


async def test_everything_said_again_says_the_further_organisations_too_e7(house: House) -> None:
    tenant = {"tenant_id": str(house.site.tenant_id)}
    cursor: str | None = ""
    while cursor is not None:
        answer = await house.site.gateway.post("/internal/snapshots", tenant | {"cursor": cursor or None})
        cursor = answer.json()["next"]
    again = [one for one in await house.site.said() if one["data"].get("contact_id") == house.ids["ann"]]
    assert again[-1]["data"]["organisation_ids"] == [house.ids["acme"], house.ids["zeta"]]
