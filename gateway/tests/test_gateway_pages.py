"""Portal pages: what they ask of the services and what they show."""

from typing import Any

from gateway.testing import CASE_ID, Portal, Services, case, case_view

ROOT = "/portal/northwind"
NOTHING: dict[str, Any] = {"items": [], "next": None, "total": {"count": 0, "capped": False}}


async def test_home_asks_three_services_and_greets(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING | {"items": [case()]})
    answer = await portal.get(ROOT + "/")
    assert answer.status == 200
    text = await answer.text()
    assert "Hello, Ann" in text
    assert "CASE-1042" in text
    assert sorted(services.paths()) == ["GET /api/v1/articles", "GET /api/v1/cases", "GET /api/v1/invoices"]


async def test_the_list_passes_its_filters_on(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING | {"items": [case()], "next": "c2"})
    answer = await portal.get(ROOT + "/cases?scope=all&status=new&status=waiting&q=tone")
    assert answer.status == 200
    assert services.last("/api/v1/cases").query == "scope=all&status=new&status=waiting&q=tone&sort=-updated_at"
    assert "No dial tone" in await answer.text()


async def test_a_case_shows_its_conversation(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view())
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    answer = await portal.get(ROOT + "/cases/CASE-1042")
    assert answer.status == 200
    assert "Dead." in await answer.text()
    assert services.last("/api/v1/documents").query == f"case_id={CASE_ID}&limit=100"


async def test_denied_and_missing_are_the_same_page(portal: Portal, services: Services) -> None:
    answer = await portal.get(ROOT + "/cases/CASE-1")
    other = await portal.get(ROOT + "/nowhere")
    assert (answer.status, other.status) == (404, 404)
    assert services.paths() == ["GET /api/v1/cases/CASE-1"]
