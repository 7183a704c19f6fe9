"""F033, F040, F045-F049: invitations taken up, passwords changed and forgotten, the same answers for everybody."""

from typing import Any

import httpx
import pytest
from test_identity_enabling import ada, choose, do, letters

from identity import passwords
from identity.testing import ADMIN_PASSWORD, PASSWORD, Site

NEW = "a wholly new one"
IP = {"ip": "192.0.2.7"}


@pytest.fixture
async def acme(site: Site) -> Site:
    await site.put_organisation("acme")
    await site.put_contact("ann")
    return site


async def ask(site: Site, path: str, **values: Any) -> httpx.Response:
    return await site.gateway_in.post(f"/internal/{path}", values)


async def newest(site: Site) -> str:
    """The token of the newest letter."""
    path: str = (await letters(site))[-1]["letter"]["path"]
    return path.rsplit("/", 1)[1]


async def invited(site: Site) -> str:
    assert (await do(site, "welcome")).status_code == 200
    return await newest(site)


async def activate(site: Site, token: str, password: str = NEW) -> httpx.Response:
    return await ask(site, "activations", token=token, password=password, user_agent="test", **IP)


async def forget(site: Site, email: str = "ann@acme.example", audience: str = "portal", **more: Any) -> httpx.Response:
    return await ask(site, "passwords/forgotten", audience=audience, email=email, **IP | more)


async def reset(site: Site, token: str, password: str = NEW, audience: str = "portal") -> httpx.Response:
    return await ask(site, "passwords/reset", audience=audience, token=token, password=password)


async def change(site: Site, token: str, old: str = PASSWORD, new: str = NEW, **more: Any) -> httpx.Response:
    given = {"audience": "portal", "token": token, "old_password": old, "password": new} | IP | more
    return await ask(site, "passwords/change", **given)


async def test_an_invitation_becomes_a_password_and_a_session(acme: Site) -> None:
    """F040: and it is used by that, not by being looked at."""
    token = await invited(acme)
    for _ in range(2):
        assert (await ask(acme, "activations/look", token=token)).status_code == 200
    answer = await activate(acme, token)
    assert answer.status_code == 201, answer.text
    assert (await acme.resolve(answer.json()["token"])).json()["caller"]["name"] == "Ann"
    assert (await activate(acme, token, "another one altogether")).status_code == 404
    assert (await acme.log_in(password=NEW)).status_code == 201
    [row] = await acme.sql("SELECT method FROM sessions ORDER BY created_at LIMIT 1")
    assert row["method"] == "activation"
    [row] = await acme.sql("SELECT activated_at FROM contacts")
    assert row["activated_at"] is not None


async def test_outside_the_window_the_password_is_kept_and_the_day_is_told(acme: Site) -> None:
    """F040, F052."""
    await acme.put_contact("ann", support_start_on="2099-01-01", support_end_on="2099-12-31")
    answer = await activate(acme, await invited(acme))
    assert (answer.status_code, "starts on" in answer.json()["detail"]) == (403, True)
    await acme.put_contact("ann", support_start_on=None, support_end_on=None)
    assert (await acme.log_in(password=NEW)).status_code == 201


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10"),
        ("x" * 1_001, "at most 1,000"),
        ("ann@acme.example", "e-mail address"),
        ("Password123", "first that anybody"),
        ("aaaaaaaaaaaa", "first that anybody"),
    ],
)
async def test_a_password_that_is_none_is_refused_in_a_sentence(acme: Site, password: str, said: str) -> None:
    """F033, F040: and the link is still good."""
    token = await invited(acme)
    answer = await activate(acme, token, password)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], said in error["detail"]) == ("password", True)
    assert (await activate(acme, token)).status_code == 201


async def test_an_expired_invitation_brings_its_holder_a_new_one(acme: Site) -> None:
    """F040: whoever holds no invitation, or has taken theirs up, gets the same answer and no letter."""
    token = await invited(acme)
    await acme.sql("UPDATE tokens SET expires_at = now() - interval '1 day', created_at = now() - interval '8 days'")
    assert (await activate(acme, token)).status_code == 404
    assert (await ask(acme, "activations/again", token=token, **IP)).status_code == 204
    assert (await ask(acme, "activations/again", token="x" * 43, **IP)).status_code == 204
    assert len(await letters(acme)) == 2
    assert (await activate(acme, await newest(acme))).status_code == 201
    await acme.sql("UPDATE tokens SET created_at = now() - interval '1 day'")
    assert (await ask(acme, "activations/again", token=token, **IP)).status_code == 204
    assert len(await letters(acme)) == 2


@pytest.mark.parametrize("template", ["reset", "reset_brief"])
async def test_a_forgotten_password_is_replaced_by_a_link(acme: Site, template: str) -> None:
    """F045, F049: looking does no harm, the second use does nothing, and every session is over."""
    await choose(acme, forgot_password_template=template)
    session = await acme.token()
    assert (await forget(acme, "Ann@ACME.example")).status_code == 204
    [letter] = await letters(acme)
    assert (letter["template"], letter["person_kind"]) == (template, "contact")
    token = await newest(acme)
    look = await ask(acme, "passwords/look", audience="portal", token=token)
    assert look.json()["email"] == "ann@acme.example"
    assert (await reset(acme, token)).status_code == 204
    assert (await acme.resolve(session)).status_code == 404
    assert ((await acme.log_in()).status_code, (await acme.log_in(password=NEW)).status_code) == (401, 201)
    assert (await reset(acme, token, "one more of them")).status_code == 404


