"""Setting the portal up in the console, and what contacts see first."""

import pytest

from gateway.testing import TENANTS, Portal, Services

ROOT = "/portal/northwind"
KEY = {"key": "pk_" + "q" * 24, "revoked_at": None, "expires_at": None}
SETTINGS = {
    "name": "Northwind", "slug": "northwind", "hosts": ["help.northwind.example"], "accent": "#ffee00",
    "portal_url": "http://localhost/portal/northwind", "accent_dark": None, "support_email": "a@b.example",
    "modules": ["cases"], "scopes": {"cases": "own"}, "logo_url": None, "version": 4, "access": {},
    "company": {"address": ["1 Wharf Road", "London"], "phone": "123", "website": ""}, "landing": "home", "welcome": "",
}  # fmt: skip
LOGO = {"name": "logo", "ok": False, "needed": False, "sentence": "Choose a logo."}


@pytest.fixture
def services(services: Services) -> Services:
    checks = {"checks": [{"name": "company", "ok": True, "needed": True, "sentence": ""}, LOGO], "installed_at": None}
    answers = {
        "portal/checks": checks, "portal-settings": SETTINGS, "keys": {"items": [KEY]},
        "mails/outgoing": {"answers": True},
    }  # fmt: skip
    services.answers |= {("GET", f"/api/v1/{path}"): (200, answer) for path, answer in answers.items()}
    return services


async def test_the_page_has_the_snippet_to_copy_and_leads_to_the_portal_f002_f003_f004(portal: Portal) -> None:
    page = await (await portal.staff("GET", f"{ROOT}/console/setup")).text()
    link = f"{portal.origin}/account/login?api_key={KEY['key']}"
    assert f"&lt;a href=&#34;{link}&#34;&gt;Get support&lt;/a&gt;" in page
    assert page.count(f"&lt;a href=&#34;{link}") == 3
    assert f'href="{link}" target="_blank"' in page
    port = portal.origin.rpartition(":")[2]
    for address in ("http://localhost/portal/northwind", f"http://help.northwind.example:{port}"):
        assert f'<a href="{address}">' in page
    assert page.count("data-copy=") == page.count("<textarea") == 4


async def test_what_misses_is_listed_and_whoever_sets_up_anyway_says_so_f007_f008(
    portal: Portal, services: Services
) -> None:
    page = await (await portal.staff("GET", f"{ROOT}/console/setup")).text()
    assert "The portal has a logo: not yet" in page
    assert 'name="anyway"' in page
    title = "The portal is not ready yet."
    services.answers[("POST", "/api/v1/portal/install")] = (409, {"title": title, "detail": "Choose a logo."})
    refused = await portal.staff("POST", f"{ROOT}/console/setup", data={})
    assert refused.status == 409
    assert "Choose a logo." in await refused.text()
    services.answers[("POST", "/api/v1/portal/install")] = (200, {})
    done = await portal.staff("POST", f"{ROOT}/console/setup", data={"anyway": "yes", "idempotency_key": "12345678"})
    assert done.headers["location"] == f"{ROOT}/console/setup?done=installed"
    heard = services.last("/api/v1/portal/install")
    assert (heard.json, heard.headers["idempotency-key"]) == ({"anyway": True}, "12345678")


