"""For the gateway's own tests: one small server that stands in for all services, and a gateway in front of it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.main import build
from gateway.parts import Parts, parts
from gateway.settings import GatewaySettings
from gateway.testing.records import (
    ACME,
    ANN,
    ANNS,
    BRIGHTSIDE,
    CASE_ID,
    MALLORYS,
    MODULES,
    NORTHWIND,
    PUBLISHABLE_KEY,
    SAM,
    SAMS,
    SECRET_KEY,
    STAFF,
    TENANTS,
    audit_line,
    case,
    case_form,
    case_view,
    contact,
    contact_overview,
    contact_view,
    organisation,
    organisation_overview,
    person,
    tenant,
)
from kit.caller import Caller, Verifier
from kit.testing import PRIVATE_KEY, PUBLIC_KEY

__all__ = [
    "ACME",
    "ANN",
    "ANNS",
    "BRIGHTSIDE",
    "CASE_ID",
    "MALLORYS",
    "MODULES",
    "NORTHWIND",
    "PUBLISHABLE_KEY",
    "SAM",
    "SAMS",
    "SECRET_KEY",
    "SERVICES",
    "STAFF",
    "TENANTS",
    "Answer",
    "Heard",
    "Portal",
    "Services",
    "audit_line",
    "case",
    "case_view",
    "contact",
    "contact_overview",
    "contact_view",
    "everybody",
    "organisation",
    "organisation_overview",
    "person",
    "running",
    "serving",
    "session",
    "tenant",
]

Answer = tuple[int, Any] | Response | Callable[[Request], Awaitable[Response]]


@dataclass
class Heard:
    """One request a service received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return orjson.loads(self.body)


@dataclass
class Services:
    """All services at once. `answers` says what to answer where; `heard` is what came in."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    tenants: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(TENANTS))
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as told, or as identity would, or with 404; remember what was asked."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        answer = self.answers.get((request.method, request.url.path))
        if callable(answer) and not isinstance(answer, Response):
            response = await answer(request)
        else:
            response = await self._answer(request, answer)
        await response(scope, receive, send)

    async def _answer(self, request: Request, answer: Any) -> Response:
        body = await request.body()
        path = request.url.path
        self.heard.append(Heard(request.method, path, request.url.query, dict(request.headers), body))
        if answer is None and path.startswith("/internal/"):
            answer = self._identity(path, orjson.loads(body or b"{}"))
        if isinstance(answer, Response):
            return answer
        status, document = answer or (404, {"type": "/problems/not-found", "title": "Nothing here.", "status": 404})
        media_type = "application/json" if status < 400 else "application/problem+json"
        return Response(orjson.dumps(document), status, media_type=media_type)

    def _identity(self, path: str, asked: dict[str, Any]) -> Any:
        known: Any = None
        if path == "/internal/tenants/resolve":
            by_key = self.tenants.get("northwind") if asked.get("api_key") == PUBLISHABLE_KEY else None
            known = by_key or self.tenants.get(asked.get("slug", "")) or self.hosts.get(asked.get("host", ""))
        elif path == "/internal/sessions/resolve":
            known = self.sessions.get(asked["token"])
        elif path == "/internal/keys/resolve":
            return (200, self.keys[asked["key"]]) if asked["key"] in self.keys else (401, {"title": "No."})
        elif path == "/internal/sessions/end":
            self.sessions.pop(asked["token"], None)
            return 204, None
        return (200, known) if known else None

    def paths(self) -> list[str]:
        """What was asked for from outside."""
        return [f"{one.method} {one.path}" for one in self.heard if not one.path.startswith("/internal/")]

    def last(self, path: str) -> Heard:
        """The newest request to this path."""
        return next(one for one in reversed(self.heard) if one.path == path)


def session(tenant_slug: str, audience: str, caller: dict[str, Any]) -> dict[str, Any]:
    """A session, as identity answers it."""
    return {
        "tenant": TENANTS[tenant_slug], "audience": audience, "caller": caller, "expires_at": "2099-01-01T00:00:00Z"
    }  # fmt: skip


@asynccontextmanager
async def serving(app: ASGIApp, at: socket.socket, lifespan: str = "off") -> AsyncIterator[str]:
    """An app, listening at an address of its own."""
    config = uvicorn.Config(
        app, lifespan=lifespan, log_config=None, access_log=False, timeout_graceful_shutdown=1  # type: ignore[arg-type]
    )  # fmt: skip
    server = Prompt(config)
    task = asyncio.create_task(server._serve([at]))
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.001)
    yield address_of(at)
    server.told.set()
    await task


class Prompt(uvicorn.Server):
    """Ends when it is told to: uvicorn's own looks and waits by tenths of a second, four of them at each test's end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and let those that are here finish, for a second at most."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._answered(), 1)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def _answered(self) -> None:
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  nor one for this
            await asyncio.sleep(0.001)


