"""/api/v1 through the gateway: who calls, what passes, what does not."""

import asyncio
import resource
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from gateway import forward
from gateway.testing import ANN, ANNS, MALLORYS, NORTHWIND, PUBLISHABLE_KEY, SAMS, SECRET_KEY, Portal, Services

API = "/portal/northwind/api/v1"
MEGABYTE = 1024 * 1024


async def test_a_session_becomes_a_caller_of_that_service_alone(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, {"items": []})
    answer = await portal.get(f"{API}/cases?q=a%20b&status=new")
    assert (answer.status, await answer.json()) == (200, {"items": []})
    heard = services.last("/api/v1/cases")
    assert heard.query == "q=a%20b&status=new"
    assert "cookie" not in heard.headers
    caller = portal.caller(heard, "cases")
    assert (caller.kind, str(caller.id)) == ("contact", ANN)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        *(("/me", "identity"), ("/articles", "knowledge"), ("/invoices", "billing-view")),
        *(("/mails", "notifier"), ("/changes", "notifier")),
    ],
)
async def test_each_path_has_its_service(portal: Portal, services: Services, path: str, service: str) -> None:
    await portal.get(API + path)
    assert portal.caller(services.last(f"/api/v1{path}"), service).kind == "contact"


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/nothing",
        f"{API}/",
        "/portal/northwind/api/v2/cases",
        "/portal/northwind/api/internal/sessions",
        f"{API}/cases/../../internal/sessions",
        f"{API}/cases/%2e%2e/%2E%2E/internal/sessions",
        f"{API}/cases/..%2f..%2finternal",
    ],
)
async def test_only_listed_paths_pass(portal: Portal, services: Services, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(portal.origin.rsplit(":", 1)[1]))
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    writer.write(f"{head}Cookie: __Host-portal-northwind={ANNS}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.split(b"\r\n")[0].endswith(b"404 Not Found")
    assert services.paths() == []


async def test_a_key_is_known_at_any_root(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/contacts")] = (200, {"items": []})
    with_key = {"authorization": f"Bearer {SECRET_KEY}"}
    for path in ("/api/v1/contacts", f"{API}/contacts"):
        assert (await portal.get(path, headers=with_key)).status == 200
        caller = portal.caller(services.last("/api/v1/contacts"), "identity")
        assert (caller.kind, str(caller.tenant_id)) == ("key", NORTHWIND)
        assert "authorization" not in services.last("/api/v1/contacts").headers
    assert (await portal.get("/portal/brightside/api/v1/contacts", headers=with_key)).status == 401


@pytest.mark.parametrize("key", [f"Bearer {PUBLISHABLE_KEY}", "Bearer sk_" + "x" * 40, "Bearer ", "Basic YTpi", "x"])
async def test_other_credentials_are_refused(portal: Portal, services: Services, key: str) -> None:
    answer = await portal.get("/api/v1/cases", headers={"authorization": key})
    assert (answer.status, answer.content_type) == (401, "application/problem+json")
    if "pk_" in key:
        assert "only names the portal" in (await answer.json())["title"]
    assert services.paths() == []


@pytest.mark.parametrize("tail", [f"?api_key={SECRET_KEY}", f"?q={SECRET_KEY}", f"/{SECRET_KEY}", f"?x={SECRET_KEY}"])
async def test_a_secret_key_in_an_address_is_refused_with_a_sentence(
    portal: Portal, services: Services, tail: str
) -> None:
    for path in ("/api/v1/cases", "/account/login"):
        answer = await portal.get(path + tail, headers={})
        assert answer.status == 400
        assert "never belongs in an address" in await answer.text()
        assert SECRET_KEY not in await answer.text()
    assert services.heard == []


async def test_a_word_like_a_key_may_be_searched_for(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, {})
    assert (await portal.get(f"{API}/cases?q=task_1234567890123456789")).status == 200


async def test_without_credentials_one_is_a_guest_of_the_tenant_and_nobody_outside(
    portal: Portal, services: Services
) -> None:
    services.answers[("GET", "/api/v1/articles")] = (200, {"items": []})
    assert (await portal.get(f"{API}/articles", headers={})).status == 200
    assert portal.caller(services.last("/api/v1/articles"), "knowledge").kind == "guest"
    assert (await portal.get("/api/v1/articles", headers={})).status == 401


@pytest.mark.parametrize("token", ["ended-" + "x" * 30, MALLORYS, SAMS])
async def test_a_cookie_that_opens_nothing_here_is_told_so(portal: Portal, services: Services, token: str) -> None:
    answer = await portal.get(f"{API}/cases", headers=portal.browser(token))
    assert answer.status == 401
    assert "no longer logged in" in (await answer.json())["title"]
    assert services.paths() == []


async def test_who_is_logged_in_twice_is_who_the_page_belongs_to(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/cases")] = (200, {})
    both = {"cookie": f"__Host-portal-northwind={ANNS}; __Host-console-northwind={SAMS}"}
    for page, kind in (("/cases", "contact"), ("/console/cases/CASE-1", "staff")):
        referer = {"referer": f"{portal.origin}/portal/northwind{page}"}
        await portal.get(f"{API}/cases", headers=both | referer)
        assert portal.caller(services.last("/api/v1/cases"), "cases").kind == kind


async def test_a_body_passes_untouched_with_its_key(portal: Portal, services: Services) -> None:
    services.answers[("POST", "/api/v1/cases")] = (201, {"reference": "CASE-1"})
    told = {"content-type": "application/json", "idempotency-key": "k-12345678", "if-match": '"3"'}
    answer = await portal.post(f"{API}/cases", b'{"subject": "x"}', headers=portal.browser() | told)
    assert answer.status == 201
    heard = services.last("/api/v1/cases")
    assert heard.body == b'{"subject": "x"}'
    assert {name: heard.headers[name] for name in told} == told


async def test_hop_by_hop_headers_stay_on_their_hop(portal: Portal, services: Services) -> None:
    headers = {"connection": "x-own", "x-own": "1", "keep-alive": "9", "set-cookie": "a=b", "etag": '"1"'}
    services.answers[("GET", "/api/v1/cases")] = Response(b"{}", headers=headers)
    sent = {"connection": "x-mine", "x-mine": "1", "te": "trailers", "upgrade": "h2c"}
    answer = await portal.get(f"{API}/cases", headers=portal.browser() | sent)
    assert answer.headers["etag"] == '"1"'
    assert not {"x-own", "keep-alive", "set-cookie"} & {name.lower() for name in answer.headers}
    assert not {"x-mine", "te", "upgrade"} & set(services.last("/api/v1/cases").headers)


async def test_a_trace_goes_on_and_a_request_keeps_its_id(portal: Portal, services: Services) -> None:
    trace.set_tracer_provider(TracerProvider())
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    sent = {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01", "x-request-id": "journey-12345"}
    answer = await portal.get(f"{API}/cases", headers=portal.browser() | sent)
    heard = services.last("/api/v1/cases")
    assert heard.headers["traceparent"].split("-")[1] == trace_id
    assert heard.headers["traceparent"] != sent["traceparent"]
    assert heard.headers["x-request-id"] == answer.headers["x-request-id"] == "journey-12345"


async def test_a_redirect_is_the_browsers_to_follow(portal: Portal, services: Services) -> None:
    services.answers[("GET", f"/api/v1/documents/{ANN}/download")] = RedirectResponse("http://storage/x?sig=1", 303)
    answer = await portal.get(f"{API}/documents/{ANN}/download")
    assert (answer.status, answer.headers["location"]) == (303, "http://storage/x?sig=1")


async def test_a_service_away_is_503_and_one_that_hangs_too(portal: Portal, services: Services) -> None:
    portal.parts.services._urls["cases"] = "http://127.0.0.1:1"
    answer = await portal.get(f"{API}/cases")
    assert (answer.status, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["retry-after"]


async def test_fifty_megabytes_come_through_without_being_held(portal: Portal, services: Services) -> None:
    async def much(_: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(50 * 16):
                yield b"x" * (MEGABYTE // 16)

        return StreamingResponse(chunks())

    services.answers[("GET", "/api/v1/documents")] = much
    before, taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    async with portal.http.get(f"{portal.origin}{API}/documents", headers=portal.browser()) as response:
        async for chunk in response.content.iter_any():
            taken += len(chunk)
    assert taken == 50 * MEGABYTE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 25 * 1024


async def test_fifty_megabytes_go_through_without_being_held(portal: Portal, services: Services) -> None:
    counted = 0

    async def count(request: Request) -> Response:
        nonlocal counted
        async for chunk in request.stream():
            counted += len(chunk)
        return Response(b"{}")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(50 * 16):
            yield b"x" * (MEGABYTE // 16)

    object.__setattr__(portal.parts.settings, "api_body_bytes", 51 * MEGABYTE)
    services.answers[("POST", "/api/v1/documents")] = count
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (await portal.post(f"{API}/documents", chunks())).status == 200
    assert counted == 50 * MEGABYTE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 25 * 1024


@pytest.mark.parametrize("counted", [True, False])
async def test_a_body_beyond_the_cap_is_refused(portal: Portal, services: Services, counted: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3 * 16):
            yield b"x" * (MEGABYTE // 16)

    body: Any = b"x" * (3 * MEGABYTE) if counted else chunks()
    services.answers[("POST", "/api/v1/cases")] = (201, {})
    answer = await portal.post(f"{API}/cases", body)
    assert (answer.status, answer.content_type) == (413, "application/problem+json")


async def test_who_waits_long_for_an_answer_is_asked_again_who_they_are(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A4: a key that is revoked while its program waits for changes hears nothing any more."""
    monkeypatch.setattr(forward, "RECHECK", -1)
    with_key = {"authorization": f"Bearer {SECRET_KEY}"}

    async def at_last(_: Request) -> Response:
        if revoked:
            services.keys.clear()
            portal.parts.tenants._keys._kept.clear()
        return Response('{"items": []}', media_type="application/json")

    services.answers[("GET", "/api/v1/changes")] = at_last
    revoked = False
    assert (await portal.get("/api/v1/changes?wait=25", headers=with_key)).status == 200
    revoked = True
    refused = await portal.get("/api/v1/changes?wait=25", headers=with_key)
    assert (refused.status, "items" in await refused.text()) == (401, False)
