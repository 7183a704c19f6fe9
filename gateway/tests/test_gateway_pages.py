"""Portal pages: what they ask of the services and what they show."""

from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.testing import ANNS, CASE_ID, Portal, Services, case, case_view

ROOT = "/portal/northwind"
NOTHING: dict[str, Any] = {"items": [], "next": None, "total": {"count": 0, "capped": False}, "choices": None}


async def test_home_asks_three_services_and_greets_f083_f088(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING | {"items": [case()]})
    answer = await portal.get(ROOT + "/")
    assert answer.status == 200
    text = await answer.text()
    assert "Hello, Ann" in text
    assert "CASE-1042" in text
    assert "ignoreTitle:true" in text, "what comes later has a title of its own, which is not this page's"
    assert sorted(services.paths()) == ["GET /api/v1/articles", "GET /api/v1/cases", "GET /api/v1/invoices"]


async def test_home_says_when_support_ends_once_that_is_near_f087(portal: Portal, services: Services) -> None:
    """F087: identity says when it is near; without its word there is no notice."""
    for path in ("cases", "articles", "invoices"):
        services.answers[("GET", f"/api/v1/{path}")] = (200, NOTHING)
    assert "Your support ends on" not in await (await portal.get(ROOT + "/")).text()
    services.sessions["ends-" + "e" * 32] = services.sessions[ANNS] | {"support_ends_on": "2027-01-20"}
    text = await (await portal.get(ROOT + "/", headers=portal.browser("ends-" + "e" * 32))).text()
    assert all(words in text for words in ("Your support ends on", "Jan 20, 2027", "help@example.org"))


async def test_the_list_passes_its_filters_on_f071_f104(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING | {"items": [case()], "next": "c2"})
    answer = await portal.get(ROOT + "/cases?scope=all&status=new&status=waiting&q=tone")
    assert answer.status == 200
    assert (
        services.last("/api/v1/cases").query
        == "scope=all&status=new&status=waiting&q=tone&sort=-updated_at&choices=true"
    )
    text = await answer.text()
    assert [word for word in ("No dial tone", "CASE-1042", "New", "Normal", "Nov") if word not in text] == []


async def test_the_list_has_the_columns_and_the_words_of_its_tenant_f104_f107(
    portal: Portal, services: Services
) -> None:
    """F104, F107: what was chosen is drawn and leaves as a file; a status is called as the desk calls it."""
    choices = {"categories": [{"id": CASE_ID, "name": "Router"}], "departments": [], "views": []}
    services.answers |= {
        ("GET", "/api/v1/cases"): (200, NOTHING | {"items": [case(category="Router")], "choices": choices}),
        ("GET", "/internal/desk"): (200, {"alias": "cases", "status_words": {"resolved": "Looked after"}}),
    }
    query = f"category={CASE_ID}&columns=nonsense&columns=category&columns=priority"
    text = await (await portal.get(f"{ROOT}/cases?{query}")).text()
    assert services.last("/api/v1/cases").query == f"scope=mine&category_id={CASE_ID}&sort=-updated_at&choices=true"
    assert [head for head in (">Priority<", ">Category<", ">Created<") if f'scope="col"{head}' in text] == [
        ">Priority<",
        ">Category<",
    ]
    assert "Looked after" in text
    assert "Resolved" not in text
    assert (
        f"/cases.csv?scope=mine&amp;category={CASE_ID}&amp;sort=-updated_at&amp;columns=priority&amp;columns=category"
        in text
    )
    services.answers[("GET", "/api/v1/cases/export")] = (200, {})
    await portal.get(f"{ROOT}/cases.csv?{query}")
    assert services.last("/api/v1/cases/export").query.endswith("columns=priority&columns=category")


async def test_the_list_asks_by_a_day_in_the_cases_own_words_f103(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, NOTHING)
    answer = await portal.get(ROOT + "/cases?date=closed&from=2026-11-01&sort=-priority&priority=high")
    assert answer.status == 200
    asked = "scope=mine&priority=high&date=closed&date_from=2026-11-01&sort=-priority&choices=true"
    assert services.last("/api/v1/cases").query == asked
    services.answers[("GET", "/api/v1/cases")] = (422, {"type": "/problems/invalid", "title": "That is no day."})
    refused = await portal.get(ROOT + "/cases?date=created&from=yesterday")
    assert refused.status == 422
    assert "That is no day." in await refused.text()


