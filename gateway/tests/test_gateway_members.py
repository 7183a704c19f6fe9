"""What contacts look after themselves: details, company, and as managers their colleagues."""

from typing import Any

import pytest

from gateway.testing import ACME, ANN, ANNS, NORTHWIND, SAM, Portal, Services, contact, session

ROOT = "/portal/northwind"
DETAILS = {"id": ANN, "name": "Ann", "email": "ann@acme.example", "phone": "", "job_title": "Buyer", "version": 3}
ADDRESS = {"street": "1 High St", "postal_code": "", "city": "Leeds", "region": "", "country": "UK"}
COMPANY = {
    "id": ACME, "name": "Acme Ltd", "phone": "+44", "website": "", "address": ADDRESS, "registered_office": "",
    "business_type": "", "version": 2, "may_edit": True, "wanted": ["registered_office", "business_type"],
}  # fmt: skip
NORA = {
    "id": SAM, "name": "Nora New", "email": "nora@acme.example", "job_title": "", "manager": False, "access": True,
    "modules": ["cases", "invoices"], "version": 5, "may_edit": True,
}  # fmt: skip
TOKEN = "t" * 32


@pytest.fixture
def manager(services: Services) -> None:
    """Ann manages Acme, and sees all but invoices."""
    caller = contact(NORTHWIND, "Ann") | {"permissions": ["organisation.manage"]}
    services.sessions[ANNS] = session("northwind", "portal", caller | {"modules": ["cases", "documents", "articles"]})
    services.answers[("GET", "/api/v1/colleagues")] = (200, {"items": [NORA], "next": None})
    services.answers[("GET", f"/api/v1/colleagues/{SAM}")] = (200, NORA)


@pytest.fixture(autouse=True)
def theirs(services: Services) -> None:
    services.answers[("GET", "/api/v1/me/details")] = (200, DETAILS)
    services.answers[("GET", "/api/v1/me/company")] = (200, COMPANY)


async def test_details_are_shown_and_saved_with_their_version_f055(portal: Portal, services: Services) -> None:
    assert "You sign in with ann@acme.example" in await (await portal.get(f"{ROOT}/account")).text()
    services.answers[("PATCH", "/api/v1/me/details")] = (200, DETAILS)
    form = {"name": "Ann Arch", "phone": "1", "job_title": "", "version": "3"}
    answer = await portal.post(f"{ROOT}/account", form)
    assert answer.headers["location"] == f"{ROOT}/account?done=saved"
    sent = services.last("/api/v1/me/details")
    assert (sent.json, sent.headers["if-match"]) == ({"name": "Ann Arch", "phone": "1", "job_title": ""}, '"3"')


async def test_what_was_typed_is_kept_when_it_is_refused(portal: Portal, services: Services) -> None:
    services.answers[("PATCH", "/api/v1/me/details")] = (412, {"title": "This was changed."})
    form = {"name": "Ann Typed", "phone": "", "job_title": "", "version": "2"}
    page = await (await portal.post(f"{ROOT}/account", form)).text()
    assert 'value="Ann Typed"' in page
    assert 'name="version" value="3"' in page


