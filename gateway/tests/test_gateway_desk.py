"""F094-F101, F128: the desk's pages in the console, and what its choices change in the portal."""

from typing import Any

import pytest

from gateway.testing import CASE_ID, SAM, Portal, Services, case_form, case_view, person

ROOT = "/portal/northwind"
DESK: dict[str, Any] = {
    "after_close": "locked", "reopen_days": 14, "default_assignee_id": None, "default_group_id": CASE_ID,
    "alias": "cases", "update_days": None, "targets": {"high": {"response_minutes": 60, "resolution_minutes": None}},
    "business_hours": {"zone": "Europe/London", "days": {
        "mon": [["09:00", "12:00"], ["13:00", "17:00"]],
        **{day: [] for day in ("tue", "wed", "thu", "fri", "sat", "sun")},
    }},
    "status_words": {"new": "Received"}, "priorities": ["low", "normal"],
    "customers_set_priority": True, "history_for_customers": True, "managers_close": False, "assignee_email": False,
    "rating": False, "customers_edit": ["subject"],
}  # fmt: skip
SHOWN = {"desk": DESK, "version": 3, "changed_by": "Ada Able", "changed_at": "2026-11-20T08:00:00Z", "can_undo": True}
HOLIDAYS = {"days": [{"on_date": "2026-12-25", "name": "Christmas Day"}], "version": 4}
GROUP = {"id": CASE_ID, "name": "Network", "position": 0, "archived": False, "version": 1, "member_ids": [SAM]}
QUESTION = {
    "key": "serial", "label": "Serial number", "kind": "choice", "help": "On the back.", "choices": ["A", "B"],
    "minimum": None, "maximum": None, "pattern": "", "required": True, "staff_only": False,
}  # fmt: skip
CATEGORY = {"id": CASE_ID, "name": "Router", "position": 2, "archived": False, "version": 5, "group_id": CASE_ID}
CATEGORY |= {"form": [QUESTION]}


@pytest.fixture
def desk(services: Services) -> Services:
    """A desk with a group and a category."""
    team = {"items": [person("Sam Stone", "staff", SAM) | {"active": True, "on_duty": True}], "next": None}
    services.answers |= {
        ("GET", "/api/v1/desk"): (200, SHOWN),
        ("PATCH", "/api/v1/desk"): (200, SHOWN),
        ("POST", "/api/v1/desk/undo"): (200, SHOWN),
        ("GET", "/api/v1/staff"): (200, team),
        ("GET", "/api/v1/desk/holidays"): (200, HOLIDAYS),
        ("PUT", "/api/v1/desk/holidays"): (200, HOLIDAYS),
        ("GET", "/api/v1/desk/groups"): (200, {"items": [GROUP]}),
        ("GET", "/api/v1/desk/categories"): (200, {"items": [CATEGORY]}),
        ("GET", "/api/v1/desk/products"): (200, {"items": []}),
        ("PATCH", f"/api/v1/desk/categories/{CASE_ID}"): (200, CATEGORY),
        ("POST", "/api/v1/desk/groups"): (201, GROUP),
    }
    return services


async def page_of(answer: Any) -> str:
    page: str = await answer.text()
    return page


async def test_the_desk_is_shown_as_it_is_set_f100_f101(portal: Portal, desk: Services) -> None:
    page = await page_of(await portal.staff("GET", f"{ROOT}/console/desk"))
    seen = (
        "Network",
        "Sam Stone",
        "09:00-12:00, 13:00-17:00",
        "2026-12-25 Christmas Day",
        'value="Received"',
        "Ada Able",
        "Undo",
    )
    assert [word for word in seen if word not in page] == []
    assert len(desk.paths()) == 4