async def test_the_list_leaves_as_a_file_piece_by_piece_f119(portal: Portal, services: Services) -> None:
    asked: list[str] = []

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"CASE-1,Dark\r\n"

    async def file(request: Request) -> Response:
        asked.append(request.url.query)
        headers = {"content-disposition": 'attachment; filename="cases-2026-11-22.csv"', "cache-control": "no-store"}
        return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)

    services.answers[("GET", "/api/v1/cases/export")] = file
    answer = await portal.get(ROOT + "/cases.csv?scope=all&status=new&cursor=c2&sort=-status")
    assert answer.status == 200
    assert await answer.text() == "CASE-1,Dark\r\n" * 3
    assert answer.headers["content-disposition"] == 'attachment; filename="cases-2026-11-22.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert asked == ["scope=all&status=new&sort=-status"]
    services.answers[("GET", "/api/v1/cases/export")] = (422, {"type": "/problems/invalid", "title": "That is no day."})
    assert (await portal.get(ROOT + "/cases.csv?date=created&from=yesterday")).status == 422


async def test_a_mistyped_address_of_a_case_is_not_there(portal: Portal, services: Services) -> None:
    pattern = [{"field": "case", "detail": "This is not written as it should be."}]
    services.answers[("GET", "/api/v1/cases/nonsense")] = (422, {"title": "Not right.", "errors": pattern})
    answer = await portal.get(f"{ROOT}/cases/nonsense")
    assert answer.status == 404
    assert "There is nothing here" in await answer.text()


async def test_a_case_shows_its_conversation_f121(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view())
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    answer = await portal.get(ROOT + "/cases/CASE-1042")
    assert answer.status == 200
    assert "Dead." in await answer.text()
    assert services.last("/api/v1/documents").query == f"case_id={CASE_ID}&limit=100"


async def test_invoices_are_asked_for_by_one_of_their_days(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/invoices")] = (200, NOTHING)
    answer = await portal.get(ROOT + "/invoices?status=open&by=due&from=2026-11-01&to=2026-11-30&sort=due_on")
    assert answer.status == 200
    expected = "status=open&sort=due_on&due_from=2026-11-01&due_to=2026-11-30"
    assert services.last("/api/v1/invoices").query == expected


async def test_a_day_that_is_none_is_said_above_the_list_and_kept(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/invoices")] = (422, {"type": "/problems/invalid", "title": "That is no day."})
    answer = await portal.get(ROOT + "/invoices?from=yesterday")
    assert answer.status == 422
    text = await answer.text()
    assert "That is no day." in text
    assert 'value="yesterday"' in text


async def test_a_document_names_the_cases_it_hangs_on_f156(portal: Portal, services: Services) -> None:
    document = {
        "id": CASE_ID, "title": "Plan", "description": "", "file_name": "plan.pdf", "content_type": "application/pdf",
        "size": 11, "sha256": None, "state": "ready", "scan": "clean", "links": [{"kind": "case", "id": CASE_ID}],
        "uploaded_by": {"id": CASE_ID, "name": "Ann", "kind": "contact"}, "created_at": "2026-11-20T08:00:00Z",
        "folder": "public", "on_portal": True, "shared_with": [], "version": 2, "number": 1, "may_publish": False,
    }  # fmt: skip
    services.answers[("GET", f"/api/v1/documents/{CASE_ID}")] = (200, document)
    services.answers[("GET", "/api/v1/cases")] = (200, {"items": [case_view()], "next": None})
    text = await (await portal.get(f"{ROOT}/documents/{CASE_ID}")).text()
    assert "No dial tone" in text
    assert len(services.paths()) <= 3
    assert "11 bytes" in text


async def test_a_file_on_the_timeline_is_told_as_attached_f112(portal: Portal, services: Services) -> None:
    entry = {
        "id": CASE_ID, "kind": "file", "visibility": "customer", "body_html": "", "field": None, "old": None,
        "new": "shot.txt", "author": {"id": CASE_ID, "name": "Ann Archer", "kind": "contact"},
        "created_at": "2026-11-20T08:00:00Z",
    }  # fmt: skip
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view() | {"timeline": [entry]})
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    text = await (await portal.get(ROOT + "/cases/CASE-1042")).text()
    assert "<strong>Ann Archer</strong> attached shot.txt" in text


async def test_denied_and_missing_are_the_same_page(portal: Portal, services: Services) -> None:
    answer = await portal.get(ROOT + "/cases/CASE-1")
    other = await portal.get(ROOT + "/nowhere")
    assert (answer.status, other.status) == (404, 404)
    assert services.paths() == ["GET /api/v1/cases/CASE-1"]
