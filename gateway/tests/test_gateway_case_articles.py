"""F106: articles on a case: chosen by staff on a page of their own, found by the customer beside their case."""

from typing import Any

from gateway.testing import ANN, CASE_ID, Portal, Services, case_view

ROOT = "/portal/northwind"
PAGE = f"{ROOT}/console/cases/CASE-1042/articles"
GUIDE = {"id": ANN, "slug": "reset-router", "title": "Reset the router", "audience": "customers"}
SECRET = {"id": CASE_ID, "slug": "tricks", "title": "Tricks", "audience": "internal"}


def shelf(services: Services, *named: dict[str, Any]) -> None:
    """A case with these articles named, and two that are found."""
    services.answers |= {
        ("GET", "/api/v1/cases/CASE-1042"): (200, case_view(articles=list(named))),
        ("GET", "/api/v1/documents"): (200, {"items": [], "next": None, "total": None}),
        ("GET", "/api/v1/articles"): (200, {"items": [GUIDE, SECRET], "next": None}),
        ("PUT", f"/api/v1/cases/CASE-1042/articles/{CASE_ID}"): (200, {}),
        ("DELETE", f"/api/v1/cases/CASE-1042/articles/{ANN}"): (200, {}),
    }


async def test_staff_find_them_by_the_cases_own_subject_and_name_them(portal: Portal, services: Services) -> None:
    shelf(services, GUIDE)
    page = await (await portal.staff("GET", f"{PAGE}?view=mine")).text()
    assert services.last("/api/v1/articles").query == "q=No+dial+tone&state=published&limit=10"
    assert (page.count("Reset the router</a>"), page.count("Tricks</a>")) == (1, 1), "what is named is not offered"
    assert len(services.paths()) <= 3
    for article_id, action, method in ((CASE_ID, "on", "PUT"), (ANN, "off", "DELETE")):
        sent = {"article_id": article_id, "action": action}
        done = await portal.staff("POST", f"{PAGE}?view=mine&words=tone", data=sent)
        assert (done.status, done.headers["location"]) == (303, f"{PAGE}?done=articles-changed&view=mine&words=tone")
        assert services.last(f"/api/v1/cases/CASE-1042/articles/{article_id}").method == method
    narrowed = await (await portal.staff("GET", f"{PAGE}?view=all&status=new&status=waiting")).text()
    kept = [f'name="status" value="{status}"' in narrowed for status in ("new", "waiting")]
    assert kept == [True, True], "a search for articles forgets the queue it came from"
    services.answers[("GET", "/api/v1/articles")] = (503, {"title": "Away."})
    assert "Could not be searched just now" in await (await portal.staff("GET", PAGE)).text()
    services.answers[("PUT", f"/api/v1/cases/CASE-1042/articles/{CASE_ID}")] = (422, {"title": "Not published."})
    refused = await portal.staff("POST", PAGE, data={"article_id": CASE_ID, "action": "on"})
    assert (refused.status, "Not published." in await refused.text()) == (422, True)


async def test_a_case_shows_them_beside_it_to_its_customer_and_to_staff(portal: Portal, services: Services) -> None:
    shelf(services, GUIDE)
    hers = await (await portal.get(f"{ROOT}/cases/CASE-1042")).text()
    assert f'href="{ROOT}/articles/reset-router">Reset the router</a>' in hers
    shelf(services, GUIDE, SECRET)
    staffs = await (await portal.staff("GET", f"{ROOT}/console/cases/CASE-1042")).text()
    assert f'href="{ROOT}/console/articles/tricks">Tricks</a>' in staffs
    assert f'href="{PAGE}' in staffs
