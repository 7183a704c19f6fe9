"""Company sign-in in the console: what is wrong is said in a sentence, and the secret is never drawn."""

from typing import Any

import pytest

from gateway.testing import ACME, ANN, Portal, Services, contact_overview, organisation

ROOT = "/portal/northwind"
HERE = f"{ROOT}/console/setup/providers"
API = f"/api/v1/organisations/{ACME}/identity-provider"
ISSUER = "https://login.acme.example"
SECRET = "never-to-be-seen"
PROVIDER: dict[str, Any] = {
    "organisation_id": ACME, "organisation_name": "Acme Ltd", "issuer": ISSUER, "client_id": "portico",
    "domains": ["acme.example", "acme.org"], "active": True, "version": 2,
    "redirect_uri": f"https://portal.example{ROOT}/account/oidc/callback",
}  # fmt: skip
TYPED = {
    "organisation_id": ACME, "issuer": ISSUER, "client_id": "portico", "client_secret": SECRET, "active": "yes",
    "domains": "acme.example, acme.org",
}  # fmt: skip
FINE = (200, {"ok": True, "field": None, "sentence": "The provider answers."})
WRONG = (200, {"ok": False, "field": "issuer", "sentence": "The provider calls itself another. Enter exactly that."})


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        ("GET", "/api/v1/identity-providers"): (200, {"items": [PROVIDER]}),
        ("GET", "/api/v1/organisations"): (200, {"items": [organisation()], "next": None}),
        ("GET", f"/api/v1/organisations/{ACME}"): (200, organisation()),
        ("GET", "/api/v1/portal-settings"): (200, {"portal_url": "https://portal.example/portal/northwind"}),
        ("GET", API): (200, PROVIDER),
        ("PUT", API): (200, PROVIDER),
        ("DELETE", API): (204, None),
        ("POST", f"{API}/check"): FINE,
    }
    return services


async def test_the_list_and_the_forms_show_everything_but_the_secret_f032(portal: Portal) -> None:
    for path, words in (
        ("", "acme.example, acme.org"), ("/new", "redirect URI"), (f"/{ACME}", ISSUER), (f"/{ACME}/remove", "Remove"),
    ):  # fmt: skip
        answer = await portal.staff("GET", HERE + path)
        text = await answer.text()
        assert (answer.status, words in text, SECRET in text) == (200, True, False), path
    assert (await portal.get(HERE)).status == 303


async def test_a_company_is_tested_before_it_is_kept_f032(portal: Portal, services: Services) -> None:
    answer = await portal.staff("POST", f"{HERE}/new", data=TYPED)
    assert answer.headers["location"] == f"{HERE}?done=provider-saved"
    checked = services.last(f"{API}/check").json
    assert checked == {"issuer": ISSUER, "client_id": "portico", "client_secret": SECRET}
    kept = next(one.json for one in services.heard if (one.method, one.path) == ("PUT", API))
    assert (kept["domains"], kept["active"]) == (["acme.example", "acme.org"], True)


@pytest.mark.parametrize("path", ["/new", f"/{ACME}"])
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    portal: Portal, services: Services, path: str
) -> None:
    """F032: what was typed stays, but for the secret."""
    services.answers[("POST", f"{API}/check")] = WRONG
    answer = await portal.staff("POST", HERE + path, data=TYPED)
    text = await answer.text()
    assert (answer.status, 'id="error-issuer"' in text, "calls itself another" in text) == (422, True, True)
    assert ("acme.example, acme.org" in text, SECRET in text) == (True, False)
    assert not [one for one in services.heard if one.method == "PUT"]


async def test_one_that_is_switched_off_is_kept_without_a_test(portal: Portal, services: Services) -> None:
    services.answers[("POST", f"{API}/check")] = WRONG
    answer = await portal.staff("POST", f"{HERE}/{ACME}", data=TYPED | {"active": "", "client_secret": ""})
    assert answer.headers["location"] == f"{HERE}?done=saved"
    assert (services.last(API).json["active"], services.last(API).json["client_secret"]) == (False, None)


async def test_one_button_tests_it_one_switches_it_and_one_removes_it(portal: Portal, services: Services) -> None:
    """F032."""
    assert (await portal.staff("POST", f"{HERE}/{ACME}/check")).headers["location"] == f"{HERE}?done=provider-answers"
    services.answers[("POST", f"{API}/check")] = WRONG
    answer = await portal.staff("POST", f"{HERE}/{ACME}/check")
    assert (answer.status, "calls itself another" in await answer.text()) == (422, True)
    for sent, done in (({}, "provider-off"), ({"active": "yes"}, "provider-on")):
        answer = await portal.staff("POST", f"{HERE}/{ACME}/active", data=sent)
        assert answer.headers["location"] == f"{HERE}?done={done}"
        assert services.last(API).json["active"] is (done == "provider-on")
    answer = await portal.staff("POST", f"{HERE}/{ACME}/remove")
    assert answer.headers["location"] == f"{HERE}?done=provider-removed"


async def test_nobody_is_sent_on_without_a_company_that_is_known(portal: Portal, services: Services) -> None:
    answer = await portal.staff("POST", f"{HERE}/new", data=TYPED | {"organisation_id": ""})
    assert (answer.status, 'id="error-organisation_id"' in await answer.text()) == (422, True)


async def test_a_locked_pin_is_shown_with_its_time_and_unlocked_by_a_button_f059(
    portal: Portal, services: Services
) -> None:
    """F059: and taken away by another, where somebody has forgotten theirs."""
    page, api = f"{ROOT}/console/contacts/{ANN}", f"/api/v1/contacts/{ANN}"
    pin = {"set_at": "2026-11-01T08:00:00Z", "locked_at": "2026-11-20T08:00:00Z"}
    services.answers |= {
        ("GET", f"{api}/overview"): (200, contact_overview(pin=pin)),
        ("GET", "/api/v1/cases"): (200, {"items": [], "next": None}),
        ("POST", f"{api}/unlock-pin"): (204, None),
        ("POST", f"{api}/remove-pin"): (409, {"title": "There is no PIN yet."}),
    }
    text = await (await portal.staff("GET", page)).text()
    assert all(words in text for words in ("Locked after five wrong tries", "Nov 20, 2026", "Unlock the PIN"))
    answer = await portal.staff("POST", f"{page}/unlock-pin")
    assert answer.headers["location"] == f"{page}?done=pin-unlocked"
    answer = await portal.staff("POST", f"{page}/remove-pin")
    assert (answer.status, "There is no PIN yet." in await answer.text()) == (409, True)
