"""F054: what is to be had without logging in."""

import pytest

from gateway.testing import TENANTS, Portal, Services

ROOT = "/portal/northwind"
ARTICLE = {
    "id": "1", "slug": "reset-router", "title": "Reset the router", "summary": "Hold it.", "category": "Network",
    "updated_at": "2026-11-20T08:00:00Z", "excerpt_html": None, "body_html": "<p>Hold ten seconds.</p>",
}  # fmt: skip


@pytest.fixture
def services(services: Services) -> Services:
    listed = {"items": [ARTICLE], "next": None, "total": {"count": 1, "capped": False}, "categories": ["Network"]}
    services.answers |= {
        ("GET", "/api/v1/articles"): (200, listed),
        ("GET", "/api/v1/articles/reset-router"): (200, ARTICLE),
    }
    return services


async def test_a_guest_searches_and_reads_articles_without_logging_in_f054(portal: Portal, services: Services) -> None:
    listed = await portal.get(f"{ROOT}/articles?q=router", headers={"accept": "text/html"})
    assert listed.status == 200
    assert "Reset the router" in (page := await listed.text())
    assert f'href="{ROOT}/login"' in page
    heard = services.last("/api/v1/articles")
    assert "q=router" in heard.query
    caller = portal.caller(heard, "knowledge")
    assert (caller.kind, caller.id, str(caller.tenant_id)) == ("guest", None, TENANTS["northwind"]["id"])
    article = await portal.get(f"{ROOT}/articles/reset-router", headers={"accept": "text/html"})
    assert "Hold ten seconds." in await article.text()


async def test_a_contact_reads_them_as_themselves_f054(portal: Portal, services: Services) -> None:
    page = await (await portal.get(f"{ROOT}/articles")).text()
    assert "Ann Archer" in page
    assert portal.caller(services.last("/api/v1/articles"), "knowledge").name == "Ann Archer"


async def test_where_the_module_is_off_guests_find_nothing_f018_f054(portal: Portal, services: Services) -> None:
    services.tenants["northwind"] = TENANTS["northwind"] | {"modules": ["cases"]}
    for path in ("/articles", "/articles/reset-router"):
        assert (await portal.get(f"{ROOT}{path}", headers={"accept": "text/html"})).status == 404
    assert services.paths() == []


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/new", "/documents", "/invoices", "/welcome"])
async def test_everything_else_still_asks_who_it_is_f054(portal: Portal, path: str) -> None:
    answer = await portal.get(f"{ROOT}{path}", headers={"accept": "text/html"})
    assert (answer.status, answer.headers["location"].split("?")[0]) == (303, f"{ROOT}/login")