def bound() -> socket.socket:
    """A port of one's own, kept from here on: of a number alone somebody else can make use before."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


def address_of(at: socket.socket) -> str:
    """What a browser calls it."""
    return f"http://localhost:{at.getsockname()[1]}"


@dataclass
class Portal:
    """A running gateway, and a browser's manners towards it."""

    origin: str
    parts: Parts
    http: aiohttp.ClientSession
    verifiers: dict[str, Verifier]

    def browser(self, token: str | None = ANNS, name: str = "__Host-portal-northwind") -> dict[str, str]:
        """What a browser sends with a request from one of our pages."""
        headers = {"sec-fetch-site": "same-origin", "origin": self.origin, "accept": "text/html"}
        return headers | ({"cookie": f"{name}={token}"} if token else {})

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        """GET, as Ann's browser unless told otherwise."""
        options.setdefault("headers", self.browser())
        return await self._read("GET", path, **options)

    async def post(self, path: str, data: Any = None, **options: Any) -> aiohttp.ClientResponse:
        """POST, as Ann's browser unless told otherwise."""
        options.setdefault("headers", self.browser())
        return await self._read("POST", path, data=data, **options)

    async def staff(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """A request of Sam's browser in the console."""
        headers = self.browser(SAMS, "__Host-console-northwind")
        return await self._read(method, path, headers=headers, **options)

    async def _read(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        async with self.http.request(method, self.origin + path, allow_redirects=False, **options) as response:
            await response.read()
            return response

    def caller(self, heard: Heard, service: str) -> Caller:
        """Who a service was told is calling."""
        return self.verifiers[service].read(heard.headers["x-portico-caller"])


SERVICES = ("identity", "cases", "documents", "knowledge", "billing-view", "notifier")


def everybody() -> Services:
    """Ann of northwind, its agent Sam, Mallory of brightside, and northwind's CRM."""
    caller = {"kind": "key", "tenant_id": NORTHWIND, "id": SAM, "name": "CRM", "permissions": ["crm.write"]}
    return Services(
        answers={("GET", "/api/v1/cases/form"): (200, case_form())},
        sessions={
            ANNS: session("northwind", "portal", contact(NORTHWIND, "Ann Archer")),
            SAMS: session("northwind", "console", STAFF),
            MALLORYS: session("brightside", "portal", contact(BRIGHTSIDE, "Mallory Mills")),
        },
        keys={SECRET_KEY: {"tenant": TENANTS["northwind"], "caller": caller}},
    )


@asynccontextmanager
async def running(services: Services, **more: Any) -> AsyncIterator[Portal]:
    """A gateway in front of these services, listening."""
    front = bound()
    async with serving(services, bound()) as behind:
        urls = {f"{name.replace('-', '_')}_url": behind for name in SERVICES}
        given = {
            "caller_private_key": PRIVATE_KEY,
            "portal_origin": address_of(front),
            "s3_public_url": "http://localhost:9999/bucket",
            "amqp_url": "amqp://guest:guest@127.0.0.1:1/",
        }
        wired = parts(GatewaySettings.model_validate(urls | given | more))
        async with (
            serving(build(wired), front, "on") as origin,
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        ):
            yield Portal(origin, wired, http, {name: Verifier(PUBLIC_KEY, name) for name in SERVICES})
