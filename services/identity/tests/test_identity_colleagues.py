"""The customer's own admin: a manager's colleagues, what they see, and who may not touch them."""

from typing import Any
from uuid import UUID

import pytest
from test_identity_enabling import choose

from identity.testing import Site
from kit.caller import Caller
from kit.ids import new_id
from kit.seal import Seal
from kit.testing import SEALING_KEY, As, contact

SEAL = Seal(SEALING_KEY)
NEW = {"name": "Nora New", "email": "nora@acme.example"}


@pytest.fixture
async def bob(acme: Site) -> Caller:
    """Acme's manager, who sees all but invoices."""
    return await manager(acme, "bob", "acme", modules=["cases", "documents", "articles"])


async def manager(site: Site, name: str, organisation: str, **more: Any) -> Caller:
    made = await site.put_contact(name, organisation, manager=True, **more)
    found = await site.resolve(await site.token(email=made["email"]))
    return Caller.model_validate(found.json()["caller"])


async def colleague(by: As, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in (await by.get("/colleagues")).json()["items"] if one["name"].startswith(name)
    )
    return found


async def change(by: As, one: dict[str, Any], **wanted: Any) -> int:
    answer = await by.patch(f"/colleagues/{one['id']}", wanted, headers={"if-match": f'"{one["version"]}"'})
    return answer.status_code


async def test_a_manager_sees_who_acts_for_the_organisation_and_nobody_else_f057(acme: Site, bob: Caller) -> None:
    await acme.put_organisation("zeta")
    eve = await acme.put_contact("eve", "zeta")
    await acme.put_contact("zoe", "zeta")
    path = "/contacts/by-external-id/eve/memberships/by-external-id/acme"
    assert (await acme.crm.put(path, {"modules": ["cases"]})).status_code == 201
    listed = (await acme.app.by(bob).get("/colleagues")).json()["items"]
    assert [(one["name"], one["manager"], one["may_edit"]) for one in listed] == [
        ("Ann Archer", False, True),
        ("Bob", True, False),
        ("Eve", False, True),
    ]
    assert "zeta" not in str(listed)
    read = await acme.app.by(bob).get(f"/colleagues/{eve['id']}")
    assert (read.json()["modules"], read.headers["etag"]) == (["cases"], '"2"')


async def test_colleagues_are_found_by_name_and_address_page_by_page(acme: Site, bob: Caller) -> None:
    by = acme.app.by(bob)
    assert [one["name"] for one in (await by.get("/colleagues?q=ANN@")).json()["items"]] == ["Ann Archer"]
    first = (await by.get("/colleagues?limit=1")).json()
    second = (await by.get(f"/colleagues?limit=1&cursor={first['next']}")).json()
    assert [one["items"][0]["name"] for one in (first, second)] == ["Ann Archer", "Bob"]


async def test_who_is_no_manager_sees_and_changes_nobody(acme: Site, bob: Caller, brightside: Site) -> None:
    anns = UUID((await acme.put_contact("ann"))["id"])
    for stranger in (
        contact(acme.tenant_id, bob.organisation_id or new_id(), id=anns),
        contact(acme.tenant_id, new_id(), permissions=frozenset({"organisation.manage"})),
        contact(brightside.tenant_id, bob.organisation_id or new_id(), permissions=frozenset({"organisation.manage"})),
        acme.admin,
    ):
        by = acme.app.by(stranger)
        assert (await by.get("/colleagues")).json()["items"] == []
        assert (await by.get(f"/colleagues/{bob.id}")).status_code == 404
        answer = await by.patch(f"/colleagues/{anns}", {"access": False}, headers={"if-match": '"1"'})
        assert answer.status_code in (403, 404)


async def test_an_invited_colleague_gets_a_letter_and_sees_what_the_manager_sees_f027(acme: Site, bob: Caller) -> None:
    answer = await acme.app.by(bob).post("/colleagues", NEW)
    assert answer.status_code == 201, answer.text
    assert answer.json()["modules"] == ["articles", "cases", "documents"]
    told, issued = (await acme.said())[-2:]
    assert (told["data"]["organisation_id"], told["data"]["portal_enabled"]) == (str(bob.organisation_id), True)
    assert issued["data"]["template"] == "invited_by_colleague"
    letter = SEAL.open(issued["data"]["sealed"])
    assert (letter["inviter"], letter["organisation"]) == ("Bob", "Acme Ltd")
    [token] = await acme.sql("SELECT purpose, person_id FROM tokens")
    assert (token["purpose"], str(token["person_id"])) == ("activate", answer.json()["id"])
    assert letter["path"].startswith("/activate/")
    assert letter["path"].removeprefix("/activate/") not in str(await acme.said())
    [line] = await acme.sql("SELECT place, actor_name FROM audit WHERE action = 'contact.invited'")
    assert tuple(line) == ("portal", "Bob")