async def test_what_is_typed_becomes_the_desk_and_the_word_acts_at_once_f128(portal: Portal, desk: Services) -> None:
    desk.answers[("GET", "/internal/desk")] = (200, {"alias": "cases"})
    assert ">Cases<" in await page_of(await portal.get(f"{ROOT}/cases/new"))
    typed = {"alias": "tickets", "zone": "Europe/London", "hours_mon": "9:00 - 12:00, 13:00-17:00", "version": "3"}
    typed |= {"response_high": "60", "word_new": "Received", "rating": "yes", "priorities": "low", "reopen_days": "7"}
    saved = await portal.staff("POST", f"{ROOT}/console/desk", data=typed)
    assert saved.headers["location"] == f"{ROOT}/console/desk?done=saved"
    heard = desk.last("/api/v1/desk")
    assert heard.headers["if-match"] == '"3"'
    sent = heard.json
    assert sent["business_hours"]["days"]["mon"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert (sent["targets"], sent["status_words"]) == ({"high": {"response_minutes": "60"}}, {"new": "Received"})
    assert (sent["alias"], sent["rating"], sent["priorities"], sent["reopen_days"]) == ("tickets", True, ["low"], "7")
    desk.answers[("GET", "/internal/desk")] = (200, {"alias": "tickets"})
    bag = {"id": CASE_ID, "name": "Phone case"}
    desk.answers[("GET", "/api/v1/cases/form")] = (200, case_form(products=[bag]))
    page = await page_of(await portal.get(f"{ROOT}/cases/new"))
    assert ">Phone case<" in page, "what a tenant calls its own things is not renamed"
    assert [word for word in ("New ticket", "Send ticket", ">Tickets<") if word not in page] == []
    desk.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view(opened_by=person("Bea Bold", person_id=SAM)))
    done = await page_of(await portal.get(f"{ROOT}/cases/CASE-1042?done=articles-changed"))
    told = ("The articles of this ticket were changed.", "Follow this ticket", "who is on this ticket.", "CASE-1042")
    assert [word for word in told if word not in done] == []
    assert "this case" not in done
    assert ">Cases</option>" in await page_of(await portal.staff("GET", f"{ROOT}/console/desk"))


async def test_customers_choose_among_statuses_in_their_tenants_words_f117(portal: Portal, desk: Services) -> None:
    desk.answers[("GET", "/internal/desk")] = (200, {"alias": "cases", "status_words": {"waiting": "Your turn"}})
    desk.answers[("GET", "/api/v1/cases")] = (200, {"items": [], "next": None, "total": None, "choices": None})
    page = await page_of(await portal.get(f"{ROOT}/cases"))
    assert [word for word in ("Your turn", "In progress") if word not in page] == []
    assert "Waiting for you" not in page


async def test_a_refused_hour_is_marked_at_its_day(portal: Portal, desk: Services) -> None:
    errors = [{"field": "business_hours.days.tue.0", "detail": "must end after it begins"}]
    desk.answers[("PATCH", "/api/v1/desk")] = (422, {"title": "Not right.", "errors": errors})
    refused = await portal.staff("POST", f"{ROOT}/console/desk", data={"hours_tue": "17:00-09:00", "version": "3"})
    page = await page_of(refused)
    assert refused.status == 422
    assert 'id="error-hours_tue"' in page
    assert 'value="17:00-09:00"' in page


async def test_holidays_are_set_line_by_line_and_a_wrong_line_is_named(portal: Portal, desk: Services) -> None:
    """F101: in a form of their own, for they are kept apart from the desk's choices; nothing typed is lost."""
    typed = "2026-12-25  Christmas Day\n\n2027-01-01"
    saved = await portal.staff("POST", f"{ROOT}/console/desk/holidays", data={"holidays": typed, "version": "4"})
    assert saved.headers["location"] == f"{ROOT}/console/desk?done=saved"
    new_year = {"on_date": "2027-01-01", "name": "Day off"}
    heard = desk.last("/api/v1/desk/holidays")
    assert (heard.json, heard.headers["if-match"]) == (
        {"days": [{"on_date": "2026-12-25", "name": "Christmas Day"}, new_year]},
        '"4"',
    )
    errors = [{"field": "days.1.on_date", "detail": "Input should be a valid date"}]
    desk.answers[("PUT", "/api/v1/desk/holidays")] = (422, {"title": "Not right.", "errors": errors})
    refused = await portal.staff(
        "POST", f"{ROOT}/console/desk/holidays", data={"holidays": "2026-12-25 X\nEaster 2027"}
    )
    page = await page_of(refused)
    assert refused.status == 422
    kept = ("Easter 2027: Input should be a valid date", "2026-12-25 X\nEaster 2027", 'value="Received"')
    assert [word for word in kept if word not in page] == []


