"""The console's screens for people: what they show, what they send, and to whom they show a way to write."""

from typing import Any

import pytest

from gateway.testing import (
    ACME,
    ANN,
    SAM,
    SAMS,
    STAFF,
    Portal,
    Services,
    audit_line,
    contact_overview,
    contact_view,
    organisation,
    organisation_overview,
    session,
)

ROOT = "/portal/northwind"
SAM_VIEW = {
    "id": SAM, "name": "Sam Stone", "email": "s@n.example", "roles": ["agent"], "on_duty": True, "active": True,
    "version": 3,
}  # fmt: skip
WRITES = (
    "/contacts/new", f"/contacts/{ANN}/edit", "/leads/new", f"/leads/{ANN}/edit", f"/leads/{ANN}/convert",
    "/organisations/new", f"/organisations/{ACME}/edit", "/staff/new", f"/staff/{SAM}",
)  # fmt: skip


def listed(*items: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"items": list(items), "next": "more", "total": {"count": 1000, "capped": True}}


@pytest.fixture
def services(services: Services) -> Services:
    below = organisation(id=ANN, name="Acme North", parent_id=ACME)
    answers = {
        "cases": listed(), "contacts": listed(contact_view(), contact_view(id=SAM, portal_enabled=False)),
        f"contacts/{ANN}": (200, contact_view()), "organisations": listed(organisation(), below),
        f"contacts/{ANN}/overview": (200, contact_overview()),
        f"organisations/{ACME}/overview": (200, organisation_overview(below=[below])),
        f"organisations/{ANN}/overview": (200, organisation_overview(organisation=below, above=organisation())),
        f"organisations/{ACME}": (200, organisation()), f"organisations/{ANN}": (200, below),
        f"leads/{ANN}": (200, contact_view(kind="lead")), "staff": listed(SAM_VIEW), "audit": listed(audit_line()),
        "audit/verify": (200, {"whole": True, "lines": 1234, "broken_at": None}),
    }  # fmt: skip
    services.answers |= {("GET", f"/api/v1/{path}"): answer for path, answer in answers.items()}
    return services


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/organisations?kind=customer&active=true", "Acme North"), (f"/organisations/{ACME}", "Limited company"),
        (f"/organisations/{ANN}", "Acme Ltd"), ("/organisations/new", "Registered office"),
        (f"/organisations/{ACME}/edit", "1 High Street"), ("/contacts?portal_enabled=true", "Last signed in"),
        (f"/contacts/{ANN}", "old@acme.example"), ("/contacts/new", "New contact"), (f"/contacts/{ANN}/edit", "Buyer"),
        ("/leads", "New lead"), ("/leads/new", "New lead"), (f"/leads/{ANN}/edit", "Company"),
        (f"/leads/{ANN}/convert", "becomes a customer"), ("/staff", "Agent"), ("/staff/new", "New colleague"),
        (f"/staff/{SAM}", "Works here"), ("/audit", "Contact changed"), ("/audit?verify=yes", "1,234"),
    ],
)  # fmt: skip
async def test_the_screens_show_people_f022(portal: Portal, services: Services, path: str, words: str) -> None:
    """F022, F026, O+7, O+8."""
    answer = await portal.staff("GET", f"{ROOT}/console{path}")
    assert answer.status == 200, await answer.text()
    assert words in await answer.text()
    assert len(services.paths()) <= 3, services.paths()
    assert (await portal.get(f"{ROOT}/console{path}")).status == 303


