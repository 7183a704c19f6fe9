"""Forms without script: files on their way, mistakes given back with everything typed, nothing done twice."""

from typing import Any

import aiohttp
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response

from gateway.testing import ANN, Portal, Services, case_view, person

ROOT = "/portal/northwind"
TYPED = {"subject": "Printer <offline>", "body": "It blinks\r\ntwice.", "priority": "high", "category": "Hardware"}
NOTHING: dict[str, Any] = {"items": [], "next": None}


def form(*files: tuple[str, bytes], **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(default_to_multipart=True)
    for name, value in ({"idempotency_key": "form-key-1"} | TYPED | fields).items():
        data.add_field(name, value)
    for name, content in files:
        data.add_field("files", content, filename=name, content_type="text/plain")
    return data


def document(name: str) -> dict[str, Any]:
    return {
        "id": ANN, "title": name, "description": "", "file_name": name, "content_type": "text/plain", "size": 3,
        "sha256": None, "state": "ready", "scan": "not_scanned", "links": [], "uploaded_by": person("Ann"),
        "created_at": "2026-11-20T08:00:00Z", "preview": False, "version": 2, "number": 1, "folder": None,
        "on_portal": True, "shared_with": [], "may_publish": False,
    }  # fmt: skip


@pytest.fixture
def stored(services: Services) -> list[bytes]:
    """Documents and storage that take every file; the bytes that arrived."""
    arrived: list[bytes] = []

    async def put(request: Request) -> Response:
        assert request.headers["content-type"] == "text/plain"
        arrived.append(await request.body())
        return Response()

    async def announce(request: Request) -> Response:
        told = await request.json()
        url = str(request.base_url) + "storage/x?sig=%2B1"
        upload = {"method": "PUT", "url": url, "headers": {"content-type": told["content_type"]}}
        return Response(orjson.dumps({"document_id": ANN, "upload": upload}), 201)

    services.answers[("POST", "/api/v1/documents/uploads")] = announce
    services.answers[("PUT", "/storage/x")] = put
    services.answers[("POST", f"/api/v1/documents/{ANN}/commit")] = (200, document("log.txt"))
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, document("log.txt"))
    return arrived


async def test_a_case_is_opened_with_its_file_and_without_script_f094_f097(
    portal: Portal, services: Services, stored: list[bytes]
) -> None:
    services.answers[("POST", "/api/v1/cases")] = (201, {"reference": "CASE-7"})
    answer = await portal.post(f"{ROOT}/cases/new", form(("log.txt", b"x" * 3_000_000)))
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/cases/CASE-7?done=case-opened")
    assert [len(one) for one in stored] == [3_000_000]
    heard = services.last("/api/v1/cases")
    assert heard.headers["idempotency-key"] == "form-key-1"
    assert heard.json == TYPED | {"body": "It blinks\ntwice.", "document_ids": [ANN]}


async def test_documents_are_added_without_a_case_and_without_script_f143_f148(
    portal: Portal, services: Services, stored: list[bytes]
) -> None:
    answer = await portal.post(f"{ROOT}/documents", form(("log.txt", b"abc")))
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/documents?done=documents-added")
    assert stored == [b"abc"]


async def test_what_is_said_of_documents_goes_with_them_f143_f148(
    portal: Portal, services: Services, stored: list[bytes]
) -> None:
    services.answers[("POST", "/api/v1/documents/placements")] = (204, None)
    said = {"title": "Plans", "description": "Both floors", "folder": "public"}
    answer = await portal.post(f"{ROOT}/documents", form(("log.txt", b"abc"), **said))
    assert (answer.status, answer.headers["location"]) == (303, f"{ROOT}/documents?done=documents-added")
    assert services.last("/api/v1/documents/placements").json == {"document_ids": [ANN], **said}
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    services.answers[("POST", "/api/v1/documents/placements")] = (422, {"title": "A title of that kind is not taken."})
    answer = await portal.post(f"{ROOT}/documents", form(("log.txt", b"abc"), **said))
    text = await answer.text()
    assert answer.status == 422
    for kept in ("A title of that kind is not taken.", "Both floors", f'name="document_ids" value="{ANN}"'):
        assert kept in text


