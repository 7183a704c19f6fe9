"""F091, F092: the console's search: what is asked at once, what comes later, where a reference leads."""

from typing import Any

from gateway.pages.console.search import FIRST, GROUPS
from gateway.testing import ACME, SAMS, Portal, Services, case, contact_view, organisation

ROOT = "/portal/northwind/console/search"
NOTHING: dict[str, Any] = {"items": [], "next": None, "total": {"count": 0, "capped": False}}


def found(*items: dict[str, Any], count: int = 1) -> tuple[int, dict[str, Any]]:
    return 200, {"items": list(items), "next": None, "total": {"count": count, "capped": False}}


async def test_three_groups_are_asked_at_once_and_the_others_come_by_themselves_f091(
    portal: Portal, services: Services
) -> None:
    """F091: without a script the others are links; one that is away says so, one with more leads to its own list."""
    services.answers[("GET", "/api/v1/cases")] = found(case(), count=7)
    services.answers[("GET", "/api/v1/contacts")] = found(contact_view())
    services.answers[("GET", "/api/v1/organisations")] = (503, {"title": "Away."})
    text = await (await portal.staff("GET", f"{ROOT}?q=+Router+12+")).text()
    assert sorted(services.paths()) == [f"GET /api/v1/{noun}" for noun in sorted(FIRST)]
    assert services.last("/api/v1/cases").query == "q=Router+12&limit=5&scope=all"
    assert services.last("/api/v1/contacts").query == "q=Router+12&limit=5&kind=contact"
    seen = ("No dial tone", "All 7", "/console?view=all&amp;q=Router+12", "Could not be searched", 'value="Router 12"')
    assert [word for word in seen if word not in text] == []
    later = [noun for noun in GROUPS if noun not in FIRST and not GROUPS[noun].needs]
    for noun in later:
        assert text.count(f"{ROOT}/{noun}?q=Router+12") == 2, "once for the script, once as a link"
    assert f"{ROOT}/registrations" not in text


async def test_each_group_is_a_page_of_one_call_and_says_where_it_found_nothing_f091(
    portal: Portal, services: Services
) -> None:
    invoice = {"id": ACME, "number": "INV-7", "reference": None, "status": "open", "issued_on": "2026-11-01"}
    invoice |= {"due_on": "2026-12-01", "paid_on": None, "total": {"amount_minor": 1990, "currency": "EUR"}}
    assert (await portal.staff("GET", f"{ROOT}/registrations?q=rita")).status == 403
    assert services.paths() == []
    for noun, group in GROUPS.items():
        if not group.needs:
            services.answers[("GET", f"/api/v1{group.path}")] = (200, NOTHING)
            services.heard.clear()
            text = await (await portal.staff("GET", f"{ROOT}/{noun}?q=router")).text()
            assert (services.paths(), f'id="found-{noun}"' in text) == ([f"GET /api/v1{group.path}"], True)
            assert "Nothing found" in text
    services.answers[("GET", "/api/v1/invoices")] = found(invoice | {"organisation": {"id": ACME, "name": "Acme"}})
    text = await (await portal.staff("GET", f"{ROOT}/invoices?q=INV")).text()
    assert [word for word in ("INV-7", f"/console/organisations/{ACME}", "19.90") if word not in text] == []
    services.answers[("GET", "/api/v1/organisations")] = found(organisation())
    assert "Acme" in await (await portal.staff("GET", f"{ROOT}/organisations?q=a")).text()
    assert (await portal.staff("GET", f"{ROOT}/secrets?q=router")).status == 404


async def test_a_whole_reference_leads_to_its_record_and_one_that_is_nobodys_is_looked_for_f091(
    portal: Portal, services: Services
) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, {})
    services.answers[("GET", "/api/v1/projects/PRJ-7")] = (200, {})
    for typed, record in (("case-1042", "cases/CASE-1042"), ("+PRJ-7+", "projects/PRJ-7")):
        answer = await portal.staff("GET", f"{ROOT}?q={typed}")
        assert (answer.status, answer.headers["location"]) == (303, f"/portal/northwind/console/{record}")
    services.answers[("GET", "/api/v1/cases/CASE-9")] = (404, {"type": "/problems/case-not-found", "title": "No."})
    for noun in ("cases", "contacts"):
        services.answers[("GET", f"/api/v1/{noun}")] = (200, NOTHING)
    services.heard.clear()
    answer = await portal.staff("GET", f"{ROOT}?q=CASE-9")
    assert (answer.status, len(services.paths())) == (200, 3)
    assert f"{ROOT}/organisations?q=CASE-9" in await answer.text()


async def test_a_group_with_a_right_of_its_own_is_theirs_who_have_it_f091(portal: Portal, services: Services) -> None:
    services.sessions[SAMS]["caller"] = services.sessions[SAMS]["caller"] | {"permissions": ["registrations.map"]}
    rita = {"id": ACME, "state": "waiting", "name": "Rita Reed", "email": "rita@x.example", "company": "Initech"}
    services.answers[("GET", "/api/v1/registrations")] = found(rita | {"created_at": "2026-11-20T08:00:00Z"})
    assert "Rita Reed" in await (await portal.staff("GET", f"{ROOT}/registrations?q=rita")).text()


async def test_the_field_is_in_the_head_of_every_page_and_asks_nothing_without_a_word_f091(
    portal: Portal, services: Services
) -> None:
    text = await (await portal.staff("GET", f"{ROOT}?q=+")).text()
    assert services.paths() == []
    assert [word for word in ("data-everywhere", "data-everywhere-link", "<kbd>s</kbd>") if word not in text] == []
    assert "Nothing found" not in text
    stranger = await portal.get(ROOT)
    assert (stranger.status, "/console/login" in stranger.headers["location"]) == (303, True)
