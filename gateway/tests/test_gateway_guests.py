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


TOKEN = "t" * 40
CALLER = {
    "kind": "contact", "tenant_id": TENANTS["northwind"]["id"], "id": TENANTS["brightside"]["id"], "name": "Str",
    "organisation_id": TENANTS["brightside"]["id"], "modules": ["cases"],
}  # fmt: skip
CONFIRMED = {"caller": CALLER, "email": "s@e.example", "name": "Str", "subject": "No tone", "body": "Dead."}
GUEST = {"accept": "text/html"}


@pytest.fixture
def taking(services: Services) -> Services:
    services.tenants["northwind"] = TENANTS["northwind"] | {"access": {"guest_requests": True}}
    services.answers |= {
        ("POST", "/internal/requests"): (202, {"received": True}),
        ("POST", "/internal/requests/look"): (200, {"email": "s@e.example", "subject": "No tone"}),
        ("POST", "/internal/requests/confirm"): (200, CONFIRMED),
        ("POST", "/internal/cases/from-guest"): (201, {"reference": "CASE-7"}),
        ("POST", "/api/v1/invitations"): (200, {"sent": True}),
        ("POST", "/internal/captchas"): (200, {"fresh": True}),
    }
    return services


async def test_a_request_is_a_letter_first_f054(portal: Portal, taking: Services) -> None:
    page = await (await portal.get(f"{ROOT}/request?subject=Tone", headers=GUEST)).text()
    assert 'value="Tone"' in page
    assert 'name="captcha"' in page
    form = {"name": "Str", "email": "s@e.example", "subject": "No tone", "body": "Dead.", "idempotency_key": "k" * 12}
    sent = await portal.post(f"{ROOT}/request", form, headers=portal.browser(None))
    assert sent.headers["location"] == f"{ROOT}/request/sent"
    heard = taking.last("/internal/requests")
    assert (heard.json["email"], heard.json["proven"]) == ("s@e.example", False)
    assert "Check your mail" in await (await portal.get(f"{ROOT}/request/sent", headers=GUEST)).text()
    assert "POST /api/v1/cases" not in taking.paths()


async def test_a_refused_form_keeps_what_was_typed_f054(portal: Portal, taking: Services) -> None:
    problem = {"title": "No.", "errors": [{"field": "email", "detail": "is no address"}]}
    taking.answers[("POST", "/internal/requests")] = (422, problem)
    form = {"name": "Str", "email": "nonsense", "subject": "No tone", "body": "Dead as a post."}
    page = await (await portal.post(f"{ROOT}/request", form, headers=portal.browser(None))).text()
    assert [word for word in ("is no address", "nonsense", "Dead as a post.") if word not in page] == []


async def test_looking_at_the_link_does_nothing_and_the_button_opens_one_case_f054(
    portal: Portal, taking: Services
) -> None:
    confirm = f"{ROOT}/request/confirm/{TOKEN}"
    assert "No tone" in await (await portal.get(confirm, headers=GUEST)).text()
    assert taking.paths() == []
    for _ in range(2):
        page = await (await portal.post(confirm, {}, headers=portal.browser(None))).text()
        assert "CASE-7" in page
        assert "need to sign in" in page
        assert "An invitation" in page
    opened = [one for one in taking.heard if one.path == "/internal/cases/from-guest"]
    assert len({one.headers["idempotency-key"] for one in opened}) == 1
    caller = portal.caller(opened[0], "cases")
    assert caller.kind == "system"
    wanted = {"name": "Str", "email": "s@e.example", "subject": "No tone", "body": "Dead."}
    assert opened[0].json == wanted | {"contact_id": CALLER["id"], "organisation_id": CALLER["organisation_id"]}
    invited = taking.last("/api/v1/invitations").json
    assert invited == {"email": "s@e.example", "name": "Str", "reference": "CASE-7"}


async def test_a_link_that_is_over_says_so_f054(portal: Portal, taking: Services) -> None:
    taking.answers[("POST", "/internal/requests/look")] = (404, {"title": "Over."})
    taking.answers[("POST", "/internal/requests/confirm")] = (404, {"title": "Over."})
    for answer in (
        await portal.get(f"{ROOT}/request/confirm/{TOKEN}", headers=GUEST),
        await portal.post(f"{ROOT}/request/confirm/{TOKEN}", {}, headers=portal.browser(None)),
    ):
        assert answer.status == 404
        assert "used already or is no longer good" in await answer.text()
    assert taking.paths() == []


async def test_where_no_requests_are_taken_there_is_no_page_f054(portal: Portal, taking: Services) -> None:
    for changed in ({"access": {}}, {"access": {"guest_requests": True}, "modules": ["articles"]}):
        taking.tenants["northwind"] = TENANTS["northwind"] | changed
        portal.parts.tenants._tenants._kept.clear()
        for path in ("/request", "/request/sent", f"/request/confirm/{TOKEN}"):
            assert (await portal.get(f"{ROOT}{path}", headers=GUEST)).status == 404
