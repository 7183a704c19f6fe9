"""One's own sessions: seen with their devices, ended one by one or all but this one."""

from typing import Any

import pytest

from identity.schemas.devices import browser_of, system_of
from identity.testing import Site
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


async def logged_in(site: Site, **values: Any) -> tuple[str, As]:
    """A session's token, and the API as its person."""
    token = await site.token(**values)
    caller = Caller.model_validate((await site.resolve(token)).json()["caller"])
    return token, site.app.by(caller)


async def test_somebody_sees_where_they_are_logged_in_and_which_one_is_this_f032(acme: Site) -> None:
    await acme.put_contact("bob")
    await logged_in(acme, email="bob@acme.example")
    await logged_in(acme, user_agent=PHONE, ip="192.0.2.7")
    _, ann = await logged_in(acme, user_agent=FIREFOX)
    here, phone = (await ann.get("/me/sessions")).json()["items"]
    assert (here["browser"], here["system"], here["current"]) == ("Firefox", "Linux", True)
    assert (phone["browser"], phone["system"], phone["ip"]) == ("Safari", "iPhone", "192.0.2.7")
    assert (phone["current"], phone["method"]) == (False, "password")


async def test_one_that_was_ended_opens_nothing_and_the_trail_says_so(acme: Site) -> None:
    phone, _ = await logged_in(acme)
    here, ann = await logged_in(acme)
    [other] = [one["id"] for one in (await ann.get("/me/sessions")).json()["items"] if not one["current"]]
    assert (await ann.post(f"/me/sessions/{other}/end")).status_code == 204
    assert [(await acme.resolve(token)).status_code for token in (phone, here)] == [404, 200]
    assert (await ann.post(f"/me/sessions/{other}/end")).status_code == 404
    [line] = await acme.sql("SELECT actor_name FROM audit WHERE action = 'session.ended'")
    assert line["actor_name"] == "Ann Archer"


async def test_all_others_end_at_once_and_this_one_stays(acme: Site) -> None:
    others = [await acme.token() for _ in range(3)]
    here, ann = await logged_in(acme)
    assert (await ann.post("/me/sessions/end-others")).json() == {"ended": 3}
    assert [(await acme.resolve(token)).status_code for token in [*others, here]] == [404, 404, 404, 200]


async def test_nobody_ends_or_sees_anothers_session(acme: Site, brightside: Site) -> None:
    token, ann = await logged_in(acme)
    [session] = (await ann.get("/me/sessions")).json()["items"]
    await acme.put_contact("bob")
    _, bob = await logged_in(acme, email="bob@acme.example")
    stranger = brightside.app.by(brightside.admin.model_copy(update={"session_id": new_id()}))
    for other in (bob, acme.app.by(acme.admin), stranger, acme.crm):
        assert (await other.post(f"/me/sessions/{session['id']}/end")).status_code == 404
    assert (await bob.post("/me/sessions/end-others")).json() == {"ended": 0}
    assert (await acme.resolve(token)).status_code == 200


@pytest.mark.parametrize("user_agent", ["", "curl/8.5", "\U0001f600"])
def test_what_nobody_knows_has_no_name(user_agent: str) -> None:
    assert (browser_of(user_agent), system_of(user_agent)) == (None, None)


def test_browsers_that_call_themselves_others_are_told_apart() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0"
    assert (browser_of(edge), system_of(edge)) == ("Edge", "Windows")