async def test_a_new_address_is_asked_for_and_confirmed_by_a_form_f055(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/api/v1/me/email")] = (202, {"sent_to": "new@acme.example"})
    asked = await portal.post(f"{ROOT}/account/email", {"email": "new@acme.example"})
    assert asked.headers["location"].endswith("done=address-asked")
    look = (200, {"name": "Ann", "email": "new@acme.example"})
    services.answers[("POST", "/internal/email-changes/look")] = look
    services.answers[("POST", "/internal/email-changes/confirm")] = (200, {"sent_to": "new@acme.example"})
    page = await portal.get(f"{ROOT}/confirm-address/{TOKEN}", headers=portal.browser(None))
    assert "new@acme.example" in await page.text()
    assert not [one for one in services.heard if one.path.endswith("/confirm")]
    done = await portal.post(f"{ROOT}/confirm-address/{TOKEN}", headers=portal.browser(None))
    assert done.headers["location"] == f"{ROOT}/login?done=address-confirmed"


async def test_a_link_that_is_over_says_so_and_an_address_taken_meanwhile_too(
    portal: Portal, services: Services
) -> None:
    over = (404, {"type": "/problems/link-over", "title": "Over."})
    services.answers[("POST", "/internal/email-changes/look")] = over
    answer = await portal.get(f"{ROOT}/confirm-address/{TOKEN}", headers=portal.browser(None))
    assert (answer.status, "This link is over" in await answer.text()) == (404, True)
    services.answers[("POST", "/internal/email-changes/look")] = (200, {"name": "Ann", "email": "a@b.example"})
    services.answers[("POST", "/internal/email-changes/confirm")] = (409, {"title": "Another contact uses it."})
    answer = await portal.post(f"{ROOT}/confirm-address/{TOKEN}", headers=portal.browser(None))
    assert (answer.status, "Another contact uses it." in await answer.text()) == (409, True)


async def test_the_company_asks_for_what_signing_will_need_f056(portal: Portal, services: Services) -> None:
    """O+7: a prompt, not a wall."""
    page = await (await portal.get(f"{ROOT}/account/company")).text()
    assert "Fill in the registered office" in page
    assert 'value="Leeds"' in page
    services.answers[("PATCH", "/api/v1/me/company")] = (200, COMPANY)
    form = {"phone": "1", "city": "York", "registered_office": "York", "version": "2"}
    answer = await portal.post(f"{ROOT}/account/company", form)
    assert answer.headers["location"].endswith("done=saved")
    sent = services.last("/api/v1/me/company").json
    assert (sent["address"]["city"], sent["registered_office"]) == ("York", "York")


async def test_who_does_not_manage_reads_the_company_and_has_no_colleagues(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/me/company")] = (200, COMPANY | {"may_edit": False})
    page = await (await portal.get(f"{ROOT}/account/company")).text()
    assert "1 High St, Leeds, UK" in page
    assert 'action="/portal/northwind/account/company"' not in page
    assert "Fill in the registered office" not in page
    assert "/account/colleagues" not in page
    for path in ("", "/new"):
        assert (await portal.get(f"{ROOT}/account/colleagues{path}")).status == 404
    assert 'name="contact_id"' not in await (await portal.get(f"{ROOT}/cases/new")).text()


@pytest.mark.usefixtures("manager")
async def test_a_manager_sees_colleagues_and_invites_one_f057(portal: Portal, services: Services) -> None:
    assert "Nora New" in await (await portal.get(f"{ROOT}/account/colleagues?q=nora")).text()
    assert services.last("/api/v1/colleagues").query == "q=nora"
    page = await (await portal.get(f"{ROOT}/account/colleagues/new")).text()
    assert 'name="modules" value="cases" checked' in page
    assert 'value="invoices"' not in page
    services.answers[("POST", "/api/v1/colleagues")] = (201, NORA)
    form: Any = {"name": "Nora New", "email": "nora@acme.example", "modules": "cases", "idempotency_key": "one-form-1"}
    answer = await portal.post(f"{ROOT}/account/colleagues/new", form)
    assert answer.headers["location"].endswith("done=colleague-invited")
    sent = services.last("/api/v1/colleagues")
    assert (sent.json["modules"], sent.headers["idempotency-key"]) == (["cases"], "one-form-1")


@pytest.mark.usefixtures("manager")
async def test_a_refused_invitation_keeps_what_was_typed(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/api/v1/colleagues")] = (409, {"title": "This address cannot be invited from here."})
    form = {"name": "Nora Typed", "email": "nora@acme.example", "modules": "documents"}
    page = await (await portal.post(f"{ROOT}/account/colleagues/new", form)).text()
    assert "cannot be invited from here" in page
    assert 'value="Nora Typed"' in page
    assert 'value="documents" checked' in page
    assert 'value="cases" checked' not in page


@pytest.mark.usefixtures("manager")
async def test_a_colleague_is_given_modules_shut_out_and_let_in(portal: Portal, services: Services) -> None:
    services.answers[("PATCH", f"/api/v1/colleagues/{SAM}")] = (200, None)
    path = f"{ROOT}/account/colleagues/{SAM}"
    page = await (await portal.get(path)).text()
    assert "Shut out" in page
    assert f"/cases/new?contact_id={SAM}" in page
    for form, wanted in (
        ({"modules": "documents"}, {"modules": ["documents"]}),
        ({"action": "shut"}, {"access": False}),
        ({"action": "open"}, {"access": True}),
    ):
        assert (await portal.post(path, form | {"version": "5"})).status == 303
        sent = services.last(f"/api/v1/colleagues/{SAM}")
        assert (sent.json, sent.headers["if-match"]) == (wanted, '"5"')


@pytest.mark.usefixtures("manager")
async def test_a_manager_opens_a_case_for_a_colleague_f095(portal: Portal, services: Services) -> None:
    page = await (await portal.get(f"{ROOT}/cases/new?contact_id={SAM}")).text()
    assert f'<option value="{SAM}" selected>Nora New</option>' in page
    services.answers[("POST", "/api/v1/cases")] = (201, {"reference": "CASE-7"})
    form = {"subject": "S", "body": "B", "contact_id": SAM}
    assert (await portal.post(f"{ROOT}/cases/new", form)).status == 303
    assert services.last("/api/v1/cases").json["contact_id"] == SAM
