"""F034, F035, F041, F042: asking for access tells nothing, proves the address first, and is slowed down."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from registering import RITA, ask, choose, confirm, gateway, letters, secret

from identity.testing import Site

MODES = ("pre_enabled", "mapped", "open")


@pytest.mark.parametrize("mode", MODES)
async def test_known_and_unknown_addresses_get_the_same_answer_f034(acme: Site, mode: str) -> None:
    await choose(acme, register_mode=mode)
    await acme.put_contact("bob", portal_enabled=False)
    answers = [await ask(acme, email=f"{who}@acme.example") for who in ("ann", "bob", "nobody")]
    headers = [{name: one.headers[name] for name in one.headers if name != "x-request-id"} for one in answers]
    assert len({one.content for one in answers}) == 1
    assert headers[0] == headers[1] == headers[2]
    assert answers[0].status_code == 202


async def test_where_it_is_off_there_is_nothing_f034(acme: Site) -> None:
    await choose(acme, register_mode="off")
    assert (await ask(acme)).status_code == 404
    assert await letters(acme) == []


async def test_only_the_enabled_get_a_letter_that_activates_f034(acme: Site) -> None:
    await choose(acme, register_mode="pre_enabled")
    await acme.put_contact("bob", portal_enabled=False)
    await acme.put_contact("cleo")
    await acme.sql("DELETE FROM passwords WHERE person_id = (SELECT id FROM contacts WHERE name = 'Cleo')")
    for who in ("ann", "bob", "cleo", "nobody"):
        await ask(acme, email=f"{who}@acme.example")
    assert [(one["template"], one["email"]) for one in await letters(acme)] == [
        ("have_access", "ann@acme.example"),
        ("welcome", "cleo@acme.example"),
    ]
    assert (await letters(acme, "welcome"))[0]["path"].startswith("/activate/")


async def test_the_address_is_proven_before_anything_is_kept_f035(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    await ask(acme)
    assert await acme.sql("SELECT 1 FROM registrations") == []
    [letter] = await letters(acme)
    looked = await gateway(acme).post("/internal/registrations/look", {"token": secret(letter)})
    assert looked.json() == {"email": RITA["email"], "name": RITA["name"]}
    assert await acme.sql("SELECT 1 FROM registrations") == []
    assert (await confirm(acme, secret(letter))).json()["outcome"] == "waiting"
    [row] = await acme.sql("SELECT name, email, company, phone, message, state FROM registrations")
    assert dict(row) == RITA | {"state": "waiting"}


async def test_a_link_is_used_once_also_by_two_at_the_same_time(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    await ask(acme)
    token = secret((await letters(acme))[0])
    both = await asyncio.gather(confirm(acme, token), confirm(acme, token))
    assert sorted(one.json()["outcome"] for one in both) == ["over", "waiting"]
    assert (await confirm(acme, "x" * 43)).json() == (await confirm(acme, token)).json()


async def test_a_second_registration_changes_nothing_and_tells_nobody_again_f036(acme: Site) -> None:
    await acme.sql("UPDATE staff SET roles = '{agent,registration_mapper}'")
    await choose(acme, register_mode="mapped")
    for name in ("Rita Roe", "Somebody Else"):
        await ask(acme, name=name)
        assert (await confirm(acme, secret((await letters(acme, "confirm"))[-1]))).json()["outcome"] == "waiting"
    assert [row["name"] for row in await acme.sql("SELECT name FROM registrations")] == ["Rita Roe"]
    assert len(await letters(acme, "registration_arrived")) == 1


async def test_only_mappers_on_duty_are_told_one_mail_each_f036(acme: Site) -> None:
    people = {"mia": ("{registration_mapper,agent}", True), "otto": ("{registration_mapper}", False)}
    people |= {"sam": ("{agent}", True), "gone": ("{registration_mapper}", True)}
    for name, (roles, on_duty) in people.items():
        await acme.sql(
            "INSERT INTO staff (tenant_id, id, name, email, roles, on_duty, active, version, created_at, updated_at)"
            " VALUES ($1, gen_random_uuid(), $2, $2 || '@n.example', $3::text::text[], $4, $2 <> 'gone', 1, now(),"
            " now())",
            *(acme.tenant_id, name, roles, on_duty),
        )
    await choose(acme, register_mode="mapped")
    await ask(acme)
    await confirm(acme, secret((await letters(acme))[0]))
    [row] = await acme.sql("SELECT id FROM registrations")
    told = await letters(acme, "registration_arrived")
    assert [(one["email"], one["person_kind"]) for one in told] == [("mia@n.example", "staff")]
    assert told[0]["path"] == f"/console/registrations/{row['id']}"


async def test_direct_sign_up_makes_a_lead_with_access_f041_f026(acme: Site) -> None:
    await choose(acme, register_mode="open")
    await ask(acme, email="new@elsewhere.example")
    answer = await confirm(acme, secret((await letters(acme))[0]))
    assert answer.json()["outcome"] == "activate"
    assert answer.json()["path"].startswith("/activate/")
    [row] = await acme.sql(
        "SELECT c.kind, c.portal_enabled, o.kind AS theirs FROM contacts c JOIN organisations o"
        " ON o.id = c.organisation_id WHERE c.email = 'new@elsewhere.example'"
    )
    assert dict(row) == {"kind": "lead", "portal_enabled": True, "theirs": "prospect"}
    assert {"organisation.changed.v1", "contact.changed.v1"} <= {one["type"] for one in await acme.said()}


async def test_a_contact_whom_nobody_enabled_is_not_let_in_by_an_open_door_f041(acme: Site) -> None:
    await choose(acme, register_mode="open")
    await acme.put_contact("rita", portal_enabled=False)
    await ask(acme)
    assert (await confirm(acme, secret((await letters(acme))[0]))).json()["outcome"] == "waiting"
    [row] = await acme.sql("SELECT portal_enabled FROM contacts WHERE email = 'rita@acme.example'")
    assert row["portal_enabled"] is False


async def test_where_everybody_needs_a_window_staff_must_give_it_f052(acme: Site) -> None:
    await choose(acme, register_mode="open", window_required=True)
    await ask(acme)
    assert (await confirm(acme, secret((await letters(acme))[0]))).json()["outcome"] == "waiting"


async def test_whoever_has_access_is_told_so_once_the_address_is_proven(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    await ask(acme, email="ann@acme.example")
    assert (await confirm(acme, secret((await letters(acme))[0]))).json() == {"outcome": "known", "path": None}


@pytest.mark.parametrize(("proven", "most"), [(True, 20), (False, 5)])
async def test_a_source_is_slowed_down_and_sooner_without_the_captcha_f042(acme: Site, proven: bool, most: int) -> None:
    await choose(acme, register_mode="mapped")
    for number in range(most):
        assert (await ask(acme, email=f"n{number}@x.example", proven=proven)).status_code == 202
    refused = await ask(acme, proven=proven)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert (await ask(acme, proven=proven, ip="192.0.2.8")).status_code == 202


async def test_a_flood_without_captcha_shuts_out_nobody_who_solves_it_f042(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    for number in range(60):
        await ask(acme, email=f"n{number}@x.example", proven=False, ip=f"198.51.100.{number}")
    assert (await ask(acme, proven=False, ip="203.0.113.1")).status_code == 429
    assert (await ask(acme, proven=True, ip="203.0.113.1")).status_code == 202


async def test_one_mailbox_is_not_filled_and_nobody_is_told_so_f034(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    answers = [await ask(acme, ip=f"192.0.2.{number}") for number in range(5)]
    assert {one.content for one in answers} == {answers[0].content}
    assert len(await letters(acme, "confirm")) == 3


async def test_guessing_links_is_slowed_down(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    answers = [await confirm(acme, "x" * 43) for _ in range(21)]
    assert {one.json()["outcome"] for one in answers[:20]} == {"over"}
    assert answers[20].status_code == 429


async def test_a_solution_counts_once_and_at_its_own_tenant_f042(acme: Site, brightside: Site) -> None:
    solved = {"challenge": "c" * 32, "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    both = await asyncio.gather(*(gateway(acme).post("/internal/captchas", solved) for _ in range(2)))
    assert sorted(one.json()["fresh"] for one in both) == [False, True]
    assert (await gateway(brightside).post("/internal/captchas", solved)).json() == {"fresh": True}


async def test_sent_twice_with_one_key_it_is_one_letter(acme: Site) -> None:
    await choose(acme, register_mode="mapped")
    asked = RITA | {"ip": "192.0.2.7", "proven": True}
    for _ in range(2):
        answer = await gateway(acme).post("/internal/registrations", asked, headers={"idempotency-key": "k" * 20})
        assert answer.status_code == 202
    assert len(await letters(acme)) == 1


async def test_a_letters_link_is_good_at_its_own_tenant_alone(acme: Site, brightside: Site) -> None:
    for one in (acme, brightside):
        await choose(one, register_mode="mapped")
    await ask(acme)
    token = secret((await letters(acme))[0])
    assert (await confirm(brightside, token)).json()["outcome"] == "over"
    assert (await gateway(brightside).post("/internal/registrations/look", {"token": token})).status_code == 404
    assert (await confirm(acme, token)).json()["outcome"] == "waiting"


async def test_a_door_that_was_shut_since_takes_nobody_in(acme: Site) -> None:
    await choose(acme, register_mode="open")
    await ask(acme)
    await choose(acme, register_mode="off")
    assert (await confirm(acme, secret((await letters(acme))[0]))).json()["outcome"] == "over"
    assert await acme.sql("SELECT 1 FROM contacts WHERE email = 'rita@acme.example'") == []
