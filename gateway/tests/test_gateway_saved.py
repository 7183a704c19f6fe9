"""F103: views: kept from a list as it stands, opened as its address, begun with, changed on their own page."""

from typing import Any

import pytest

from gateway.testing import ACME, CASE_ID, SAM, Portal, Services, case

ROOT = "/portal/northwind"
QUERY: dict[str, Any] = {
    "scope": "all", "view": None, "status": ["new", "waiting"], "priority": [], "q": None, "assignee": None,
    "category_id": ACME, "department_id": None, "group_id": None, "date": "created", "date_from": "2026-11-01",
    "date_to": None, "sort": "-priority", "columns": ["status", "created"],
}  # fmt: skip
VIEW: dict[str, Any] = {
    "id": CASE_ID, "name": "Waiting long", "query": QUERY, "own": True, "default": False, "shared_with": "nobody",
    "group_id": None, "version": 4,
}  # fmt: skip
ADDRESS = (
    "scope=all&status=new&status=waiting&category=" + ACME + "&date=created&from=2026-11-01&sort=-priority"
    "&columns=status&columns=created"
)
COUNTS = dict.fromkeys(("mine", "unassigned", "groups", "overdue", "waiting", "all"), 2) | {"saved": {CASE_ID: 17}}


def choices(*views: dict[str, Any]) -> dict[str, Any]:
    group = {"id": SAM, "name": "Network"}
    return {"categories": [], "departments": [], "groups": [group], "colleagues": [], "views": list(views)}


def listed(*views: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    total = {"count": 1, "capped": False}
    return 200, {"items": [case()], "next": None, "total": total, "choices": choices(*views)}


@pytest.fixture
def views(services: Services) -> Services:
    """A list with one view of it."""
    services.answers |= {
        ("GET", "/api/v1/cases"): listed(VIEW),
        ("GET", "/api/v1/cases/choices"): (200, choices(VIEW)),
        ("GET", "/api/v1/cases/views"): (200, COUNTS),
        ("POST", "/api/v1/cases/saved-views"): (201, VIEW),
        ("PUT", f"/api/v1/cases/saved-views/{CASE_ID}"): (200, VIEW),
        ("DELETE", f"/api/v1/cases/saved-views/{CASE_ID}"): (204, None),
    }
    return services


async def test_a_view_is_an_address_of_the_list_and_the_queue_says_how_much_it_holds(
    portal: Portal, views: Services
) -> None:
    text = await (await portal.get(f"{ROOT}/cases?scope=mine")).text()
    assert f"/cases?{ADDRESS.replace('&', '&amp;')}&amp;saved={CASE_ID}" in text
    text = await (await portal.staff("GET", f"{ROOT}/console?saved={CASE_ID}&view=all")).text()
    assert 'aria-current="page">Waiting long <small>17</small>' in text
    assert len(views.paths()) <= 5


async def test_who_has_a_first_view_begins_with_it_and_comes_out_again(portal: Portal, views: Services) -> None:
    views.answers[("GET", "/api/v1/cases")] = listed(VIEW | {"default": True})
    begun = await portal.get(f"{ROOT}/cases")
    assert (begun.status, begun.headers["location"]) == (303, f"{ROOT}/cases?{ADDRESS}&saved={CASE_ID}")
    assert (await portal.get(f"{ROOT}/cases?scope=mine")).status == 200
    assert (await portal.staff("GET", f"{ROOT}/console")).headers["location"].startswith(f"{ROOT}/console?scope=all&st")
    assert (await portal.staff("GET", f"{ROOT}/console?view=unassigned")).status == 200


async def test_what_is_on_the_screen_is_kept_under_a_name(portal: Portal, views: Services) -> None:
    typed = {"name": "Waiting long", "query": f"{ADDRESS}&cursor=c9&saved=x&q=", "default": "yes"}
    kept = await portal.post(f"{ROOT}/cases/views", data=typed)
    assert (kept.status, kept.headers["location"]) == (
        303,
        f"{ROOT}/cases?done=view-kept&{ADDRESS}&saved={CASE_ID}",
    )
    sent = views.last("/api/v1/cases/saved-views").json
    assert sent["query"] == {name: value for name, value in QUERY.items() if value}
    assert (sent["name"], sent["default"], sent["shared_with"], sent["group_id"]) == (
        "Waiting long",
        True,
        "nobody",
        None,
    )


async def test_staff_share_a_view_of_the_queue_with_a_group(portal: Portal, views: Services) -> None:
    typed = {"name": "Ours", "query": f"view=groups&group={SAM}&assignee=none&sort=created_at", "share": f"group:{SAM}"}
    assert (await portal.staff("POST", f"{ROOT}/console/views", data=typed)).status == 303
    sent = views.last("/api/v1/cases/saved-views").json
    assert sent["query"] == {"view": "groups", "group_id": SAM, "assignee": "none", "sort": "created_at"}
    assert (sent["shared_with"], sent["group_id"]) == ("group", SAM)
    page = await (await portal.staff("GET", f"{ROOT}/console/views")).text()
    assert "Group Network" not in page, "there is nothing to share before there is something to keep"


async def test_a_refused_view_comes_back_as_it_was_typed(portal: Portal, views: Services) -> None:
    taken = {"type": "/problems/view-name-taken", "title": "You have a view of this name already."}
    views.answers[("POST", "/api/v1/cases/saved-views")] = (409, taken)
    refused = await portal.post(f"{ROOT}/cases/views", data={"name": "Twice", "query": "status=new"})
    text = await refused.text()
    assert refused.status == 409
    assert [one for one in ("of this name already", 'value="Twice"', 'value="status=new"') if one not in text] == []


async def test_the_page_of_views_renames_and_takes_away(portal: Portal, views: Services) -> None:
    page = await (await portal.get(f"{ROOT}/cases/views")).text()
    assert [one for one in ("Waiting long", 'name="version" value="4"') if one not in page] == []
    form = {"view_id": CASE_ID, "version": "4", "query": ADDRESS, "share": "nobody"}
    renamed = await portal.post(f"{ROOT}/cases/views", data=form | {"name": "Long"})
    assert renamed.headers["location"] == f"{ROOT}/cases/views?done=view-kept"
    heard = views.last(f"/api/v1/cases/saved-views/{CASE_ID}")
    assert (heard.method, heard.headers["if-match"], heard.json["name"]) == ("PUT", '"4"', "Long")
    dropped = await portal.post(f"{ROOT}/cases/views", data=form | {"name": "", "action": "drop"})
    assert dropped.headers["location"] == f"{ROOT}/cases/views?done=view-dropped"
    assert views.last(f"/api/v1/cases/saved-views/{CASE_ID}").method == "DELETE"
    wrong = await portal.post(f"{ROOT}/cases/views", data=form | {"view_id": "../me"})
    assert wrong.status == 404
