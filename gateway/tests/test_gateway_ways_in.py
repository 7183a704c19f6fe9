"""Ways in that begin in a mail, another password, and who may come in: what the pages ask and what they show."""

from types import SimpleNamespace
from typing import Any

import pytest
from test_gateway_console import CONTACT, SETTINGS

from gateway.testing import ANN, ANNS, SAMS, Portal, Services, case, contact_overview

ROOT = "/portal/northwind"
TOKEN = "t" * 43
NEW = "new-" + "n" * 40
TWICE = {"password": "a wholly new one", "again": "a wholly new one"}
OVER = (404, {"type": "/problems/link-over", "title": "This link was used already."})
PERSON = (200, {"name": "Ann Archer", "email": "ann@acme.example"})
ACCESS: dict[str, Any] = {
    "contact_id": ANN, "kind": "contact", "email": "ann@acme.example", "portal_enabled": True,
    "support_start_on": "2026-11-01", "support_end_on": None, "window_required": False, "modules": None,
    "email_opt_out": False, "invited_at": None, "activated_at": None, "last_login_at": None, "version": 2,
    "warnings": [], "may": {"edit": True, "welcome": True, "initial_password": True},
}  # fmt: skip
CHOICES: dict[str, Any] = {
    "register_mode": "mapped", "initial_password": True, "magic_link": False, "after_window": "no_login",
    "window_required": False, "staff_second_factor": False, "contacts_auto_enable": False,
    "contacts_auto_notify": True, "leads_auto_enable": False, "leads_auto_notify": False, "auto_invite": False,
    "guest_requests": False, "login_details_template": "welcome", "forgot_password_template": "reset",
    "reset_text": "Look here.", "username_text": "", "managers_invite": True, "support_notice_days": 60,
}  # fmt: skip
CONSOLE = f"{ROOT}/console/contacts/{ANN}"
API = f"/api/v1/contacts/{ANN}"


def around(**access: Any) -> dict[str, Any]:
    return contact_overview(contact=CONTACT, access=ACCESS | access, history=None)


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        ("POST", "/internal/activations/look"): PERSON,
        ("POST", "/internal/passwords/look"): PERSON,
        ("POST", "/internal/passwords/forgotten"): (204, None),
        ("GET", API): (200, CONTACT),
        ("GET", f"{API}/access"): (200, ACCESS),
        ("GET", f"{API}/overview"): (200, around()),
        ("GET", "/api/v1/cases"): (200, {"items": [case()], "next": None}),
        ("GET", "/api/v1/portal-settings"): (200, SETTINGS | {"access": CHOICES}),
        ("GET", "/api/v1/keys"): (200, {"items": [], "next": None}),
    }
    return services


async def test_looking_at_an_invitation_uses_nothing_up_f040(portal: Portal, services: Services) -> None:
    answer = await portal.get(f"{ROOT}/activate/{TOKEN}", headers=portal.browser(None))
    assert answer.status == 200
    text = await answer.text()
    assert "Welcome, Ann Archer" in text
    assert 'autocomplete="new-password"' in text
    asked = [one.path for one in services.heard if one.path.startswith("/internal/activations")]
    assert asked == ["/internal/activations/look"]


