"""What people do with a case besides writing, page by page: nothing typed is lost, and what is possible is said."""

from typing import Any

import aiohttp
import pytest

from gateway.testing import ACME, ANN, CASE_ID, Portal, Services, case, case_form, case_view

ROOT = "/portal/northwind"
PATH = f"{ROOT}/cases/CASE-1042"
API = "/api/v1/cases/CASE-1042"
FOR_DAYS = {"policy": "reopen_within_days", "until": "2026-12-05T08:00:00Z"}
SHUT = {"key": "closed", "label": "Closed"}


async def answer_of(portal: Portal, path: str, form: dict[str, str]) -> aiohttp.ClientResponse:
    """What Sam's browser gets for a form."""
    return await portal.staff("POST", path, data=form)


LIST: tuple[int, dict[str, Any]] = 200, {"items": [case()], "next": None, "total": None, "choices": None}


def shut(**allowed: bool) -> dict[str, bool]:
    return dict.fromkeys(case_view()["may"], False) | allowed


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        ("GET", API): (200, case_view()),
        ("GET", "/api/v1/cases"): LIST,
    }
    services.answers[("GET", "/api/v1/documents")] = (200, {"items": [], "next": None, "total": None})
    services.answers[("GET", "/api/v1/staff")] = (200, {"items": [], "next": None})
    return services


@pytest.mark.parametrize(
    ("more", "words", "not_there"),
    [
        ({"may": shut()}, "open a new case and name CASE-1042", "Open it again"),
        ({"may": shut(reopen=True)}, "you can open it again.", "linked_from="),
        (
            {
                "may": shut(reopen=True),
                "after_close": {"policy": "reopen_within_days", "until": "2026-12-05T08:00:00Z"},
            },
            "you can open it again until",
            "linked_from=",
        ),
        ({"may": shut(open_linked=True)}, "linked_from=CASE-1042", "/reopen"),
        ({"may": shut(), "merged_into": "CASE-7"}, "Go to CASE-7", "/reopen"),
        ({"may": shut(rate=True)}, "How well was it solved?", "Something to add?"),
        ({"may": shut(), "rating": 4}, "Rated 4 of 5.", "How well was it solved?"),
    ],
)
async def test_a_closed_case_says_what_is_possible_and_shows_nothing_else_f125(
    portal: Portal, services: Services, more: dict[str, Any], words: str, not_there: str
) -> None:
    services.answers[("GET", API)] = (200, case_view(status=SHUT, **more))
    page = await (await portal.get(PATH)).text()
    assert words in page
    assert not_there not in page