async def test_an_agent_without_the_right_is_shown_no_way_to_write_and_has_none(
    portal: Portal, services: Services
) -> None:
    agent = STAFF | {"permissions": ["cases.answer"]}
    services.sessions[SAMS] = session("northwind", "console", agent)
    for path, around in ((f"contacts/{ANN}", contact_overview), (f"organisations/{ACME}", organisation_overview)):
        services.answers[("GET", f"/api/v1/{path}/overview")] = (200, around(history=None))
    for path in ("/contacts", f"/contacts/{ANN}", "/organisations", f"/organisations/{ACME}", "/leads", "/staff"):
        page = await (await portal.staff("GET", f"{ROOT}/console{path}")).text()
        for word in (
            "New contact",
            "New lead",
            "New organisation",
            "New colleague",
            "/edit",
            "contact_ids",
            "h-history",
        ):
            assert word not in page, (path, word)
    for path in (*WRITES, "/audit"):
        assert (await portal.staff("GET", f"{ROOT}/console{path}")).status == 403
    for path in (*WRITES, "/contacts/access"):
        assert (await portal.staff("POST", f"{ROOT}/console{path}", data={"contact_ids": ANN})).status == 403
    assert all(one.method == "GET" for one in services.heard if one.path.startswith("/api/v1/"))


FORM = {
    "name": "Ann A.", "email": "a@acme.example", "portal_enabled": "yes", "modules": "cases", "can_sign": "yes",
    "organisation_id": ACME, "support_start_on": "2026-01-01", "version": "4",
}  # fmt: skip


async def test_a_contact_is_sent_as_the_form_says_with_its_version_f027_f028_f058(
    portal: Portal, services: Services
) -> None:
    """F022, F027, F028, F051, F052, F058."""
    services.answers[("PATCH", f"/api/v1/contacts/{ANN}")] = (200, contact_view())
    answer = await portal.staff("POST", f"{ROOT}/console/contacts/{ANN}/edit", data=FORM)
    assert answer.headers["location"] == f"{ROOT}/console/contacts/{ANN}?done=saved"
    sent = services.last(f"/api/v1/contacts/{ANN}")
    assert sent.headers["if-match"] == '"4"'
    assert sent.json == {
        "name": "Ann A.", "email": "a@acme.example", "phone": "", "job_title": "", "modules": ["cases"],
        "support_start_on": "2026-01-01", "support_end_on": None, "external_id": None, "portal_enabled": True,
        "faq": False, "can_sign": True, "may_reset_pin": False, "notify_team": False, "email_opt_out": False,
        "organisation_id": ACME, "manager": False,
    }  # fmt: skip


async def test_a_refused_form_keeps_what_was_typed_and_says_where_f025(portal: Portal, services: Services) -> None:
    taken = {
        "title": "Another contact already uses this e-mail address.",
        "errors": [{"field": "email", "detail": "x"}],
    }
    services.answers[("PATCH", f"/api/v1/contacts/{ANN}")] = (409, taken)
    answer = await portal.staff("POST", f"{ROOT}/console/contacts/{ANN}/edit", data=FORM)
    page = await answer.text()
    assert answer.status == 409
    for kept in ('value="a@acme.example"', 'value="cases" checked', 'id="error-email"', f'value="{ACME}" selected'):
        assert kept in page


async def test_finding_an_organisation_for_a_form_keeps_nothing_and_loses_nothing(
    portal: Portal, services: Services
) -> None:
    data = FORM | {"action": "find", "organisation_q": "nor"}
    page = await (await portal.staff("POST", f"{ROOT}/console/contacts/{ANN}/edit", data=data)).text()
    assert "Acme North" in page
    assert 'value="Ann A."' in page
    asked = services.last("/api/v1/organisations")
    assert "q=nor" in asked.query
    assert all(one.method == "GET" for one in services.heard if one.path.startswith("/api/v1/"))


async def test_letting_people_in_is_asked_first_with_what_will_happen_to_how_many_f022(
    portal: Portal, services: Services
) -> None:
    done = {"results": [], "created": 0, "updated": 1, "unchanged": 1, "failed": 0}
    services.answers[("POST", "/api/v1/contacts/access")] = (200, done)
    path, data = f"{ROOT}/console/contacts/access", {"contact_ids": [ANN, SAM], "portal_enabled": "yes"}
    page = await (await portal.staff("POST", path, data=data)).text()
    assert "1 person will be able to come in" in page
    assert "For 1 it is so already" in page
    assert not [one for one in services.heard if one.method == "POST" and one.path.startswith("/api/v1/")]
    answer = await portal.staff("POST", path, data=data | {"action": "do"})
    assert answer.headers["location"] == f"{ROOT}/console/contacts?done=access-opened"
    sent = services.last("/api/v1/contacts/access")
    assert sent.json == {"contact_ids": [ANN, SAM], "portal_enabled": True}
    assert sent.headers["idempotency-key"]
    nobody = await portal.staff("POST", path, data={"portal_enabled": "no"})
    assert nobody.headers["location"].endswith("done=nobody-ticked")