async def test_whoever_is_slower_sees_the_holidays_that_somebody_else_set_and_loses_nothing_f101(
    portal: Portal, desk: Services
) -> None:
    shown = await page_of(await portal.staff("GET", f"{ROOT}/console/desk"))
    assert 'name="version" value="4"' in shown
    assert "somebody else set meanwhile" not in shown
    stale = {"type": "/problems/version-stale", "title": "This was changed by somebody else in the meantime."}
    desk.answers[("PUT", "/api/v1/desk/holidays")] = (412, stale)
    form = {"holidays": "2027-01-01 New Year", "version": "3"}
    refused = await portal.staff("POST", f"{ROOT}/console/desk/holidays", data=form)
    page = await page_of(refused)
    assert refused.status == 412
    seen = (stale["title"], "somebody else set meanwhile", "<li>2026-12-25 Christmas Day</li>", 'value="4"')
    assert [word for word in (*seen, "2027-01-01 New Year</textarea>") if word not in page] == []


async def test_the_newest_change_is_undone_by_a_button(portal: Portal, desk: Services) -> None:
    undone = await portal.staff("POST", f"{ROOT}/console/desk/undo", data={"version": "3"})
    assert undone.headers["location"] == f"{ROOT}/console/desk?done=undone"
    assert desk.last("/api/v1/desk/undo").headers["if-match"] == '"3"'


async def test_a_categorys_questions_are_edited_ordered_and_taken_away_f095(portal: Portal, desk: Services) -> None:
    page = await page_of(await portal.staff("GET", f"{ROOT}/console/desk/categories/{CASE_ID}"))
    assert [word for word in ("Serial number", "On the back.", "A\nB", "Another question") if word not in page] == []
    typed = {"name": "Router", "position": "2", "group_id": CASE_ID, "version": "5"}
    typed |= {"q0_key": "serial", "q0_label": "", "q1_label": "Since when?", "q1_kind": "date", "q1_place": "2"}
    typed |= {"q2_label": "Colour", "q2_kind": "choice", "q2_choices": "Red\n\n Green ", "q2_place": "1"}
    typed |= {"q2_required": "yes", "q3_label": "9 lives", "q3_kind": "number", "q3_minimum": "1"}
    saved = await portal.staff("POST", f"{ROOT}/console/desk/categories/{CASE_ID}", data=typed)
    assert saved.status == 303, await saved.text()
    sent = desk.last(f"/api/v1/desk/categories/{CASE_ID}").json
    assert [(one["key"], one["kind"], one["choices"]) for one in sent["form"]] == [
        ("colour", "choice", ["Red", "Green"]),
        ("since_when", "date", []),
        ("q_9_lives", "number", []),
    ]
    assert (sent["form"][0]["required"], sent["form"][2]["minimum"]) == (True, "1")


async def test_a_group_is_made_of_staff_f101(portal: Portal, desk: Services) -> None:
    assert "Sam Stone" in await page_of(await portal.staff("GET", f"{ROOT}/console/desk/groups/new"))
    form = {"name": "Network", "position": "1", "member_ids": SAM, "idempotency_key": "k" * 12}
    made = await portal.staff("POST", f"{ROOT}/console/desk/groups/new", data=form)
    assert made.headers["location"] == f"{ROOT}/console/desk/groups?done=saved"
    sent = desk.last("/api/v1/desk/groups").json
    assert sent == {"name": "Network", "position": "1", "archived": False, "member_ids": [SAM]}


async def test_lists_and_forms_of_every_noun_are_drawn(portal: Portal, desk: Services) -> None:
    desk.answers[("GET", "/api/v1/desk/templates")] = (200, {"items": []})
    desk.answers[("GET", "/api/v1/desk/departments")] = (200, {"items": []})
    for noun in ("categories", "departments", "products", "groups", "templates"):
        for path in (noun, f"{noun}/new"):
            assert (await portal.staff("GET", f"{ROOT}/console/desk/{path}")).status == 200
        missing = await portal.staff("GET", f"{ROOT}/console/desk/{noun}/{SAM}")
        assert missing.status == 404
