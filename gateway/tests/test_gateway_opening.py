"""A new case in the portal: what a desk offers and asks, with and without script."""

import pytest

from gateway.testing import ANN, CASE_ID, Portal, Services, case_form, case_view, contact_view

ROOT = "/portal/northwind"
ROUTER = [
    {"key": "serial", "label": "Serial number", "kind": "text", "required": True},
    {"key": "lamps", "label": "Lamps", "kind": "choices", "choices": ["Red", "Green"]},
    {"key": "since", "label": "Since", "kind": "date"},
    {"key": "floor", "label": "Floor", "kind": "number", "minimum": 0.0, "maximum": 9.0},
    {"key": "works", "label": "Works at all", "kind": "yes_no"},
    {"key": "story", "label": "Its story", "kind": "long_text", "help": "Where it came from."},
    {"key": "colour", "label": "Its colour", "kind": "choice", "choices": ["Grey", "White"]},
]
QUESTION = {"help": "", "required": False, "choices": [], "minimum": None, "maximum": None, "pattern": ""}
ASKED = [QUESTION | {"staff_only": False} | one for one in ROUTER]
CATEGORY = {"id": "c-router", "name": "Router", "form": ASKED}
OTHER = {"id": "c-other", "name": "Something else", "form": [QUESTION | {"key": "x", "label": "X?", "kind": "text"}]}
TEMPLATE = {
    "id": "t-slow", "name": "It is slow", "subject": "Slow line", "body": "Since when?", "category_id": "c-router",
    "product_id": "p-lx", "priority": "high",
}  # fmt: skip
OFFER = case_form(
    categories=[OTHER, CATEGORY],
    departments=[{"id": "d-sales", "name": "Sales"}],
    products=[{"id": "p-lx", "name": "LX-9"}],
    templates=[TEMPLATE],
)
TYPED = {"subject": "Line <slow>", "body": "All day.", "category_id": "c-router", "fields.serial": "SN-<1>"}
TYPED |= {"fields.story": "Long", "fields.x": "not asked", "asset_label": "Router", "asset_id": "a-1"}


@pytest.fixture
def offering(services: Services) -> Services:
    """A desk with a router category that asks for much."""
    services.answers[("GET", "/api/v1/cases/form")] = (200, OFFER)
    services.answers[("POST", "/api/v1/cases")] = (201, {"reference": "CASE-7"})
    return services


async def text(answer: object) -> str:
    page: str = await answer.text()  # type: ignore[attr-defined]
    return page


async def test_choosing_a_category_shows_its_questions_and_keeps_what_was_typed_f095(
    portal: Portal, offering: Services
) -> None:
    before = await text(await portal.get(f"{ROOT}/cases/new"))
    assert "Sales" in before
    assert "Serial number" not in before
    after = await portal.post(f"{ROOT}/cases/new", TYPED | {"action": "choose"})
    page = await text(after)
    assert after.status == 200
    assert [one["label"] for one in ROUTER if str(one["label"]) not in page] == []
    assert [word for word in ("Line &lt;slow&gt;", "All day.", "SN-&lt;1&gt;") if word not in page] == []
    assert "POST /api/v1/cases" not in offering.paths()


async def test_a_template_fills_in_what_is_still_empty_f096(portal: Portal, offering: Services) -> None:
    chosen = {"subject": "", "body": "My own words.", "template_id": "t-slow", "action": "template"}
    page = await text(await portal.post(f"{ROOT}/cases/new", chosen))
    assert 'value="Slow line"' in page
    assert "My own words." in page
    assert "Since when?" not in page
    assert 'value="c-router" selected' in page
    assert 'value="high" selected' in page
    assert "Serial number" in page


async def test_an_address_fills_in_what_it_is_about_f099(portal: Portal, offering: Services) -> None:
    page = await text(await portal.get(f"{ROOT}/cases/new?product_id=p-lx&asset_label=Printer+2&asset_id=crm-17"))
    assert 'value="p-lx" selected' in page
    assert 'value="Printer 2"' in page
    assert 'value="crm-17"' in page


async def test_only_what_the_chosen_category_asks_is_sent_f095_f098(portal: Portal, offering: Services) -> None:
    form = [*(TYPED | {"department_id": "d-sales"}).items(), ("fields.lamps", "Red"), ("fields.lamps", "Green")]
    sent = await portal.post(f"{ROOT}/cases/new", form)
    assert sent.headers["location"] == f"{ROOT}/cases/CASE-7?done=case-opened"
    assert offering.last("/api/v1/cases").json == {
        "subject": "Line <slow>",
        "body": "All day.",
        "document_ids": [],
        "category_id": "c-router",
        "department_id": "d-sales",
        "asset": {"id": "a-1", "label": "Router"},
        "fields": {"serial": "SN-<1>", "lamps": ["Red", "Green"], "story": "Long"},
    }


async def test_a_refused_answer_is_marked_at_its_question(portal: Portal, offering: Services) -> None:
    errors = [{"field": "fields.serial", "detail": "Serial number: please answer this."}]
    offering.answers[("POST", "/api/v1/cases")] = (422, {"title": "Some answers are not right.", "errors": errors})
    refused = await portal.post(f"{ROOT}/cases/new", TYPED)
    page = await text(refused)
    assert refused.status == 422
    assert 'id="error-fields.serial"' in page
    assert "All day." in page


async def test_a_case_shows_what_was_said_when_it_was_opened(portal: Portal, services: Services) -> None:
    answers = [
        ("Works at all", "yes_no", False),
        ("Lamps", "choices", ["Red", "Green"]),
        ("Since", "date", "2026-11-02"),
    ]
    shown = [{"key": "k", "label": label, "kind": kind, "value": value} for label, kind, value in answers]
    told = {"department": "Sales", "product": "LX-9", "asset": {"id": None, "label": "Router 2"}, "fields": shown}
    told |= {"opened_via": "guest", "requester_email": "gus@x.example", "group": {"id": CASE_ID, "name": "Network"}}
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view(**told))
    seen = ("Sales", "LX-9", "Router 2", "Red, Green", "without logging in, from gus@x.example")
    page = await text(await portal.get(f"{ROOT}/cases/CASE-1042"))
    assert [word for word in seen if word not in page] == []
    console = await text(await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042"))
    assert [word for word in (*seen, "Network") if word not in console] == []


async def test_staff_open_a_case_for_a_contact_f095(portal: Portal, offering: Services) -> None:
    offering.answers[("GET", f"/api/v1/contacts/{ANN}")] = (200, contact_view())
    new = f"{ROOT}/console/cases/new"
    assert "For Ann Archer" in await text(await portal.staff("GET", f"{new}?contact_id={ANN}"))
    chosen = await text(await portal.staff("POST", new, data=TYPED | {"contact_id": ANN, "action": "choose"}))
    assert "Serial number" in chosen
    sent = await portal.staff("POST", new, data=TYPED | {"contact_id": ANN})
    assert sent.headers["location"] == f"{ROOT}/console/cases/CASE-7?done=case-begun"
    asked = offering.last("/api/v1/cases").json
    assert (asked["contact_id"], asked["fields"]) == (ANN, {"serial": "SN-<1>", "story": "Long"})
    assert (await portal.staff("GET", f"{new}?contact_id=../staff")).status == 404