async def test_adding_no_document_is_said(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    answer = await portal.post(f"{ROOT}/documents", form())
    assert answer.status == 422
    assert "Choose at least one file." in await answer.text()


async def test_an_empty_file_gives_the_form_back_with_everything_typed(
    portal: Portal, services: Services, stored: list[bytes]
) -> None:
    answer = await portal.post(f"{ROOT}/cases/new", form(("empty.txt", b""), ("log.txt", b"abc")))
    text = await answer.text()
    assert answer.status == 422
    assert "empty.txt: This file is empty. Choose another one." in text
    assert "Printer &lt;offline&gt;" in text
    assert "It blinks" in text
    assert f'name="document_ids" value="{ANN}"' in text
    assert "POST /api/v1/cases" not in services.paths()


async def test_a_refused_file_is_refused_in_the_services_words(
    portal: Portal, services: Services, stored: list[bytes]
) -> None:
    refusal = {"type": "/problems/type-refused", "title": "Programs cannot be uploaded."}
    services.answers[("POST", f"/api/v1/documents/{ANN}/commit")] = (422, refusal)
    answer = await portal.post(f"{ROOT}/cases/new", form(("virus.exe", b"MZ")))
    assert answer.status == 422
    assert "virus.exe: Programs cannot be uploaded." in await answer.text()


async def test_a_file_too_large_is_said_and_not_sent(portal: Portal, services: Services, stored: list[bytes]) -> None:
    object.__setattr__(portal.parts.settings, "file_bytes", 1024 * 1024)
    answer = await portal.post(f"{ROOT}/cases/new", form(("big.txt", b"x" * (1024 * 1024 + 1))))
    assert answer.status == 422
    assert "larger than 1 MB" in await answer.text()
    assert not [path for path in services.paths() if path.startswith("POST")]


async def test_a_form_beyond_all_files_is_cut_off(portal: Portal, services: Services) -> None:
    object.__setattr__(portal.parts.settings, "file_bytes", 1024)
    answer = await portal.post(f"{ROOT}/cases/new", form(("big.txt", b"x" * 2_000_000)))
    assert answer.status == 413


async def test_a_kept_file_comes_along_again(portal: Portal, services: Services, stored: list[bytes]) -> None:
    services.answers[("POST", "/api/v1/cases")] = (201, {"reference": "CASE-7"})
    await portal.post(f"{ROOT}/cases/new", form(document_ids=ANN))
    assert services.last("/api/v1/cases").json["document_ids"] == [ANN]
    assert stored == []


@pytest.mark.parametrize("status", [409, 422, 429])
async def test_a_refusal_is_shown_in_the_form(portal: Portal, services: Services, status: int) -> None:
    errors = [{"field": "subject", "detail": "Say it in fewer words."}]
    refusal = {"title": "Not like this.", "detail": "Not like this.", "errors": errors if status == 422 else []}
    services.answers[("POST", "/api/v1/cases")] = (status, refusal)
    answer = await portal.post(f"{ROOT}/cases/new", form())
    text = await answer.text()
    assert answer.status == status
    assert ("Say it in fewer words." if status == 422 else "Not like this.") in text
    assert "It blinks" in text


async def test_a_closed_case_takes_no_note_and_says_so_f125(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1")] = (200, case_view())
    services.answers[("GET", "/api/v1/documents")] = (200, NOTHING)
    sentence = "This case is closed, so nothing more can be written on it."
    services.answers[("POST", "/api/v1/cases/CASE-1/notes")] = (409, {"title": sentence, "detail": sentence})
    answer = await portal.post(f"{ROOT}/cases/CASE-1/notes", form(body="one more thing"))
    text = await answer.text()
    assert (answer.status, text.count(sentence)) == (409, 1)
    assert "one more thing" in text


async def test_closing_asks_first_and_acts_once_f123(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view())
    services.answers[("POST", "/api/v1/cases/CASE-1042/close")] = (200, {})
    asked = await portal.get(f"{ROOT}/cases/CASE-1042/close")
    assert "Close CASE-1042?" in await asked.text()
    answer = await portal.post(f"{ROOT}/cases/CASE-1042/close", {"idempotency_key": "close-key"})
    assert answer.headers["location"] == f"{ROOT}/cases/CASE-1042?done=case-closed"
    assert services.last("/api/v1/cases/CASE-1042/close").headers["idempotency-key"] == "close-key"


async def test_suggestions_come_with_and_without_script(portal: Portal, services: Services) -> None:
    found = {"items": [{"slug": "reset", "title": "Reset the router", "excerpt_html": "<mark>router</mark>"}]}
    services.answers[("GET", "/api/v1/articles/suggestions")] = (200, found)
    part = await (await portal.get(f"{ROOT}/cases/suggestions?subject=router")).text()
    whole = await (await portal.post(f"{ROOT}/cases/new", form(action="suggest"))).text()
    assert "Reset the router" in part
    assert "<html" not in part
    assert "Reset the router" in whole
    assert "It blinks" in whole


@pytest.mark.parametrize("body", [b"\x00\xff", b"------x\r\nbroken"])
async def test_what_is_no_form_is_refused_without_a_fault(portal: Portal, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=----x", "multipart/form-data", "application/x-www-form-urlencoded"):
        answer = await portal.post(f"{ROOT}/cases/new", body, headers=portal.browser() | {"content-type": kind})
        assert answer.status < 500


VERSION = {
    "number": 1, "file_name": "first.txt", "content_type": "text/plain", "size": 3, "sha256": None, "scan": "clean",
    "uploaded_by": person("Ann"), "ready_at": "2026-11-20T08:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize("console", [False, True])
async def test_a_file_takes_anothers_place_and_the_page_lists_what_was_before_f156_f157(
    portal: Portal, services: Services, stored: list[bytes], console: bool
) -> None:
    here = f"{ROOT}{'/console' if console else ''}/documents/{ANN}"
    announce, told = services.answers[("POST", "/api/v1/documents/uploads")], []

    async def listen(request: Request) -> Response:
        told.append((await request.json()).get("replaces"))
        return await announce(request)

    services.answers[("POST", "/api/v1/documents/uploads")] = listen
    answer = await asked(portal, console, "POST", f"{here}/versions", data=new_file())
    assert (answer.status, answer.headers["location"]) == (303, f"{here}?done=version-added")
    assert (told, stored) == ([ANN], [b"new"])
    services.answers[("GET", f"/api/v1/documents/{ANN}")] = (200, document("log.txt") | {"number": 2})
    services.answers[("GET", f"/api/v1/documents/{ANN}/versions")] = (200, {"items": [VERSION]})
    text = await (await asked(portal, console, "GET", here)).text()
    assert f'href="{ROOT}/api/v1/documents/{ANN}/versions/1/download"' in text


async def asked(portal: Portal, console: bool, method: str, path: str, **more: Any) -> aiohttp.ClientResponse:
    if console:
        return await portal.staff(method, path, **more)
    return await (portal.get if method == "GET" else portal.post)(path, **more)


def new_file() -> aiohttp.FormData:
    data = aiohttp.FormData(default_to_multipart=True)
    data.add_field("idempotency_key", "form-key-2")
    data.add_field("files", b"new", filename="log.txt", content_type="text/plain")
    return data


async def test_no_file_takes_no_place_f147(portal: Portal, stored: list[bytes]) -> None:
    answer = await portal.post(f"{ROOT}/documents/{ANN}/versions", {"idempotency_key": "form-key-3"})
    assert answer.status == 422
    assert "Choose the file that takes this one" in await answer.text()
    assert not stored
