"""F034, F035, F041, F042, F044: asking for access as a browser does: what is sent on, what is told, the captcha."""

import re
from html import unescape
from typing import Any

import altcha
import orjson
import pytest

from gateway.pages import captcha
from gateway.testing import SAMS, TENANTS, Portal, Services, running

ROOT = "/portal/northwind"
WORDS = {"name": "Rita Roe", "email": "rita@acme.example", "company": "Acme", "phone": "", "message": "Hello"}
TOKEN = "t" * 43
ASK, LOOK, CONFIRM = (f"/internal/registrations{verb}" for verb in ("", "/look", "/confirm"))


@pytest.fixture
def services(services: Services) -> Services:
    """Northwind's door stands open for registrations."""
    services.tenants["northwind"] = TENANTS["northwind"] | {"access": {"register_mode": "mapped"}}
    services.answers[("POST", ASK)] = (202, {"received": True})
    services.answers[("POST", LOOK)] = (200, {"email": "rita@acme.example", "name": "Rita Roe"})
    services.answers[("POST", "/internal/captchas")] = (200, {"fresh": True})
    return services


@pytest.fixture(autouse=True)
def light_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work, in less time than a test's connection is kept."""
    monkeypatch.setattr(captcha, "COST", 10)


def challenge_in(page: str) -> Any:
    """The challenge a page's form holds."""
    found = re.search(r'data-captcha="([^"]*)"', page)
    assert found
    return orjson.loads(unescape(found.group(1)))


def solved(challenge: Any) -> str:
    """What a browser makes of it."""
    asked = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(asked)
    assert solution
    return altcha.Payload(asked, solution).to_base64()


async def form(portal: Portal, path: str = "/register") -> str:
    answer = await portal.get(ROOT + path, headers=portal.browser(None))
    assert answer.status == 200
    return await answer.text()


async def send(portal: Portal, path: str = "/register", **words: str) -> Any:
    return await portal.post(ROOT + path, WORDS | words, headers=portal.browser(None))


@pytest.mark.parametrize("mode", ["off", None])
async def test_where_nobody_may_register_there_is_no_page_and_no_link_f034(
    portal: Portal, services: Services, mode: str | None
) -> None:
    services.tenants["northwind"] = TENANTS["northwind"] | ({"access": {"register_mode": mode}} if mode else {})
    for path in ("/register", "/register/sent"):
        assert (await portal.get(ROOT + path, headers=portal.browser(None))).status == 404
    assert (await send(portal)).status == 404
    assert "/register" not in await form(portal, "/login")


async def test_the_login_page_leads_to_it_f034(portal: Portal) -> None:
    assert f'href="{ROOT}/register"' in await form(portal, "/login")
    assert f'href="{ROOT}/register"' not in await form(portal, "/console/login")


async def test_what_was_written_is_asked_of_identity_f034_f035(portal: Portal, services: Services) -> None:
    answer = await send(portal, idempotency_key="k" * 20)
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/register/sent")
    heard = services.last(ASK)
    assert heard.json == WORDS | {"ip": "127.0.0.1", "proven": False}
    assert heard.headers["idempotency-key"] == "k" * 20
    caller = portal.caller(heard, "identity")
    assert (caller.kind, str(caller.tenant_id)) == ("system", TENANTS["northwind"]["id"])
    assert "Check your mail" in await form(portal, "/register/sent")


async def test_a_solved_captcha_is_used_up_and_told_f042(portal: Portal, services: Services) -> None:
    challenge = challenge_in(await form(portal))
    await send(portal, captcha=solved(challenge))
    assert services.last("/internal/captchas").json["challenge"] == challenge["signature"]
    assert services.last(ASK).json["proven"] is True
    services.answers[("POST", "/internal/captchas")] = (200, {"fresh": False})
    await send(portal, captcha=solved(challenge))
    assert services.last(ASK).json["proven"] is False


async def test_another_process_takes_a_solution_and_another_tenant_does_not_f042(
    portal: Portal, services: Services, settings: dict[str, Any]
) -> None:
    async with running(services, **settings) as other:
        answer = await send(other, captcha=solved(challenge_in(await form(portal))))
        assert (answer.status, services.last(ASK).json["proven"]) == (303, True)
    services.tenants["brightside"] = TENANTS["brightside"] | {"access": {"register_mode": "mapped"}}
    payload = solved(challenge_in(await form(portal)))
    await portal.post("/portal/brightside/register", WORDS | {"captcha": payload}, headers=portal.browser(None))
    assert services.last(ASK).json["proven"] is False


