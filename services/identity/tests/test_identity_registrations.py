"""F037-F039, F043, F044: registrations are mapped or refused by whoever may, once; and who is invited."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from registering import choose, confirm, gateway, letters, secret, waiting

from identity.testing import Site
from kit.testing import As, contact, key, staff

NEW = {"name": "Rita Roe", "phone": "2", "job_title": "Buyer"}


def mapper(site: Site) -> As:
    """Sam, who maps registrations."""
    return site.app.by(staff(site.tenant_id, "registrations.map"))


async def organisation(site: Site) -> str:
    [row] = await site.sql("SELECT id FROM organisations WHERE external_id = 'acme'")
    return str(row["id"])


async def send(site: Site, row: dict[str, Any], verb: str, body: Any, *, by: As | None = None, **more: Any) -> Any:
    headers = {"if-match": f'"{row["version"]}"'} | more.pop("headers", {})
    return await (by or mapper(site)).post(f"/registrations/{row['id']}/{verb}", body, headers=headers, **more)


async def map_to_new(site: Site, row: dict[str, Any], **more: Any) -> Any:
    body = {"organisation_id": await organisation(site), "new_contact": NEW} | more
    return await send(site, row, "map", body)


async def test_mapped_to_a_new_contact_she_gets_login_details_f038_f039(acme: Site) -> None:
    row = await waiting(acme)
    answer = await map_to_new(acme, row)
    assert (answer.status_code, answer.json()["state"]) == (200, "mapped")
    [made] = await acme.sql("SELECT * FROM contacts WHERE email = 'rita@acme.example'")
    assert (made["portal_enabled"], made["phone"], made["job_title"], made["kind"]) == (True, "2", "Buyer", "contact")
    assert str(made["organisation_id"]) == await organisation(acme)
    assert str(made["id"]) == answer.json()["contact_id"]
    [letter] = await letters(acme, "welcome")
    assert (letter["email"], letter["user_name"], letter["person_id"]) == (
        "rita@acme.example",
        "rita@acme.example",
        str(made["id"]),
    )
    [token] = await acme.sql("SELECT person_id, purpose FROM tokens WHERE purpose = 'activate'")
    assert token["person_id"] == made["id"]


async def test_the_trail_says_who_mapped_whom_f037(acme: Site) -> None:
    row = await waiting(acme)
    await map_to_new(acme, row)
    lines = await acme.sql("SELECT actor_name, place, action, subject_name FROM audit ORDER BY number DESC LIMIT 2")
    assert [dict(line) for line in reversed(lines)] == [
        {"actor_name": "Sam Stone", "place": "console", "action": "registration.mapped", "subject_name": "Rita Roe"},
        {"actor_name": "Sam Stone", "place": "console", "action": "contact.made", "subject_name": "Rita Roe"},
    ]
    [received] = await acme.sql("SELECT actor_kind, place FROM audit WHERE action = 'registration.received'")
    assert dict(received) == {"actor_kind": "guest", "place": "portal"}


async def test_mapped_to_a_contact_who_is_here_the_letter_goes_to_the_chosen_address_f037(acme: Site) -> None:
    bob = await acme.put_contact("bob", portal_enabled=False)
    row = await waiting(acme)
    body = {"organisation_id": await organisation(acme), "contact_id": bob["id"]}
    assert (await send(acme, row, "map", body)).status_code == 200
    assert [one["email"] for one in await letters(acme, "welcome")] == ["bob@acme.example"]
    again = await waiting(acme, email="bob.barnes@private.example")
    assert (await send(acme, again, "map", body | {"use_registered_email": True})).status_code == 200
    assert [one["email"] for one in await letters(acme, "welcome")][1:] == ["bob.barnes@private.example"]
    [line] = await acme.sql("SELECT changes FROM audit WHERE action = 'contact.changed' ORDER BY number DESC LIMIT 1")
    assert line["changes"]["email"] == ["bob@acme.example", "bob.barnes@private.example"]


async def test_two_mappers_at_once_map_once_f037(acme: Site) -> None:
    row = await waiting(acme)
    both = await asyncio.gather(map_to_new(acme, row), map_to_new(acme, row))
    assert sorted(one.status_code for one in both) == [200, 409]
    assert len(await letters(acme, "welcome")) == 1


async def test_a_stale_version_is_told_and_none_is_refused(acme: Site) -> None:
    row = await waiting(acme)
    assert (await map_to_new(acme, row | {"version": 7})).status_code == 412
    body = {"organisation_id": await organisation(acme), "new_contact": NEW}
    assert (await mapper(acme).post(f"/registrations/{row['id']}/map", body)).status_code == 428


async def test_sent_twice_with_one_key_it_is_mapped_once(acme: Site) -> None:
    row = await waiting(acme)
    body = {"organisation_id": await organisation(acme), "new_contact": NEW}
    sent = staff(acme.tenant_id, "registrations.map")
    for _ in range(2):
        answer = await send(acme, row, "map", body, by=acme.app.by(sent), headers={"idempotency-key": "m" * 20})
        assert (answer.status_code, answer.json()["state"]) == (200, "mapped")
    assert len(await letters(acme, "welcome")) == 1


async def test_the_choice_between_a_contact_and_a_new_one_is_made_expressly_f038(acme: Site) -> None:
    row = await waiting(acme)
    bob = await acme.put_contact("bob")
    neither = {"organisation_id": await organisation(acme)}
    for body in (neither, neither | {"contact_id": bob["id"], "new_contact": NEW}):
        assert (await send(acme, row, "map", body)).status_code == 422


async def test_a_contact_of_another_organisation_is_not_taken_f037(acme: Site) -> None:
    row = await waiting(acme)
    await acme.put_organisation("zeta")
    eve = await acme.put_contact("eve", "zeta")
    body = {"organisation_id": await organisation(acme), "contact_id": eve["id"]}
    assert (await send(acme, row, "map", body)).status_code == 422
    await acme.put_organisation("acme", active=False)
    assert (await map_to_new(acme, row)).status_code == 422


async def test_an_address_that_is_a_contacts_makes_no_second_one_f025(acme: Site) -> None:
    await acme.put_contact("rita", portal_enabled=False)
    row = await waiting(acme)
    answer = await map_to_new(acme, row)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/email-taken")
    [still] = await acme.sql("SELECT state FROM registrations")
    assert still["state"] == "waiting"


async def test_where_a_window_is_needed_mapping_gives_one_f052(acme: Site) -> None:
    row = await waiting(acme)
    await choose(acme, register_mode="mapped", window_required=True)
    refused = await map_to_new(acme, row)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {"support_start_on", "support_end_on"}
    window = {"support_start_on": "2026-01-01", "support_end_on": "2099-01-01"}
    assert (await map_to_new(acme, row, **window)).status_code == 200


@pytest.mark.parametrize("tell", [True, False])
async def test_refused_with_a_reason_she_is_told_where_that_is_wished_f037(acme: Site, tell: bool) -> None:
    row = await waiting(acme)
    answer = await send(acme, row, "refuse", {"reason": "Not a customer.", "tell": tell})
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "refused", "Not a customer.")
    told = await letters(acme, "registration_refused")
    assert [(one["email"], one["excerpt"]) for one in told] == [("rita@acme.example", "Not a customer.")] * tell
    assert (await map_to_new(acme, row)).status_code == 409
    assert (await send(acme, row, "refuse", {"reason": "again"})).status_code == 409
    assert (await waiting(acme))["id"] != row["id"]


async def test_nobody_without_the_right_sees_or_decides_f037(acme: Site, brightside: Site) -> None:
    row = await waiting(acme)
    others = [
        acme.app.by(staff(acme.tenant_id)),
        acme.app.by(key(acme.tenant_id, "crm.write", "people.read")),
        acme.app.by(contact(acme.tenant_id, UUID(await organisation(acme)))),
        mapper(brightside),
    ]
    for other in others:
        assert (await other.get("/registrations")).json()["items"] == []
        assert (await other.get(f"/registrations/{row['id']}")).status_code == 404
        assert (await send(acme, row, "refuse", {"reason": "no"}, by=other)).status_code == 404
        body = {"organisation_id": await organisation(acme), "new_contact": NEW}
        assert (await send(acme, row, "map", body, by=other)).status_code == 404
    [still] = await acme.sql("SELECT state FROM registrations")
    assert still["state"] == "waiting"


async def test_the_list_is_newest_first_searched_filtered_and_paged_f037(acme: Site) -> None:
    for number in range(5):
        await waiting(acme, email=f"n{number}@x.example", name=f"N{number} 100%", ip=f"192.0.2.{number}")
    sam = mapper(acme)
    first = (await sam.get("/registrations?limit=3")).json()
    assert ([one["name"] for one in first["items"]], first["total"]["count"]) == (["N4 100%", "N3 100%", "N2 100%"], 5)
    rest = (await sam.get(f"/registrations?limit=3&cursor={first['next']}")).json()
    assert ([one["name"] for one in rest["items"]], rest["next"]) == (["N1 100%", "N0 100%"], None)
    assert [one["name"] for one in (await sam.get("/registrations?q=n1@X")).json()["items"]] == ["N1 100%"]
    assert (await sam.get("/registrations?q=_00%25")).json()["items"] == []
    assert (await sam.get("/registrations?state=mapped&state=refused")).json()["items"] == []
    assert (await sam.get("/registrations?cursor=nonsense")).status_code == 400


async def invite(site: Site, email: str = "rita@acme.example", by: As | None = None, **more: Any) -> Any:
    return await (by or site.crm).post("/invitations", {"email": email} | more)


async def test_a_stranger_who_sent_a_request_is_invited_once_a_day_f043(acme: Site) -> None:
    assert (await invite(acme)).json() == {"sent": False}
    await choose(acme, auto_invite=True)
    both = await asyncio.gather(invite(acme, name="Rita", reference="CASE-1"), invite(acme, "Rita@Acme.example"))
    assert sorted(one.json()["sent"] for one in both) == [False, True]
    assert (await invite(acme, "ann@acme.example")).json() == {"sent": False}
    assert len(await letters(acme, "invited")) == 1
    assert (await invite(acme, by=gateway(acme))).json() == {"sent": False}
    assert (await invite(acme, by=mapper(acme))).status_code == 403


async def test_an_invitation_is_for_its_own_address_f044(acme: Site, brightside: Site) -> None:
    await choose(acme, auto_invite=True, register_mode="off")
    await choose(brightside, auto_invite=True)
    await invite(acme)
    token = secret((await letters(acme, "invited"))[0])
    other = {"invited": True, "who": {"name": "Mallory", "email": "mallory@evil.example"}}
    assert (await confirm(acme, token, **other)).json()["type"] == "/problems/another-address"
    hers = {"invited": True, "who": {"name": "Rita Roe", "email": "RITA@acme.example"}}
    assert (await confirm(brightside, token, **hers)).json()["outcome"] == "over"
    looked = await gateway(acme).post("/internal/registrations/look", {"token": token, "invited": True})
    assert looked.json()["email"] == "rita@acme.example"
    assert (await confirm(acme, token)).json()["outcome"] == "over"
    assert (await confirm(acme, token, **hers)).json()["outcome"] == "activate"
    [row] = await acme.sql("SELECT kind, portal_enabled FROM contacts WHERE lower(email) = 'rita@acme.example'")
    assert dict(row) == {"kind": "lead", "portal_enabled": True}
    assert (await confirm(acme, token, **hers)).json()["outcome"] == "over"


async def test_an_invitation_ends_when_the_tenant_stops_inviting_f043(acme: Site) -> None:
    await choose(acme, auto_invite=True)
    await invite(acme)
    await choose(acme, auto_invite=False)
    hers = {"invited": True, "who": {"name": "Rita Roe", "email": "rita@acme.example"}}
    token = secret((await letters(acme, "invited"))[0])
    assert (await confirm(acme, token, **hers)).json()["outcome"] == "over"
