"""The login beyond the password, and one's own page of it: tickets, codes, links, the way to a company and back."""

from typing import Any

import pytest
from starlette.responses import JSONResponse

from gateway.testing import NORTHWIND, TENANTS, Portal, Services

ROOT = "/portal/northwind"
WORDS = {"email": "ann@acme.example", "password": "correct horse"}
TICKET, NEW = "t" * 43, "n" * 43
SECRET = "JBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Northwind:ann%40acme.example?secret={SECRET}&issuer=Northwind"
WRONG = {"title": "This code is not right.", "detail": "x", "errors": [{"field": "code", "detail": "Not right."}]}
SESSION = {
    "id": NORTHWIND, "browser": "Firefox", "system": "Linux", "ip": "192.0.2.1", "method": "password",
    "created_at": "2026-11-20T08:00:00Z", "seen_at": "2026-11-20T08:00:00Z", "current": True,
}  # fmt: skip
SECURITY = {"has_password": True, "totp_since": None, "codes_left": 0, "required": False, "passkeys": []}


def answer(services: Services, path: str, status: int, document: Any) -> None:
    services.answers[("POST", f"/internal/{path}")] = (status, document)


@pytest.fixture
def asked_for_more(services: Services) -> Services:
    """A login that asks for a second step."""
    more = {"step": "second_factor", "ticket": TICKET, "methods": ["totp", "recovery_code"]}
    answer(services, "sessions", 202, more)
    answer(services, "sessions/second", 201, {"token": NEW, "expires_at": "2099-01-01T00:00:00Z"})
    return services


def ticketed(portal: Portal, audience: str = "portal") -> dict[str, str]:
    return portal.browser(TICKET, f"__Host-step-{audience}-northwind")


