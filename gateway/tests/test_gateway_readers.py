"""For whom a page is written: the language and the zone a browser says or chose."""

import re

import aiohttp
import pytest

from gateway.testing import CASE_ID, Portal, Services, case, case_view

ROOT = "/portal/northwind"
NOTHING = {"items": [], "next": None, "total": {"count": 0, "capped": False}, "choices": None}
ARABIC = {"accept-language": "ar-EG,ar;q=0.9,en;q=0.8"}


async def login(portal: Portal, **headers: str) -> str:
    return await (await portal.get(f"{ROOT}/login", headers=portal.browser(None) | headers)).text()


def direction(page: str) -> tuple[str, str]:
    found = re.search(r'<html lang="([^"]*)" dir="([^"]*)">', page)
    assert found, page[:200]
    return found.group(1), found.group(2)


async def test_a_page_is_written_in_the_language_the_browser_asks_for(portal: Portal) -> None:
    page = await login(portal, **ARABIC)
    assert direction(page) == ("ar-EG", "rtl")
    assert "تسجيل الدخول إلى بوابتك" in page
    assert direction(await login(portal)) == ("en", "ltr")


async def test_a_language_that_was_chosen_goes_before_the_one_asked_for(portal: Portal) -> None:
    assert direction(await login(portal, cookie="portico-language=ar")) == ("ar", "rtl")
    assert direction(await login(portal, cookie="portico-language=en", **ARABIC)) == ("en", "ltr")
    # The region the browser names with it stays: it says how dates are written.
    asked = {"accept-language": "de,en-GB;q=0.9", "cookie": "portico-language=en"}
    assert direction(await login(portal, **asked)) == ("en-GB", "ltr")


@pytest.mark.parametrize("said", ["tlh", "../../etc/passwd", "%00", ""])
async def test_a_language_nobody_knows_is_passed_over(portal: Portal, said: str) -> None:
    assert direction(await login(portal, cookie=f"portico-language={said}")) == ("en", "ltr")


async def choose(portal: Portal, language: str, back: str) -> aiohttp.ClientResponse:
    return await portal.post(f"{ROOT}/language", {"language": language, "next": back})


async def test_choosing_a_language_is_remembered_and_leads_back(portal: Portal) -> None:
    answer = await choose(portal, "ar", "/cases?q=tone")
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/cases?q=tone")
    cookie = answer.cookies["portico-language"]
    assert (cookie.value, cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("ar", "/", True, "lax")


async def test_it_remembers_no_language_that_there_is_not(portal: Portal) -> None:
    assert "portico-language" not in (await choose(portal, "tlh", "/")).cookies


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "", "cases"])
async def test_choosing_a_language_leads_nowhere_else(portal: Portal, back: str) -> None:
    assert (await choose(portal, "ar", back)).headers["location"] == f"{ROOT}/"


async def test_the_foot_of_a_page_offers_the_other_language_and_the_way_back(
    portal: Portal, services: Services
) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING)
    page = await (await portal.get(f"{ROOT}/cases?q=tone")).text()
    assert 'name="language" value="ar" lang="ar"' in page
    assert 'name="next" value="/cases?q=tone"' in page
    assert 'value="en"' not in page


async def test_the_console_stays_in_the_language_it_is_written_in(portal: Portal) -> None:
    answer = await portal.get(f"{ROOT}/console/login", headers=portal.browser(None) | ARABIC)
    assert direction(await answer.text()) == ("en", "ltr")


async def test_what_went_wrong_is_said_in_the_readers_language(portal: Portal) -> None:
    answer = await portal.get(f"{ROOT}/nowhere", headers=portal.browser() | ARABIC)
    page = await answer.text()
    assert (answer.status, direction(page)) == (404, ("ar-EG", "rtl"))
    assert "لا شيء هنا، أو ليس لك أن تراه." in page


async def times(portal: Portal, services: Services, cookie: str) -> list[tuple[str, str]]:
    """Title and words of the times on a case's page."""
    services.answers[("GET", f"/api/v1/cases/{CASE_ID}")] = (200, case_view())
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    headers = portal.browser()
    headers["cookie"] += f"; {cookie}"
    page = await (await portal.get(f"{ROOT}/cases/{CASE_ID}", headers=headers)).text()
    return re.findall(r'<time [^>]*title="([^"]*)">([^<]*)</time>', page)


async def test_times_are_those_of_the_readers_clock_and_name_their_zone(portal: Portal, services: Services) -> None:
    title, words = (await times(portal, services, "portico-zone=Asia/Tokyo"))[0]
    assert case()["created_at"] == "2026-11-20T08:00:00Z"
    assert "5:00" in words
    assert title.endswith("Japan Standard Time")


@pytest.mark.parametrize("said", ["Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "x" * 300, ""])
async def test_a_zone_nobody_knows_leaves_the_installations(portal: Portal, services: Services, said: str) -> None:
    title, words = (await times(portal, services, f"portico-zone={said}"))[0]
    assert "8:00" in words
    assert title.endswith("Coordinated Universal Time")


async def test_a_search_for_articles_that_finds_nothing_leads_to_a_new_case_f090(
    portal: Portal, services: Services
) -> None:
    """For a contact, whose words go along; the page is there for guests, too."""
    nothing = {"items": [], "next": None, "total": {"count": 0, "capped": False}, "categories": []}
    services.answers[("GET", "/api/v1/articles")] = (200, nothing)
    for headers in (portal.browser(), portal.browser(None)):
        answer = await portal.get(f"{ROOT}/articles?q=blue", headers=headers)
        assert answer.status == 200, headers
        assert f'href="{ROOT}/cases/new?subject=blue"' in await answer.text()