async def test_a_stale_edit_shows_both_and_keeps_what_was_typed_f120(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/form")] = (200, case_form(priorities=["low"]))
    form = await (await portal.get(f"{PATH}/edit")).text()
    assert 'value="No dial tone"' in form
    offered = [key for key in ("low", "normal", "high", "urgent") if f'<option value="{key}"' in form]
    assert offered == ["low", "normal"], "what the desk offers its customers, and what the case has"
    services.answers[("PATCH", API)] = (412, {"title": "This was changed by somebody else in the meantime."})
    typed = {"subject": "No tone at all", "version": "2"}
    answer = await portal.post(f"{PATH}/edit", typed)
    page = await answer.text()
    assert answer.status == 412
    assert "As it is now" in page
    assert "No dial tone" in page
    assert 'value="No tone at all"' in page
    sent = next(one for one in services.heard if one.method == "PATCH")
    assert (sent.json, sent.headers["if-match"]) == ({"subject": "No tone at all"}, '"2"')


async def test_followers_come_and_go_by_a_button_f111(portal: Portal, services: Services) -> None:
    page = await (await portal.get(PATH)).text()
    assert "Cleo Cole" in page
    services.answers[("POST", f"{API}/watchers")] = (201, {})
    services.answers[("DELETE", f"{API}/watchers/{ACME}")] = (200, {})
    assert (await portal.post(f"{PATH}/watchers", {"person_id": CASE_ID})).status == 303
    assert services.last(f"{API}/watchers").json == {"person_id": CASE_ID}
    assert (await portal.post(f"{PATH}/watchers", {"person_id": ACME, "action": "off"})).status == 303
    assert services.last(f"{API}/watchers/{ACME}").method == "DELETE"
    refused = await portal.post(f"{PATH}/watchers", {"person_id": "../../contacts", "action": "off"})
    assert refused.status == 404


async def test_a_note_is_shown_as_it_will_be_read_before_it_is_sent(portal: Portal, services: Services) -> None:
    note = {"body": "It is *really* <script>alert(1)</script> dead", "action": "preview"}
    console = f"{ROOT}/console/cases/CASE-1042/notes"
    for answer in (await portal.post(f"{PATH}/notes", note), await answer_of(portal, console, note)):
        page = await answer.text()
        assert "<em>really</em> &lt;script&gt;" in page
        assert "It is *really*" in page
    assert not [one for one in services.heard if one.method == "POST" and one.path.startswith("/api/")]


async def test_a_rating_is_sent_and_a_missing_one_is_asked_for(portal: Portal, services: Services) -> None:
    services.answers[("GET", API)] = (200, case_view(status=SHUT, may=shut(rate=True)))
    services.answers[("PUT", f"{API}/rating")] = (200, {})
    assert (await portal.post(f"{PATH}/rating", {"rating": "5", "comment": ""})).status == 303
    assert services.last(f"{API}/rating").json == {"rating": "5", "comment": None}


async def test_a_reply_that_came_second_keeps_its_text(portal: Portal, services: Services) -> None:
    held = {"title": "Somebody else wrote on this case after you opened it.", "type": "/problems/answered-meanwhile"}
    services.answers[("POST", f"{API}/notes")] = (409, held)
    note = {"body": "Try that", "visibility": "customer", "seen_at": "2026-11-20T08:00:00Z"}
    answer = await answer_of(portal, f"{ROOT}/console/cases/CASE-1042/notes", note)
    page = await answer.text()
    assert (answer.status, "Try that" in page, held["title"] in page) == (409, True, True)
    assert 'name="seen_at" value="2026-11-21T08:00:00Z"' in page
    assert next(one for one in services.heard if one.path == f"{API}/notes").json["seen_at"] == "2026-11-20T08:00:00Z"


async def test_a_ready_made_reply_comes_below_what_is_written(portal: Portal, services: Services) -> None:
    services.answers[("GET", f"{API}/canned-replies/{ANN}")] = (200, {"body": "Dear Ann"})
    note = {"body": "Hello", "canned": ANN, "action": "canned", "visibility": "customer"}
    page = await (await answer_of(portal, f"{ROOT}/console/cases/CASE-1042/notes", note)).text()
    assert "Hello\n\nDear Ann</textarea>" in page


async def test_the_case_shows_who_writes_what_is_promised_and_what_was_before(
    portal: Portal, services: Services
) -> None:
    other = {"reference": "CASE-9", "subject": "Old", "status": SHUT, "contact_name": "Ann Archer"}
    late = {"kind": "response", "due": "2026-11-20T08:00:00Z", "state": "overdue"}
    view = case_view(
        writing=[{"id": ANN, "name": "Tom Tall", "kind": "staff", "email": None}],
        promises=[late],
        history={"contact": [other], "organisation": []},
    )
    services.answers[("GET", API)] = (200, view)
    page = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    for words in ("Tom Tall is writing a reply.", "Answer overdue since", "CASE-9"):
        assert words in page
    theirs = await (await portal.get(PATH)).text()
    assert "overdue" not in theirs
    assert "Answer by" in theirs


async def test_a_change_to_many_says_what_became_of_each(portal: Portal, services: Services) -> None:
    rows = [{"case_id": ANN, "reference": "CASE-7", "outcome": "refused", "detail": "This case is closed."}]
    services.answers[("POST", "/api/v1/cases/bulk")] = (200, {"rows": rows})
    change = {"set": "status=closed", "case_ids": ANN}
    page = await (await answer_of(portal, f"{ROOT}/console/bulk", change)).text()
    assert "Refused: This case is closed." in page
    assert services.last("/api/v1/cases/bulk").json == {"case_ids": [ANN], "status": "closed"}
    nothing = await (await answer_of(portal, f"{ROOT}/console/bulk", {"set": ""})).text()
    assert "Nothing was ticked" in nothing


async def test_the_queue_offers_to_give_what_is_ticked_to_a_group_f107(portal: Portal, services: Services) -> None:
    """F101: one of those there are, or none; what the desk does not know is refused in words."""
    choices: dict[str, Any] = {name: [] for name in ("categories", "departments", "colleagues", "views")}
    choices["groups"] = [{"id": ANN, "name": "Network"}]
    services.answers[("GET", "/api/v1/cases")] = 200, LIST[1] | {"choices": choices}
    services.answers[("POST", "/api/v1/cases/bulk")] = (422, {"title": "There is no such group."})
    page = await (await portal.staff("GET", f"{ROOT}/console")).text()
    assert f'<option value="group_id={ANN}">Network</option>' in page
    refused = await answer_of(portal, f"{ROOT}/console/bulk", {"set": f"group_id={ANN}", "case_ids": ANN})
    assert services.last("/api/v1/cases/bulk").json == {"case_ids": [ANN], "group_id": ANN}
    assert "There is no such group." in await refused.text()
    await answer_of(portal, f"{ROOT}/console/bulk", {"set": "group_id=", "case_ids": ANN})
    assert services.last("/api/v1/cases/bulk").json == {"case_ids": [ANN], "group_id": None}


async def test_what_is_out_of_order_stands_on_the_first_page_and_before_a_new_case(
    portal: Portal, services: Services
) -> None:
    outage = {
        "id": ANN, "title": "Lines in Hull", "text": "We are *on* it.", "categories": ["Telephony"], "version": 1,
        "starts_at": "2026-11-20T08:00:00Z", "ends_at": None,
    }  # fmt: skip
    nothing = {"items": [], "next": None, "total": None}
    services.answers |= {("GET", f"/api/v1/{path}"): (200, nothing) for path in ("articles", "invoices")}
    services.answers[("GET", "/api/v1/articles")] = (200, nothing | {"announcements": [outage]})
    services.answers[("GET", "/api/v1/announcements")] = (200, {"items": [outage]})
    home = await (await portal.get(f"{ROOT}/")).text()
    assert "Lines in Hull" in home
    assert "<em>on</em>" in home
    telephony = await (await portal.get(f"{ROOT}/cases/new?category=telephony")).text()
    billing = await (await portal.get(f"{ROOT}/cases/new?category=Billing")).text()
    assert "Lines in Hull" in telephony
    assert "Lines in Hull" not in billing


async def test_an_announcement_is_said_with_the_writers_own_clock(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/announcements")] = (200, {"items": []})
    services.answers[("POST", "/api/v1/announcements")] = (201, {})
    form = {"title": "Lines", "text": "Down", "categories": "Telephony, Network", "ends_at": "2026-11-30 17:00"}
    assert (await answer_of(portal, f"{ROOT}/console/announcements", form)).status == 303
    said = next(one for one in services.heard if one.method == "POST" and one.path == "/api/v1/announcements").json
    assert (said["categories"], said["ends_at"]) == (["Telephony", "Network"], "2026-11-30T17:00:00+00:00")
    wrong = await answer_of(portal, f"{ROOT}/console/announcements", form | {"ends_at": "tomorrow"})
    page = await wrong.text()
    assert (wrong.status, "Write a day and a time" in page, 'value="Lines"' in page) == (422, True, True)
    told = {"id": ANN, "title": "Lines", "text": "Soon.", "categories": [], "version": 1, "starts_at": None}
    services.answers[("GET", "/api/v1/announcements")] = (200, {"items": [told | {"ends_at": said["ends_at"]}]})
    again = await (await portal.staff("GET", f"{ROOT}/console/announcements?edit={ANN}")).text()
    assert 'value="2026-11-30T17:00"' in again, "the field has another clock than its writer"


async def test_of_two_who_edit_a_case_the_slower_sees_both_f107(portal: Portal, services: Services) -> None:
    """What was chosen stays chosen, what only stood there is as it is now, and what changed is told beside it."""
    desk, edit = {"id": ACME, "name": "Field service"}, f"{ROOT}/console/cases/CASE-1042/edit"
    services.answers[("GET", "/api/v1/cases/form")] = (200, case_form(groups=[desk], products=[desk]))
    page = await (await portal.staff("GET", edit)).text()
    assert 'name="was_group_id" value=""' in page
    assert len(services.paths()) == 2
    services.answers[("GET", API)] = (200, case_view(priority="urgent", product_id=CASE_ID, product="Fax", version=4))
    services.answers[("PATCH", API)] = (412, {"title": "This was changed by somebody else in the meantime."})
    names = ("subject", "category_id", "department_id", "product_id", "asset_label", "group_id", "assignee_id")
    was = {f"was_{name}": "" for name in names} | {"was_subject": "No dial tone", "was_priority": "normal"}
    chosen = dict.fromkeys(names, "") | {"subject": "No dial tone", "priority": "normal", "group_id": ACME}
    answer = await answer_of(portal, edit, was | chosen | {"version": "3", "asset_label": " Router 12 "})
    [sent] = [one for one in services.heard if one.method == "PATCH"]
    assert sent.json == {"group_id": ACME, "asset": {"label": "Router 12"}}
    assert sent.headers["if-match"] == '"3"'
    page = await answer.text()
    assert answer.status == 412
    assert page.count("Somebody else changed this meanwhile.") == 2
    assert "It is now: Urgent" in page
    assert "Fax (no longer offered)" in page
    for kept in (f'value="{ACME}" selected', 'value="urgent" selected', 'value=" Router 12 "', 'value="4"'):
        assert kept in page


async def test_a_case_that_nobody_changes_is_not_sent_and_a_closed_one_not_edited_f107(
    portal: Portal, services: Services
) -> None:
    services.answers[("GET", "/api/v1/cases/form")] = (200, case_form())
    edit = f"{ROOT}/console/cases/CASE-1042/edit"
    same = {"subject": "No dial tone", "was_subject": "No dial tone", "version": "3"}
    assert (await answer_of(portal, edit, same)).status == 303
    assert not [one for one in services.heard if one.method == "PATCH"]
    assert edit in await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    services.answers[("GET", API)] = (200, case_view(status=SHUT, may=shut(reopen=True)))
    assert (await portal.staff("GET", edit)).status == 303
    assert edit not in await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()


async def test_the_timeline_tells_every_fact_in_words_f122(portal: Portal, services: Services) -> None:
    told = {
        "group_id": "gave the case to group Field",
        "department_id": "changed the department from none to Field",
        "asset": "changed what is affected from none to Field",
        "merged_from": "merged Field into this case",
        "split_to": "made a note a case of its own, Field",
    }
    line = {
        "kind": "change",
        "visibility": "internal",
        "author": case_view()["opened_by"],
        "body_html": "",
        "old": None,
    }
    line |= {"new": "Field", "created_at": "2026-11-20T08:00:00Z"}
    lines = [line | {"id": field, "field": field} for field in told]
    services.answers[("GET", API)] = (200, case_view(timeline=lines))
    page = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    assert [words for words in told.values() if words not in page] == []
