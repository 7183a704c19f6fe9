"""F084, F091-F093: one search over every module, and the ways to it from the first page."""

from typing import Any

from gateway.testing import ANNS, NORTHWIND, Portal, Services, case, contact

ROOT = "/portal/northwind"
NOTHING: dict[str, Any] = {"items": [], "next": None, "total": {"count": 0, "capped": False}}
SEARCHED = ("cases", "articles", "invoices", "documents", "projects")


async def test_it_asks_every_module_at_once_and_groups_what_is_found_f091(portal: Portal, services: Services) -> None:
    """F091: a module that is away says so, one without a hit has no group, one with more leads on to its list."""
    many = {"items": [case()], "next": "c", "total": {"count": 1000, "capped": True}}
    services.answers[("GET", "/api/v1/cases")] = (200, many)
    for module in ("articles", "invoices", "documents"):
        services.answers[("GET", f"/api/v1/{module}")] = (200, NOTHING)
    services.answers[("GET", "/api/v1/projects")] = (503, {"title": "Away."})
    text = await (await portal.get(f"{ROOT}/search?q=+Router+12+")).text()
    assert sorted(services.paths()) == sorted(f"GET /api/v1/{module}" for module in SEARCHED)
    assert services.last("/api/v1/cases").query == "q=Router+12&limit=5&scope=all"
    assert [
        word for word in ("No dial tone", "All 1,000+", "Could not be searched", "q=Router+12") if word not in text
    ] == []
    assert 'id="h-articles"' not in text
    assert "Nothing found" not in text


async def test_nothing_is_asked_before_there_is_a_word_and_nothing_found_says_so_f092(
    portal: Portal, services: Services
) -> None:
    text = await (await portal.get(f"{ROOT}/search?q=++")).text()
    assert services.paths() == []
    assert "Amounts and dates are not searched" in text
    assert "Nothing found" not in text
    for module in SEARCHED:
        services.answers[("GET", f"/api/v1/{module}")] = (200, NOTHING)
    assert "Nothing found" in await (await portal.get(f"{ROOT}/search?q=1,234.56")).text()


async def test_the_first_page_leads_to_uploading_opening_and_open_cases_f084_f090(
    portal: Portal, services: Services
) -> None:
    for module in ("cases", "articles", "invoices"):
        services.answers[("GET", f"/api/v1/{module}")] = (200, NOTHING)
    text = await (await portal.get(f"{ROOT}/")).text()
    ways = ("/documents?add=1#add", "/cases/new", "/cases?scope=mine&amp;status=new&amp;status=in_progress", "/search")
    assert [way for way in ways if f"{ROOT}{way}" not in text] == []


async def test_who_has_two_modules_sees_and_searches_those_two_f093(portal: Portal, services: Services) -> None:
    services.sessions[ANNS]["caller"] = contact(NORTHWIND, "Ann Archer") | {"modules": ["cases", "articles"]}
    for module in SEARCHED:
        services.answers[("GET", f"/api/v1/{module}")] = (200, NOTHING)
    text = await (await portal.get(f"{ROOT}/search?q=router")).text()
    assert sorted(services.paths()) == ["GET /api/v1/articles", "GET /api/v1/cases"]
    tabs = text.split("<nav")[1].split("</nav>")[0]
    assert [module for module in SEARCHED if f"{ROOT}/{module}" in tabs] == ["cases", "articles"]