async def test_staff_reset_theirs_too_and_no_link_opens_the_other_door(acme: Site) -> None:
    """F045."""
    assert (await forget(acme, "ada@northwind.example", "console")).status_code == 204
    [letter] = await letters(acme)
    assert letter["letter"]["path"].startswith("/console/reset/")
    token = await newest(acme)
    assert (await reset(acme, token, audience="portal")).status_code == 404
    assert (await reset(acme, token, audience="console")).status_code == 204
    login = {"email": "ada@northwind.example", "audience": "console"}
    assert (await acme.log_in(**login, password=NEW)).status_code == 201


@pytest.mark.parametrize("what", ["password", "username"])
async def test_known_and_unknown_addresses_get_one_answer(acme: Site, what: str) -> None:
    """F045, F046: unknown, shut out, opted out: no letter, and nobody can tell."""
    await acme.put_contact("bob", portal_enabled=False)
    await acme.put_contact("cleo", email_opt_out=True)
    answers = [
        await forget(acme, email, what=what)
        for email in ("ann@acme.example", "nobody@acme.example", "bob@acme.example", "cleo@acme.example", "")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    assert [letter["email"] for letter in await letters(acme)] == ["ann@acme.example"]


async def test_a_user_name_is_told_to_its_owner_alone(acme: Site) -> None:
    """F046."""
    await forget(acme, what="username")
    [letter] = await letters(acme)
    assert (letter["template"], letter["letter"]["user_name"]) == ("username", "ann@acme.example")
    assert letter["letter"]["path"] == "/login"


async def test_whoever_else_asks_cannot_take_a_link_away_from_its_owner(acme: Site) -> None:
    """F045: one letter in five minutes; the link of that letter stays good."""
    await forget(acme)
    for number in range(3):
        await forget(acme, ip=f"198.51.100.{number}")
    assert len(await letters(acme)) == 1
    assert (await reset(acme, await newest(acme))).status_code == 204


async def test_asking_again_and_again_slows_down_who_asks_and_nobody_else(acme: Site) -> None:
    """F045: nor does it keep anybody from logging in."""
    for _ in range(5):
        assert (await forget(acme)).status_code == 204
    assert (await forget(acme)).status_code == 429
    assert (await forget(acme, ip="198.51.100.1")).status_code == 204
    assert (await acme.log_in(ip=IP["ip"])).status_code == 201


async def test_another_password_ends_every_other_session_and_keeps_this_one(acme: Site) -> None:
    """F033."""
    other, mine = await acme.token(), await acme.token()
    answer = await change(acme, mine)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    kept = answer.json()["token"]
    assert [(await acme.resolve(one)).status_code for one in (other, mine, kept)] == [404, 404, 200]
    assert (await acme.log_in(password=NEW)).status_code == 201


async def test_the_present_password_is_asked_for(acme: Site) -> None:
    """F033: five wrong ones from one address and it waits; the session goes on."""
    mine = await acme.token()
    for _ in range(5):
        answer = await change(acme, mine, old="not this one")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "old_password")
    assert (await change(acme, mine)).status_code == 429
    assert (await acme.resolve(mine)).status_code == 200


async def test_the_same_password_is_no_other(acme: Site) -> None:
    answer = await change(acme, await acme.token(), new=PASSWORD)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")


async def test_a_first_password_is_over_once_another_is_chosen(acme: Site) -> None:
    """F030, F033: from then on the contact is who they are, with all they are granted."""
    await acme.sql("UPDATE passwords SET must_change = true")
    mine = await acme.token()
    assert (await acme.resolve(mine)).json()["must_change_password"] is True
    kept = (await change(acme, mine)).json()["token"]
    shown = (await acme.resolve(kept)).json()
    assert (shown["must_change_password"], shown["caller"]["read_only"]) == (False, False)


async def test_staff_change_theirs(acme: Site) -> None:
    """F033."""
    login = {"email": "ada@northwind.example", "audience": "console", "password": ADMIN_PASSWORD}
    mine = await acme.token(**login)
    assert (await change(acme, mine, old=ADMIN_PASSWORD)).status_code == 404
    assert (await change(acme, mine, old=ADMIN_PASSWORD, audience="console")).status_code == 200


async def test_these_routes_are_the_gateways_alone(acme: Site) -> None:
    answer = await ada(acme).post("/internal/passwords/forgotten", {"audience": "portal", "email": "a@b.example"} | IP)
    assert answer.status_code == 404


async def test_no_link_of_one_tenant_is_good_at_another(acme: Site, brightside: Site) -> None:
    token = await invited(acme)
    assert (await activate(brightside, token)).status_code == 404
    await forget(acme)
    assert (await reset(brightside, await newest(acme))).status_code == 404


async def test_what_people_chose_is_in_the_trail_and_the_password_is_not(acme: Site) -> None:
    """O+8."""
    kept = (await activate(acme, await invited(acme))).json()["token"]
    await change(acme, kept, old=NEW, new="and yet another one")
    rows = [dict(row) for row in await acme.sql("SELECT * FROM audit ORDER BY number")]
    mine = [row["action"] for row in rows if row["actor_name"] == "Ann"]
    assert mine == ["contact.activated", "session.begun", "password.changed"]
    assert "another one" not in str(rows)


def test_a_first_password_is_hard_to_guess_and_easy_to_read() -> None:
    """F030."""
    made = {passwords.readable() for _ in range(100)}
    assert len(made) == 100
    assert all(passwords.wrong_with(one, "ann@acme.example") is None for one in made)
    assert not set("".join(made)) & set("ilo01")