async def test_an_agent_finds_no_such_page_f021(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/portal/checks")] = (404, {"title": "There is nothing here."})
    for path in ("setup", "setup/company"):
        assert (await portal.staff("GET", f"{ROOT}/console/{path}")).status == 404


async def test_a_link_for_registered_users_leads_through_the_login_to_its_page_o4(
    portal: Portal, services: Services
) -> None:
    """O+4: who follows it logs in first, and lands on no other site."""
    page = await (await portal.staff("GET", f"{ROOT}/console/setup?to=/cases/new")).text()
    assert f"api_key={KEY['key']}&amp;next=%2Fcases%2Fnew" in page
    assert "evil" not in await (await portal.staff("GET", f"{ROOT}/console/setup?to=//evil.example")).text()
    services.tenants["northwind"] = TENANTS["northwind"]
    key = "pk_" + "p" * 24
    followed = await portal.get(f"/account/login?api_key={key}&next=/cases/new", headers={})
    assert followed.headers["location"] == f"{ROOT}/login?next=%2Fcases%2Fnew"
    elsewhere = await portal.get(f"/account/login?api_key={key}&next=//evil.example", headers={})
    assert elsewhere.headers["location"] == f"{ROOT}/login"


async def test_the_company_is_kept_with_its_version_and_nothing_else_changes_f009_f013(
    portal: Portal, services: Services
) -> None:
    page = await (await portal.staff("GET", f"{ROOT}/console/setup/company")).text()
    assert "1 Wharf Road\nLondon" in page
    services.answers[("PUT", "/api/v1/portal-settings")] = (200, SETTINGS)
    form = {"address": "2 Quay\r\n\r\nLeith ", "phone": "9", "website": "", "landing": "welcome", "welcome": "# Hi"}
    answer = await portal.staff("POST", f"{ROOT}/console/setup/company", data=form | {"version": "4"})
    assert answer.headers["location"].endswith("/console/setup/company?done=saved")
    heard = services.last("/api/v1/portal-settings")
    assert heard.headers["if-match"] == '"4"'
    kept = {name: SETTINGS[name] for name in ("name", "accent", "accent_dark", "support_email", "modules", "scopes")}
    company = {"address": ["2 Quay", "Leith"], "phone": "9", "website": ""}
    assert heard.json == kept | {"company": company, "landing": "welcome", "welcome": "# Hi"}
    document = {"title": "No.", "errors": [{"field": "company.phone", "detail": "is too long"}]}
    services.answers[("PUT", "/api/v1/portal-settings")] = (422, document)
    refused = await portal.staff("POST", f"{ROOT}/console/setup/company", data=form | {"version": "4"})
    assert "is too long" in (text := await refused.text())
    assert "2 Quay" in text


@pytest.mark.parametrize(
    ("landing", "asked", "lands"),
    [
        ("home", "", "/"),
        ("details", "", "/account"),
        ("details", "/invoices", "/invoices"),
        ("welcome", "", "/welcome"),
        ("welcome", "/cases", "/cases"),
        ("welcome", "//evil.example", "/welcome"),
    ],
)
async def test_after_the_login_the_chosen_page_opens_unless_another_was_asked_for_f013(
    portal: Portal, services: Services, landing: str, asked: str, lands: str
) -> None:
    services.tenants["northwind"] = TENANTS["northwind"] | {"landing": landing, "welcome": "Hello"}
    services.answers[("POST", "/internal/sessions")] = (201, {"token": "t" * 32})
    form = {"email": "ann@acme.example", "password": "p", "next": asked}
    answer = await portal.post(f"{ROOT}/login", form, headers=portal.browser(None))
    assert answer.headers["location"] == ROOT + lands


async def test_the_welcome_is_the_tenants_text_made_safe_f013(portal: Portal, services: Services) -> None:
    markdown = "## Our offer\n<script>alert(1)</script> [Shop](https://shop.example) [x](javascript:alert(1))"
    company = {"address": ["1 Wharf Road"], "phone": "123"}
    services.tenants["northwind"] = TENANTS["northwind"] | {"welcome": markdown, "company": company}
    page = await (await portal.get(f"{ROOT}/welcome")).text()
    assert "<h2>Our offer</h2>" in page
    assert 'href="https://shop.example"' in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "Northwind Telecom · 1 Wharf Road · 123" in page
    services.tenants["northwind"] = TENANTS["northwind"]
    portal.parts.tenants._tenants._kept.clear()
    assert (await portal.get(f"{ROOT}/welcome")).headers["location"] == f"{ROOT}/"


async def test_host_names_are_claimed_looked_for_and_given_up_f005(portal: Portal, services: Services) -> None:
    host = {"host": "help.n.example", "state": "claimed", "record_name": "_portico.help.n.example"}
    host |= {"record_value": "portico-verification=t", "ends_at": "2027-01-01T00:00:00Z"}
    title = "The record that proves this name was not found."
    services.answers |= {
        ("GET", "/api/v1/hosts"): (200, {"items": [host]}),
        ("POST", "/api/v1/hosts"): (422, {"title": "No.", "errors": [{"field": "host", "detail": "must be a name"}]}),
        ("POST", "/api/v1/hosts/help.n.example/check"): (409, {"title": title}),
        ("DELETE", "/api/v1/hosts/help.n.example"): (204, None),
    }
    hosts = f"{ROOT}/console/setup/hosts"
    page = await (await portal.staff("GET", hosts)).text()
    assert 'value="_portico.help.n.example"' in page
    assert 'value="portico-verification=t"' in page
    refused = await portal.staff("POST", hosts, data={"host": "https://x"})
    assert 'value="https://x"' in (text := await refused.text())
    assert "must be a name" in text
    assert title in await (await portal.staff("POST", f"{hosts}/check", data={"host": "help.n.example"})).text()
    assert "Give up help.n.example?" in await (await portal.staff("GET", f"{hosts}/release?host=help.n.example")).text()
    given_up = await portal.staff("POST", f"{hosts}/release", data={"host": "help.n.example"})
    assert given_up.headers["location"] == f"{hosts}?done=host-released"
    assert (await portal.staff("POST", f"{hosts}/check", data={"host": "../../keys"})).status == 404
    assert not any("keys" in one.path for one in services.heard)