@pytest.mark.parametrize(
    "sent", ["x", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOltdLCJzb2x1dGlvbiI6MX0=", "é", "a" * 9_000]
)
async def test_nonsense_for_a_solution_is_none_f042(portal: Portal, services: Services, sent: str) -> None:
    assert (await send(portal, captcha=sent)).status == 303
    assert services.last(ASK).json["proven"] is False


async def test_a_made_up_or_expired_challenge_is_none_f042(portal: Portal, services: Services) -> None:
    made_up = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=1, hmac_secret="mine", expires_at=4_000_000_000)
    await send(portal, captcha=solved(made_up.to_dict()))
    assert services.last(ASK).json["proven"] is False
    old = challenge_in(await form(portal))
    old["parameters"]["expiresAt"] -= 7200
    await send(portal, captcha=solved(old))
    assert services.last(ASK).json["proven"] is False


async def test_a_refusal_keeps_what_was_typed_f042(portal: Portal, services: Services) -> None:
    problem = {"title": "Wait.", "detail": "Wait.", "type": "/problems/too-many-registrations"}
    services.answers[("POST", ASK)] = (429, problem)
    answer = await send(portal)
    text = await answer.text()
    assert answer.status == 429
    assert all(word in text for word in ("Wait.", "Rita Roe", "rita@acme.example", "Hello"))
    wrong = {"title": "No.", "errors": [{"field": "email", "detail": "is no address"}]}
    services.answers[("POST", ASK)] = (422, wrong)
    text = await (await send(portal, email="rita")).text()
    assert "is no address" in text
    assert 'value="rita"' in text


async def test_opening_the_link_uses_nothing_up_f035(portal: Portal, services: Services) -> None:
    assert "rita@acme.example" in await form(portal, f"/register/confirm/{TOKEN}")
    assert [one.path for one in services.heard if one.path.startswith("/internal/reg")] == [LOOK]


@pytest.mark.parametrize(
    ("outcome", "leads"),
    [
        ({"outcome": "waiting", "path": None}, "/register/waiting"),
        ({"outcome": "known", "path": None}, "/login?done=has-access"),
        ({"outcome": "activate", "path": "/activate/abc"}, "/activate/abc"),
    ],
)
async def test_pressing_the_button_confirms_and_leads_on_f035_f041(
    portal: Portal, services: Services, outcome: dict[str, Any], leads: str
) -> None:
    services.answers[("POST", CONFIRM)] = (200, outcome)
    answer = await send(portal, f"/register/confirm/{TOKEN}")
    assert (answer.status, answer.headers["location"]) == (303, ROOT + leads)
    assert services.last(CONFIRM).json == {"token": TOKEN, "ip": "127.0.0.1"}


async def test_a_link_that_is_over_says_so(portal: Portal, services: Services) -> None:
    services.answers[("POST", CONFIRM)] = (200, {"outcome": "over", "path": None})
    answer = await send(portal, f"/register/confirm/{TOKEN}")
    assert (answer.status, "no longer good" in await answer.text()) == (404, True)
    services.answers[("POST", LOOK)] = (404, {"title": "No."})
    for path in ("confirm", "invited"):
        answer = await portal.get(f"{ROOT}/register/{path}/{TOKEN}", headers=portal.browser(None))
        assert (answer.status, "no longer good" in await answer.text()) == (404, True)


async def test_an_invitation_shows_its_address_and_takes_no_other_f044(portal: Portal, services: Services) -> None:
    services.tenants["northwind"] = TENANTS["northwind"] | {"access": {"register_mode": "off"}}
    page = await form(portal, f"/register/invited/{TOKEN}")
    assert re.search(r'<input type="email"[^>]*value="rita@acme.example"[^>]*readonly', page)
    wrong = {"title": "This invitation is only good for the e-mail address it was sent to."}
    fields = {"errors": [{"field": "email", "detail": "is not the address that was invited"}]}
    services.answers[("POST", CONFIRM)] = (422, wrong | fields)
    answer = await send(portal, f"/register/invited/{TOKEN}", email="mallory@evil.example")
    text = await answer.text()
    assert (answer.status, "is not the address that was invited" in text) == (422, True)
    assert services.last(CONFIRM).json["who"]["email"] == "mallory@evil.example"
    services.answers[("POST", CONFIRM)] = (200, {"outcome": "activate", "path": "/activate/abc"})
    answer = await send(portal, f"/register/invited/{TOKEN}")
    assert answer.headers["location"] == f"{ROOT}/activate/abc"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path", ["", "/018f0000-0000-7000-8000-0000000000d1", "/018f0000-0000-7000-8000-0000000000d1/map"]
)
async def test_the_console_has_no_such_pages_for_who_does_not_map_f037(
    portal: Portal, services: Services, method: str, path: str
) -> None:
    assert (await portal.staff(method, f"{ROOT}/console/registrations{path}")).status in (404, 405)
    assert "/api/v1/registrations" not in {one.path for one in services.heard}
    assert SAMS in services.sessions