async def test_whoever_could_not_be_let_in_is_named_with_why_f052(portal: Portal, services: Services) -> None:
    failed = {"row": 0, "id": ANN, "result": "failed", "errors": [{"field": "support_end_on", "detail": "is needed"}]}
    done = {"results": [failed], "created": 0, "updated": 0, "unchanged": 0, "failed": 1}
    services.answers[("POST", "/api/v1/contacts/access")] = (200, done)
    data = {"contact_ids": ANN, "portal_enabled": "yes", "action": "do"}
    answer = await portal.staff("POST", f"{ROOT}/console/contacts/access", data=data)
    assert answer.status == 422
    assert "Needs the last day of support." in await answer.text()


async def test_a_lead_becomes_a_contact_of_whom_the_form_says_f026(portal: Portal, services: Services) -> None:
    services.answers[("POST", f"/api/v1/leads/{ANN}/convert")] = (200, contact_view())
    path = f"{ROOT}/console/leads/{ANN}/convert"
    for how, goes_to in (("own", None), ("existing", ACME)):
        answer = await portal.staff("POST", path, data={"how": how, "organisation_id": ACME})
        assert answer.headers["location"] == f"{ROOT}/console/contacts/{ANN}?done=converted"
        assert services.last(f"/api/v1/leads/{ANN}/convert").json == {"organisation_id": goes_to}


async def test_an_organisation_and_a_colleague_are_sent_as_their_forms_say_f021(
    portal: Portal, services: Services
) -> None:
    """F021, O+7."""
    services.answers[("POST", "/api/v1/organisations")] = (201, organisation())
    services.answers[("PATCH", f"/api/v1/staff/{SAM}")] = (409, {"title": "This is the last active admin."})
    data = {"name": "Nord", "city": "Hull", "email_domains": "a.example, b.example", "business_type": "Ltd"}
    await portal.staff("POST", f"{ROOT}/console/organisations/new", data=data)
    sent = services.last("/api/v1/organisations").json
    assert (sent["address"]["city"], sent["email_domains"], sent["parent_id"]) == (
        "Hull",
        ["a.example", "b.example"],
        None,
    )
    data = {"name": "Sam", "email": "s@n.example", "roles": ["admin", "agent"], "version": "3"}
    answer = await portal.staff("POST", f"{ROOT}/console/staff/{SAM}", data=data)
    assert answer.status == 409
    assert "This is the last active admin." in await answer.text()
    sent = services.last(f"/api/v1/staff/{SAM}").json
    assert sent == {
        "name": "Sam", "email": "s@n.example", "roles": ["admin", "agent"], "on_duty": False, "active": False
    }  # fmt: skip


async def test_a_rotated_key_is_shown_on_this_page_alone_and_the_old_one_ends_when_chosen(
    portal: Portal, services: Services
) -> None:
    key = {
        "id": ANN, "kind": "secret", "name": "CRM", "prefix": "sk_abc", "key": None, "scopes": ["crm.write"],
        "created_by": "Ada", "created_at": "2026-11-20T08:00:00Z", "expires_at": None, "last_used_at": None,
        "revoked_at": None,
    }  # fmt: skip
    services.answers[("GET", "/api/v1/keys")] = listed(key)
    services.answers[("POST", f"/api/v1/keys/{ANN}/rotate")] = (201, key | {"secret": "sk_" + "z" * 40})
    answer = await portal.staff("POST", f"{ROOT}/console/keys/{ANN}/rotate", data={"days": "30"})
    assert "sk_" + "z" * 40 in await answer.text()
    assert "old_ends_at" in services.last(f"/api/v1/keys/{ANN}/rotate").json