async def test_taking_it_up_opens_a_session_and_ends_the_one_before_f040(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/internal/activations")] = (201, {"token": NEW, "expires_at": "2099-01-01T00:00:00Z"})
    answer = await portal.post(f"{ROOT}/activate/{TOKEN}", TWICE)
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/?done=arrived")
    assert answer.headers["set-cookie"].startswith(f"__Host-portal-northwind={NEW}")
    asked = services.last("/internal/activations").json
    assert (asked["token"], asked["password"], asked["ip"]) == (TOKEN, TWICE["password"], "127.0.0.1")
    assert ANNS not in services.sessions


@pytest.mark.parametrize("path", [f"/activate/{TOKEN}", f"/reset/{TOKEN}", f"/console/reset/{TOKEN}"])
async def test_two_passwords_that_differ_are_sent_nowhere(portal: Portal, services: Services, path: str) -> None:
    answer = await portal.post(ROOT + path, TWICE | {"again": "something else"}, headers=portal.browser(None))
    text = await answer.text()
    assert (answer.status, "are not the same" in text, TWICE["password"] in text) == (422, True, False)
    assert not any(one.path.endswith(("/activations", "/reset")) for one in services.heard)


async def test_what_is_wrong_with_a_password_stands_at_its_field_f033(portal: Portal, services: Services) -> None:
    wrong = {
        "type": "/problems/password-refused",
        "title": "No.",
        "errors": [{"field": "password", "detail": "Longer."}],
    }
    services.answers[("POST", "/internal/activations")] = (422, wrong)
    answer = await portal.post(f"{ROOT}/activate/{TOKEN}", TWICE, headers=portal.browser(None))
    assert (answer.status, 'id="error-password"' in await answer.text()) == (422, True)


@pytest.mark.parametrize(
    ("path", "said"),
    [(f"/activate/{TOKEN}", "Send me a new link"), (f"/reset/{TOKEN}", f"{ROOT}/forgotten"),
     (f"/console/reset/{TOKEN}", f"{ROOT}/console/forgotten")],
)  # fmt: skip
async def test_a_link_that_is_over_says_so_and_how_to_get_another(
    portal: Portal, services: Services, path: str, said: str
) -> None:
    """F040, F045."""
    services.answers[("POST", "/internal/activations/look")] = OVER
    services.answers[("POST", "/internal/passwords/look")] = OVER
    answer = await portal.get(ROOT + path, headers=portal.browser(None))
    assert (answer.status, said in await answer.text()) == (404, True)


async def test_another_invitation_is_asked_for_with_one_answer_f040(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/internal/activations/again")] = (204, None)
    answer = await portal.post(f"{ROOT}/activate/{TOKEN}/again", headers=portal.browser(None))
    assert answer.headers["location"] == f"{ROOT}/login?done=link-asked"
    assert services.last("/internal/activations/again").json == {"token": TOKEN, "ip": "127.0.0.1"}


async def test_before_the_first_day_the_day_is_told_f052(portal: Portal, services: Services) -> None:
    refused = {"type": "/problems/access-not-yet", "title": "No.", "detail": "Your access starts on 1 December 2026."}
    services.answers[("POST", "/internal/activations")] = (403, refused)
    answer = await portal.post(f"{ROOT}/activate/{TOKEN}", TWICE, headers=portal.browser(None))
    assert (answer.status, "starts on 1 December 2026" in await answer.text()) == (403, True)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "audience", "what"),
    [("/forgotten", "portal", "password"), ("/forgotten/user-name", "portal", "username"),
     ("/console/forgotten", "console", "password")],
)  # fmt: skip
async def test_what_was_forgotten_is_asked_for_with_one_answer(
    portal: Portal, services: Services, path: str, audience: str, what: str
) -> None:
    """F045, F046."""
    assert (await portal.get(ROOT + path, headers=portal.browser(None))).status == 200
    answer = await portal.post(ROOT + path, {"email": "ann@acme.example"}, headers=portal.browser(None))
    root = "/console" if audience == "console" else ""
    assert answer.headers["location"] == f"{ROOT}{root}/forgotten/sent?what={what}"
    asked = services.last("/internal/passwords/forgotten").json
    assert asked == {
        "audience": audience,
        "what": what,
        "email": "ann@acme.example",
        "ip": "127.0.0.1",
        "proven": False,
    }
    assert "If this address has access" in await (await portal.get(answer.headers["location"])).text()


async def test_what_is_said_afterwards_are_the_tenants_words_f047(portal: Portal, services: Services) -> None:
    services.tenants["northwind"] = services.tenants["northwind"] | {"access": {"reset_text": "Call <us> & wait."}}
    answer = await portal.get(f"{ROOT}/forgotten/sent", headers=portal.browser(None))
    assert "Call &lt;us&gt; &amp; wait." in await answer.text()