async def test_nobody_gives_what_they_do_not_see_themselves(acme: Site, bob: Caller) -> None:
    refused = await acme.app.by(bob).post("/colleagues", NEW | {"modules": ["cases", "invoices"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "modules")
    ann = await colleague(acme.app.by(bob), "Ann")
    assert await change(acme.app.by(bob), ann, modules=["invoices"]) == 422


async def test_an_address_in_use_is_refused_in_words_that_say_not_whose_f025(acme: Site, bob: Caller) -> None:
    await acme.put_organisation("zeta")
    await acme.put_contact("eve", "zeta")
    answers = [
        await acme.app.by(bob).post("/colleagues", NEW | {"email": f"{name}@acme.example"}) for name in ("eve", "ANN")
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json() == answers[1].json()


async def test_sent_twice_with_one_key_it_is_one_invitation(acme: Site, bob: Caller) -> None:
    key = {"idempotency-key": "one-form"}
    answers = [await acme.app.by(bob).post("/colleagues", NEW, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len([one for one in await acme.said() if one["type"] == "access.issued.v1"]) == 1


async def test_a_tenant_may_keep_inviting_to_itself(acme: Site, bob: Caller) -> None:
    await acme.sql("UPDATE portal_settings SET access = access || '{\"managers_invite\": false}'")
    assert (await acme.app.by(bob).post("/colleagues", NEW)).status_code == 403


async def test_who_is_invited_outlasts_their_manager_by_no_day_f052(acme: Site, bob: Caller) -> None:
    window = {"support_start_on": "2026-01-01", "support_end_on": "2026-12-31"}
    await acme.put_contact("bob", manager=True, **window)
    await acme.app.by(bob).post("/colleagues", NEW)
    [row] = await acme.sql("SELECT support_start_on, support_end_on FROM contacts WHERE name = 'Nora New'")
    assert [str(day) for day in row] == list(window.values())


async def test_what_lies_beyond_the_managers_sight_stays_as_it_is(acme: Site, bob: Caller) -> None:
    await acme.put_contact("ann", modules=["invoices", "cases"])
    by = acme.app.by(bob)
    assert await change(by, await colleague(by, "Ann"), modules=["documents"]) == 200
    assert (await colleague(by, "Ann"))["modules"] == ["documents", "invoices"]


async def test_a_colleague_shut_out_is_out_at_once_and_let_in_again_a4(acme: Site, bob: Caller) -> None:
    token, by = await acme.token(), acme.app.by(bob)
    assert await change(by, await colleague(by, "Ann"), access=False) == 200
    assert (await acme.resolve(token)).status_code == 404
    assert (await acme.said())[-1]["data"]["portal_enabled"] is False
    assert await change(by, await colleague(by, "Ann"), access=True) == 200
    assert (await acme.resolve(token)).status_code == 200


async def test_whom_staff_shut_out_no_manager_lets_in(acme: Site, bob: Caller) -> None:
    await acme.put_contact("ann", portal_enabled=False)
    by = acme.app.by(bob)
    assert await change(by, await colleague(by, "Ann"), access=True) == 403


async def test_managers_and_oneself_are_staffs_to_change(acme: Site, bob: Caller) -> None:
    await acme.put_contact("mia", manager=True)
    by = acme.app.by(bob)
    for name in ("Mia", "Bob"):
        assert await change(by, await colleague(by, name), access=False) == 403


async def test_a_change_of_what_has_moved_on_is_refused(acme: Site, bob: Caller) -> None:
    by = acme.app.by(bob)
    ann = await colleague(by, "Ann")
    assert await change(by, ann, modules=["cases"]) == 200
    assert await change(by, ann, modules=["documents"]) == 412
    many = len(await acme.said())
    assert await change(by, await colleague(by, "Ann"), modules=["cases"]) == 200
    assert len(await acme.said()) == many


async def test_shutting_out_who_belongs_elsewhere_ends_the_membership_and_no_more(acme: Site, bob: Caller) -> None:
    await acme.put_organisation("zeta")
    await acme.put_contact("eve", "zeta")
    await acme.crm.put("/contacts/by-external-id/eve/memberships/by-external-id/acme", {})
    by, token = acme.app.by(bob), await acme.token(email="eve@acme.example")
    assert await change(by, await colleague(by, "Eve"), modules=["cases"]) == 200
    assert (await acme.sql("SELECT modules FROM memberships"))[0]["modules"] == ["cases", "invoices", "projects"]
    assert (await acme.sql("SELECT modules FROM contacts WHERE name = 'Eve'"))[0]["modules"] is None
    assert await change(by, await colleague(by, "Eve"), access=False) == 200
    assert await acme.sql("SELECT 1 FROM memberships") == []
    assert (await acme.resolve(token)).status_code == 200
    assert len((await acme.said())[-1]["data"]["organisation_ids"]) == 1


async def test_a_contact_sees_their_colleagues_and_not_what_each_may_f057(acme: Site, bob: Caller) -> None:
    """F057: names and addresses of the own organisation, of no other; none where the tenant leaves it to managers."""
    await acme.put_organisation("zeta")
    eve = await acme.put_contact("eve", "zeta")
    ann = Caller.model_validate((await acme.resolve(await acme.token())).json()["caller"])
    by = acme.app.by(ann)
    listed = (await by.get("/colleagues")).json()["items"]
    assert [(one["name"], one["access"], one["modules"], one["may_edit"]) for one in listed] == [
        ("Ann Archer", None, None, False),
        ("Bob", None, None, False),
    ]
    assert (await by.get(f"/colleagues/{eve['id']}")).status_code == 404
    assert (await by.get(f"/colleagues/{bob.id}")).json()["email"] == "bob@acme.example"
    assert (await by.post("/colleagues", NEW)).status_code == 403
    assert await change(by, listed[1], access=False) == 403
    await choose(acme, colleagues_seen="managers")
    ann = Caller.model_validate((await acme.resolve(await acme.token())).json()["caller"])
    assert (await acme.app.by(ann).get("/colleagues")).json()["items"] == []
    assert (await acme.app.by(ann).get(f"/colleagues/{bob.id}")).status_code == 404
    assert (await acme.app.by(bob).get(f"/colleagues/{ann.id}")).status_code == 200
