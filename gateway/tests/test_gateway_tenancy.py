"""Whose portal an address is, and what comes in with it."""

import pytest

from gateway.testing import (
    ANNS,
    BRIGHTSIDE,
    NORTHWIND,
    PUBLISHABLE_KEY,
    TENANTS,
    Portal,
    Services,
    everybody,
    running,
)

ROOT = "/portal/northwind"


async def test_the_public_link_leads_to_the_clean_address_f001(portal: Portal) -> None:
    answer = await portal.get(f"/account/login?api_key={PUBLISHABLE_KEY}")
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/login")


@pytest.mark.parametrize(
    "path",
    [
        "/account/login?api_key=pk_wrongwrongwrongwrongwron",
        "/account/login?api_key=%27%3B--",
        "/account/login",
        "/portal/nobody/login",
        "/portal/Northwind/login",
        "/portal/..%2Fnorthwind/login",
        "/portal/",
        "/",
        "/login",
    ],
)
async def test_a_wrong_address_names_no_tenant_f001(portal: Portal, path: str) -> None:
    answer = await portal.get(path)
    assert answer.status == 404
    text = await answer.text()
    assert "There is no portal at this address" in text
    assert "Northwind" not in text


async def test_a_suspended_tenants_portal_is_gone_within_five_seconds(portal: Portal, services: Services) -> None:
    assert (await portal.get(f"{ROOT}/login", headers={})).status == 200
    kept = portal.parts.tenants._tenants
    assert kept._seconds <= 3
    kept._kept.clear()
    del services.tenants["northwind"]
    assert (await portal.get(f"{ROOT}/login", headers={})).status == 404


async def test_a_host_of_the_tenants_own_needs_no_prefix_f005(portal: Portal, services: Services) -> None:
    services.hosts["help.northwind.example"] = TENANTS["northwind"]
    at_home = {"host": "help.northwind.example", "accept": "text/html"}
    answer = await portal.get("/", headers=at_home)
    assert (answer.status, answer.headers["location"]) == (303, "/login")
    assert (await portal.get("/login", headers=at_home)).status == 200
    assert (await portal.get("/portal/brightside/login", headers=at_home)).status == 404
    for nobodys in ("evil.example", "[::1", "ev il", "[", ""):
        assert (await portal.get("/login", headers={"host": nobodys})).status == 404, nobodys


async def test_below_our_own_name_the_first_label_is_the_tenant_f004() -> None:
    services = everybody()
    services.hosts["deep.northwind.portal.example.com"] = TENANTS["brightside"]
    async with running(services, subdomains_of="portal.example.com") as portal:
        for host in ("northwind.portal.example.com", "Northwind.Portal.example.com:8700"):
            at_home = {"host": host, "accept": "text/html"}
            assert (await portal.get("/", headers=at_home)).headers["location"] == "/login"
            assert "Northwind Telecom" in await (await portal.get("/login", headers=at_home)).text()
            link = await portal.get(f"/account/login?api_key={PUBLISHABLE_KEY}", headers=at_home)
            assert link.headers["location"] == "/login"
            assert (await portal.get("/portal/brightside/login", headers=at_home)).status == 404
        nobody = ("nobody", "deep.northwind", "-", "")
        for host in (*(f"{label}.portal.example.com" for label in nobody), "xportal.example.com", "portal.example.com"):
            answer = await portal.get("/login", headers={"host": host, "accept": "text/html"})
            assert answer.status == 404, host
            assert "There is no portal at this address" in await answer.text()
        link = f"/account/login?api_key={PUBLISHABLE_KEY}"
        assert (await portal.get(link, headers={"host": "brightside.portal.example.com"})).status == 404


async def test_without_the_setting_no_subdomain_is_a_tenant_f004(portal: Portal) -> None:
    assert (await portal.get("/login", headers={"host": "northwind.portal.example.com"})).status == 404


async def test_what_only_the_gateway_may_say_is_taken_out(portal: Portal, services: Services) -> None:
    forged = {"X-Portico-Caller": "forged", "x-portico-tenant": BRIGHTSIDE, "X-Forwarded-Host": "evil.example"}
    await portal.get(f"{ROOT}/api/v1/cases", headers=portal.browser() | forged)
    heard = services.last("/api/v1/cases")
    assert [name for name in heard.headers if name.startswith("x-")] == ["x-portico-caller", "x-request-id"]
    assert str(portal.caller(heard, "cases").tenant_id) == NORTHWIND


async def test_a_tenants_root_without_slash_is_its_home(portal: Portal) -> None:
    answer = await portal.get(ROOT)
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/")


async def test_one_tenants_flood_does_not_touch_the_others(portal: Portal) -> None:
    portal.parts.budget._burst, portal.parts.budget._rate = 3.0, 0.5
    statuses = [(await portal.get(f"{ROOT}/login", headers={})).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = await portal.get(f"{ROOT}/api/v1/cases")
    assert (refused.status, refused.content_type) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["retry-after"]) <= 2
    assert (await portal.get("/portal/brightside/login", headers={})).status == 200


async def test_identity_away_is_said_and_nobody_is_let_in(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/internal/sessions/resolve")] = (503, {"title": "Away."})
    answer = await portal.get(f"{ROOT}/cases")
    assert answer.status == 503
    assert ANNS not in await answer.text()


async def test_security_headers_stand_on_every_answer(portal: Portal) -> None:
    for path in (f"{ROOT}/login", "/nowhere", f"{ROOT}/api/v1/cases", f"{ROOT}/nowhere"):
        headers = (await portal.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self' http://localhost:9999; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


async def test_static_files_are_kept_for_good_by_their_hash_f010(portal: Portal) -> None:
    page = await (await portal.get(f"{ROOT}/login", headers={})).text()
    theme = page.split('href="/theme/')[1].split('"')[0]
    for path in ("/static/css/base.css?v=0", f"/theme/{theme}"):
        answer = await portal.get(path, headers={})
        assert answer.status == 200, path
        assert "immutable" in answer.headers["cache-control"]
    assert (await portal.get("/theme/northwind.000000000000.css", headers={})).headers["cache-control"].endswith("60")
    assert (await portal.get("/static/../settings.py", headers={})).status == 404
    assert (await portal.get("/static/nothing.css", headers={})).status == 404