async def test_too_many_requests_wait_and_keep_what_was_typed(portal: Portal, services: Services) -> None:
    slow = {"type": "/problems/too-many-tries", "title": "Too many."}
    services.answers[("POST", "/internal/passwords/forgotten")] = (429, slow)
    answer = await portal.post(f"{ROOT}/forgotten", {"email": "ann@acme.example"}, headers=portal.browser(None))
    text = await answer.text()
    assert (answer.status, "ann@acme.example" in text, "Wait a few minutes" in text) == (429, True, True)


async def test_another_password_by_a_link_leads_to_the_login_f045(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/internal/passwords/reset")] = (204, None)
    answer = await portal.post(f"{ROOT}/console/reset/{TOKEN}", TWICE, headers=portal.browser(None))
    assert answer.headers["location"] == f"{ROOT}/console/login?done=password-reset"
    assert services.last("/internal/passwords/reset").json["audience"] == "console"


async def test_changing_a_password_goes_on_under_another_cookie_f033(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/internal/passwords/change")] = (200, {"token": NEW})
    assert "Present password" in await (await portal.get(f"{ROOT}/account/password")).text()
    answer = await portal.post(f"{ROOT}/account/password", TWICE | {"old_password": "the old one"})
    assert answer.headers["location"] == f"{ROOT}/?done=password-changed"
    assert answer.headers["set-cookie"].startswith(f"__Host-portal-northwind={NEW}")
    asked = services.last("/internal/passwords/change").json
    assert (asked["token"], asked["old_password"], asked["audience"]) == (ANNS, "the old one", "portal")


async def test_nobody_changes_a_password_without_a_session(portal: Portal) -> None:
    for path, login in (("/account/password", "/login"), ("/console/password", "/console/login")):
        for method in (portal.get, portal.post):
            answer = await method(ROOT + path, headers=portal.browser(None))
            assert answer.headers["location"].startswith(ROOT + login)


@pytest.mark.parametrize(("path", "leads"), [("/cases", "/account/password"), ("/console", "/console/password")])
async def test_whoever_must_change_their_password_gets_to_no_other_page_f033(
    portal: Portal, services: Services, path: str, leads: str
) -> None:
    for token in (ANNS, SAMS):
        services.sessions[token] = services.sessions[token] | {"must_change_password": True}
    staff = path == "/console"
    get = (lambda to: portal.staff("GET", to)) if staff else portal.get
    answer = await get(ROOT + path)
    assert (answer.status, answer.headers["location"]) == (303, ROOT + leads)
    page = await get(ROOT + leads)
    assert (page.status, "a password of your own" in await page.text()) == (200, True)
    assert services.paths() == []


async def test_a_link_of_a_mail_is_not_written_into_the_log(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[dict[str, Any]] = []
    recording = SimpleNamespace(info=lambda event, **said: lines.append(said), error=print, warning=print)
    monkeypatch.setattr("kit.access.log", recording)
    await portal.get(f"{ROOT}/activate/{TOKEN}", headers=portal.browser(None))
    assert "/activate/{token}" in [line["path"] for line in lines]
    assert TOKEN not in str(lines)


async def test_a_contacts_page_says_how_they_get_in(portal: Portal, services: Services) -> None:
    """F022, F029, F030."""
    text = await (await portal.staff("GET", CONSOLE)).text()
    assert all(words in text for words in ("Save the days", "Send the welcome letter", "Show a first password"))
    warned = {"kind": "opted_out", "text": "This contact wants no e-mail."}
    may = {"edit": True, "welcome": False, "initial_password": False}
    services.answers[("GET", f"{API}/overview")] = (200, around(warnings=[warned], may=may))
    text = await (await portal.staff("GET", CONSOLE)).text()
    assert ("wants no e-mail" in text, "Send the welcome letter" in text) == (True, False)


async def test_enabling_sends_the_days_and_nothing_else_f052(portal: Portal, services: Services) -> None:
    services.answers[("POST", f"{API}/enable")] = (200, ACCESS)
    sent = {"support_start_on": "2026-12-01", "support_end_on": "", "idempotency_key": "k" * 12}
    answer = await portal.staff("POST", f"{CONSOLE}/enable", data=sent)
    assert answer.headers["location"] == f"{CONSOLE}?done=enabled"
    assert services.last(f"{API}/enable").json == {"support_start_on": "2026-12-01", "support_end_on": None}


async def test_a_day_that_is_missing_is_said_at_its_field_and_the_other_stays_f052(
    portal: Portal, services: Services
) -> None:
    errors = [{"field": "support_end_on", "detail": "Choose a day."}]
    services.answers[("POST", f"{API}/enable")] = (422, {"title": "Both days.", "errors": errors})
    answer = await portal.staff("POST", f"{CONSOLE}/enable", data={"support_start_on": "2026-12-24"})
    text = await answer.text()
    assert (answer.status, 'value="2026-12-24"' in text, 'id="error-support_end_on"' in text) == (422, True, True)


async def test_a_first_password_is_shown_for_ten_seconds_and_never_again_f030(
    portal: Portal, services: Services
) -> None:
    made = {"email": "ann@acme.example", "password": "abcd-efgh-jkmn-pqrs", "seconds": 10}
    services.answers[("POST", f"{API}/initial-password")] = (200, made)
    answer = await portal.staff("POST", f"{CONSOLE}/initial-password", data={"idempotency_key": "k" * 12})
    text = await answer.text()
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert made["password"] in text
    assert f'<noscript><meta http-equiv="refresh" content="10;url={CONSOLE}"></noscript>' in text
    assert services.last(f"{API}/initial-password").headers["idempotency-key"] == "k" * 12
    once = {"type": "/problems/shown-once", "title": "This was done already."}
    services.answers[("POST", f"{API}/initial-password")] = (409, once)
    again = await portal.staff("POST", f"{CONSOLE}/initial-password", data={"idempotency_key": "k" * 12})
    assert (again.status, made["password"] in await again.text()) == (409, False)


async def test_the_settings_show_and_keep_the_choices_about_getting_in(portal: Portal, services: Services) -> None:
    """F048-F053."""
    text = await (await portal.staff("GET", f"{ROOT}/console/settings")).text()
    assert 'name="register_mode" value="mapped" checked' in text
    assert 'name="contacts_auto_notify" value="yes" checked' in text
    assert "Look here." in text
    services.answers[("PUT", "/api/v1/portal-settings")] = (200, SETTINGS)
    sent = {"register_mode": "off", "window_required": "yes", "reset_text": "Soon.", "version": "4"}
    sent |= {"managers_invite": "yes", "support_notice_days": "30"}
    answer = await portal.staff("POST", f"{ROOT}/console/settings/access", data=sent)
    assert answer.headers["location"] == f"{ROOT}/console/settings?done=saved"
    put = services.last("/api/v1/portal-settings")
    assert (put.headers["if-match"], put.json["name"]) == ('"4"', "Northwind")
    chosen = put.json["access"]
    assert (chosen["register_mode"], chosen["window_required"], chosen["initial_password"]) == ("off", True, False)
    assert (chosen["managers_invite"], chosen["support_notice_days"]) == (True, "30")


async def test_choices_that_somebody_else_overtook_come_back_as_they_were_made(
    portal: Portal, services: Services
) -> None:
    services.answers[("PUT", "/api/v1/portal-settings")] = (412, {"title": "This was changed by somebody else."})
    sent = {"register_mode": "open", "username_text": "Ask the desk.", "version": "3"}
    answer = await portal.staff("POST", f"{ROOT}/console/settings/access", data=sent)
    text = await answer.text()
    assert (answer.status, "changed by somebody else" in text, "Ask the desk." in text) == (412, True, True)
    assert 'value="open" checked' in text