async def test_the_password_alone_brings_a_ticket_and_no_session_f032(portal: Portal, asked_for_more: Services) -> None:
    first = await portal.post(f"{ROOT}/login", WORDS | {"next": "/cases"}, headers=portal.browser(None))
    assert (first.status, first.headers["location"]) == (303, f"{ROOT}/login/second?next=%2Fcases")
    [cookie] = first.headers.getall("set-cookie")
    assert cookie.startswith(f"__Host-step-portal-northwind={TICKET};")
    assert {"secure", "httponly", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
    second = await portal.post(f"{ROOT}/login/second", {"code": "123456", "next": "/cases"}, headers=ticketed(portal))
    assert second.headers["location"] == f"{ROOT}/cases"
    cookies = second.headers.getall("set-cookie")
    assert any(one.startswith(f"__Host-portal-northwind={NEW};") for one in cookies)
    assert any("max-age=0" in one.lower() and "step" in one for one in cookies)
    sent = asked_for_more.last("/internal/sessions/second").json
    assert (sent["ticket"], sent["code"], sent["ip"]) == (TICKET, "123456", "127.0.0.1")


async def test_a_wrong_code_is_asked_for_again_and_too_late_a_one_begins_anew(
    portal: Portal, asked_for_more: Services
) -> None:
    answer(asked_for_more, "sessions/second", 422, WRONG)
    again = await portal.post(f"{ROOT}/login/second", {"code": "000000"}, headers=ticketed(portal))
    assert (again.status, "Not right." in await again.text(), "set-cookie" in again.headers) == (422, True, False)
    answer(asked_for_more, "sessions/second", 410, {"title": "Too long."})
    over = await portal.post(f"{ROOT}/login/second", {"code": "000000"}, headers=ticketed(portal))
    assert over.headers["location"] == f"{ROOT}/login?done=step-over"
    assert (await portal.get(f"{ROOT}/login/second", headers=portal.browser(None))).status == 303


async def test_too_many_codes_wait_as_long_as_identity_says(portal: Portal, asked_for_more: Services) -> None:
    async def many(_: Any) -> Any:
        return JSONResponse({"title": "Too many."}, 429, {"retry-after": "60"})

    asked_for_more.answers[("POST", "/internal/sessions/second")] = many
    waiting = await portal.post(f"{ROOT}/login/second", {"code": "000000"}, headers=ticketed(portal))
    assert (waiting.status, waiting.headers["retry-after"]) == (429, "60")


async def test_staff_add_an_app_before_they_come_in_and_see_their_codes_once(
    portal: Portal, services: Services
) -> None:
    answer(services, "sessions", 202, {"step": "enrol", "ticket": TICKET, "methods": ["totp"]})
    first = await portal.post(f"{ROOT}/console/login", WORDS, headers=portal.browser(None))
    assert first.headers["location"] == f"{ROOT}/console/login/enrol"
    answer(services, "sessions/enrolment", 200, {"setup": "sealed", "secret": SECRET, "uri": URI})
    page = await portal.get(f"{ROOT}/console/login/enrol", headers=ticketed(portal, "console"))
    text = await page.text()
    assert "data:image/svg+xml" in text
    assert "JBSW Y3DP EHPK 3PXP" in text
    done = {"token": NEW, "expires_at": "2099-01-01T00:00:00Z", "codes": ["aaaa-bbbb"]}
    answer(services, "sessions/enrol", 201, done)
    form = {"setup": "sealed", "uri": URI, "code": "123456"}
    shown = await portal.post(f"{ROOT}/console/login/enrol", form, headers=ticketed(portal, "console"))
    assert (shown.status, "aaaa-bbbb" in await shown.text()) == (200, True)
    assert shown.headers["cache-control"] == "no-store"
    assert any(one.startswith(f"__Host-console-northwind={NEW};") for one in shown.headers.getall("set-cookie"))


async def test_a_link_by_mail_is_offered_only_where_the_tenant_does(portal: Portal, services: Services) -> None:
    assert (await portal.get(f"{ROOT}/login/magic", headers=portal.browser(None))).status == 404
    assert "Send me a link" not in await (await portal.get(f"{ROOT}/login", headers=portal.browser(None))).text()


async def test_every_address_gets_the_same_answer(portal: Portal, services: Services) -> None:
    services.tenants["northwind"] = TENANTS["northwind"] | {"access": {"magic_link": True}}
    answer(services, "magic", 202, None)
    texts = []
    for email in ("ann@acme.example", "bob@acme.example"):
        sent = await portal.post(f"{ROOT}/login/magic", {"email": email}, headers=portal.browser(None))
        assert sent.status == 200
        texts.append((await sent.text()).replace(email, ""))
    assert texts[0] == texts[1]


async def test_looking_at_a_link_uses_nothing_up(portal: Portal, services: Services) -> None:
    answer(services, "magic/peek", 200, {"email": "ann@acme.example"})
    answer(services, "sessions/magic", 201, {"token": NEW, "expires_at": "2099-01-01T00:00:00Z"})
    looked = await portal.get(f"{ROOT}/magic/{TICKET}", headers=portal.browser(None))
    assert (looked.status, "ann@acme.example" in await looked.text()) == (200, True)
    assert not [one for one in services.heard if one.path == "/internal/sessions/magic"]
    used = await portal.post(f"{ROOT}/magic/{TICKET}", headers=portal.browser(None))
    assert (used.status, used.headers["location"]) == (303, f"{ROOT}/")


async def test_the_way_to_a_company_is_a_page_that_leads_on_and_back_with_what_was_kept(
    portal: Portal, services: Services
) -> None:
    there = "https://id.acme.example/authorize?state=s"
    answer(services, "oidc/begin", 200, {"url": there, "kept": "sealed"})
    leave = await portal.post(f"{ROOT}/login/company", {"email": "ann@acme.example"}, headers=portal.browser(None))
    assert (leave.status, leave.headers["refresh"]) == (200, f"0;url={there}")
    assert leave.headers["set-cookie"].startswith("__Host-company-northwind=sealed;")
    assert services.last("/internal/oidc/begin").json["root"] == f"{portal.origin}{ROOT}"
    answer(services, "sessions/oidc", 201, {"token": NEW, "expires_at": "2099-01-01T00:00:00Z"})
    headers = portal.browser("sealed", "__Host-company-northwind")
    back = await portal.get(f"{ROOT}/account/oidc/callback?code=c&state=s", headers=headers)
    assert (back.status, back.headers["location"]) == (303, f"{ROOT}/")
    sent = services.last("/internal/sessions/oidc").json
    assert (sent["kept"], sent["state"], sent["code"]) == ("sealed", "s", "c")
    answer(services, "sessions/oidc", 401, {"title": "Your company said no."})
    no = await portal.get(f"{ROOT}/account/oidc/callback?error=access_denied", headers=headers)
    assert (no.status, "Your company said no." in await no.text()) == (401, True)


async def test_ones_own_page_shows_sessions_and_says_what_each_is(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/me/sessions")] = (200, {"items": [SESSION, SESSION | {"current": False}]})
    services.answers[("GET", "/api/v1/me/security")] = (200, SECURITY)
    text = await (await portal.get(f"{ROOT}/account/security")).text()
    assert "Firefox on Linux" in text
    assert text.count("This one") == 1
    assert "Signing PIN" not in text
    assert "Firefox on Linux" in await (await portal.staff("GET", f"{ROOT}/console/security")).text()
