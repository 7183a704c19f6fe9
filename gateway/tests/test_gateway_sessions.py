"""Logging in and out, cookies, and changes that did not begin on our own pages."""

import asyncio
import time

import pytest

from gateway.recent import Recent
from gateway.sessions import safe_next
from gateway.testing import ANNS, SAMS, Portal, Services, case_view

ROOT = "/portal/northwind"
WORDS = {"email": "ann@acme.example", "password": "correct horse"}
NEW = "new-" + "n" * 40


def let_in(services: Services, token: str = NEW) -> None:
    services.answers[("POST", "/internal/sessions")] = (201, {"token": token, "expires_at": "2099-01-01T00:00:00Z"})


async def test_logging_in_sets_a_cookie_no_script_and_no_other_host_reads_f032(
    portal: Portal, services: Services
) -> None:
    let_in(services)
    answer = await portal.post(f"{ROOT}/login", WORDS | {"next": "/cases/CASE-7?x=1"}, headers=portal.browser(None))
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/cases/CASE-7?x=1")
    flags = set(answer.headers["set-cookie"].lower().split("; "))
    assert f"__host-portal-northwind={NEW}" in flags
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)
    asked = services.last("/internal/sessions").json
    assert (asked["audience"], asked["email"], asked["ip"]) == ("portal", WORDS["email"], "127.0.0.1")


async def test_staff_have_a_cookie_of_their_own(portal: Portal, services: Services) -> None:
    let_in(services)
    answer = await portal.post(f"{ROOT}/console/login", WORDS, headers=portal.browser(None))
    assert answer.headers["location"] == f"{ROOT}/console"
    assert answer.headers["set-cookie"].startswith("__Host-console-northwind=")
    assert (await portal.get(f"{ROOT}/console", headers=portal.browser(ANNS))).status == 303


@pytest.mark.parametrize(
    ("status", "title", "extra"),
    [(401, "The address or the password is not right.", {}), (429, "Too many tries.", {"retry-after": "60"})],
)
async def test_a_refused_login_keeps_the_address_and_never_the_password(
    portal: Portal, services: Services, status: int, title: str, extra: dict[str, str]
) -> None:
    services.answers[("POST", "/internal/sessions")] = (status, {"title": title, "detail": title})
    answer = await portal.post(f"{ROOT}/login", WORDS, headers=portal.browser(None))
    text = await answer.text()
    assert (answer.status, text.count(title)) == (status, 1)
    assert WORDS["email"] in text
    assert WORDS["password"] not in text
    assert "set-cookie" not in answer.headers


async def test_logging_in_again_ends_the_session_before(portal: Portal, services: Services) -> None:
    let_in(services)
    await portal.post(f"{ROOT}/login", WORDS)
    assert services.last("/internal/sessions/end").json == {"token": ANNS}
    assert ANNS not in services.sessions


async def test_logging_out_ends_it_here_at_once(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1")] = (200, case_view())
    assert (await portal.get(f"{ROOT}/cases/CASE-1")).status == 200
    answer = await portal.post(f"{ROOT}/logout")
    assert answer.headers["location"] == f"{ROOT}/login?done=signed-out"
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await portal.get(f"{ROOT}/cases/CASE-1")).status == 303


async def test_a_page_leads_to_the_login_and_back(portal: Portal) -> None:
    answer = await portal.get(f"{ROOT}/cases?scope=all", headers=portal.browser(None))
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/login?next=%2Fcases%3Fscope%3Dall")
    assert (await portal.get(f"{ROOT}/cases", headers={"hx-request": "true"})).status == 401


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\r\nb",
        "evil",
        "/ x",
        "/\tx",
        "/logout",
        "/login?next=/",
    ],
)
def test_next_leads_nowhere_else(asked: str) -> None:
    assert safe_next(asked, "portal") == "/"
    assert safe_next(asked, "console") == "/console"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {},
    ],
)
async def test_a_change_from_elsewhere_is_refused(portal: Portal, services: Services, headers: dict[str, str]) -> None:
    cookie = {"cookie": f"__Host-portal-northwind={ANNS}"}
    for path in (f"{ROOT}/cases/CASE-1/close", f"{ROOT}/api/v1/cases", f"{ROOT}/login", f"{ROOT}/logout"):
        answer = await portal.post(path, headers=cookie | headers)
        assert answer.status == 403, path
    assert services.paths() == []
    assert ANNS in services.sessions


async def test_an_old_browser_that_sends_only_its_origin_passes(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/api/v1/cases")] = (201, {})
    headers = {"cookie": f"__Host-portal-northwind={ANNS}", "origin": portal.origin}
    assert (await portal.post(f"{ROOT}/api/v1/cases", headers=headers)).status == 201


async def test_a_disabled_contact_is_out_within_five_seconds(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, {})
    path = f"{ROOT}/api/v1/cases"
    assert (await portal.get(path)).status == 200
    del services.sessions[ANNS]
    began = time.monotonic()
    while (await portal.get(path)).status == 200:
        await asyncio.sleep(0.2)
        assert time.monotonic() - began < 5


async def test_identity_is_asked_once_for_many_at_the_same_time(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, {})
    await asyncio.gather(*(portal.get(f"{ROOT}/api/v1/cases") for _ in range(20)))
    asked = [one for one in services.heard if one.path == "/internal/sessions/resolve"]
    assert len(asked) == 1


async def test_a_failed_answer_is_not_kept() -> None:
    recent: Recent[str, int] = Recent()
    away = iter([True, False])

    async def ask() -> int:
        if next(away):
            raise OSError("away")
        return 7

    with pytest.raises(OSError, match="away"):
        await recent.get("key", ask)
    assert await recent.get("key", ask) == 7
    assert await recent.get("key", ask) == 7


async def test_the_console_is_not_the_portal(portal: Portal) -> None:
    answer = await portal.get(f"{ROOT}/cases", headers=portal.browser(SAMS))
    assert answer.status == 303
