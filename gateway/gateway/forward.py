"""/api/v1 to the services: bare ASGI, bodies streamed both ways, the caller put in and nothing else changed."""

import re
import time
from collections.abc import AsyncIterator
from typing import NamedTuple

import aiohttp
import structlog
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from gateway import csrf
from gateway.callers import Grant
from gateway.client import AWAY, SERVICES
from gateway.limits import TooLarge, capped
from gateway.parts import Parts
from gateway.sessions import Audience, Session, token_of
from gateway.tenancy import tenant_of
from gateway.tenants import Tenant
from kit.failpoints import failpoint
from kit.problems import CallerRefused, NotFound, Unavailable

log = structlog.get_logger()

_TO_SERVICE = ("accept", "accept-language", "content-type", "idempotency-key", "if-match", "if-none-match")
"""What a service may hear of the request's own headers; no cookie, no key, nothing about the connection."""

_CONNECTION = {
    *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"),
    *(b"transfer-encoding", b"upgrade", b"server", b"date", b"set-cookie", b"x-request-id"),
}
"""What of an answer is about the hop, or is the gateway's own to say."""

_IMPORTS = "/api/v1/imports"
"""The one address that files are sent to."""

RECHECK = 4.0
"""Seconds after which an answer is no longer what its caller was allowed when they asked: they may wait for it long."""

_PATH = re.compile(r"/api/v1/([a-z-]+)(?:/[^?#]*)?")


class SessionEnded(CallerRefused):
    """There is a cookie, and no session belongs to it any more."""

    title = "You are no longer logged in. Log in again to go on."


class PublishableKey(CallerRefused):
    """pk_ names the tenant and grants nothing."""

    title = "A publishable key (pk_) only names the portal. Send a secret key (sk_) to use the API."


class Route(NamedTuple):
    """What the access log and the metrics call a forwarded request."""

    path: str


class Forward:
    """The door to the services' own APIs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request. Raises the problem that keeps it from being forwarded."""
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").removeprefix(scope["root_path"])
        matched = _PATH.fullmatch(path)
        service = SERVICES.get(matched.group(1)) if matched else None
        if matched is None or service is None or _climbs(path):
            raise NotFound()
        scope["route"] = Route(f"/api/v1/{matched.group(1)}")
        grant = await self._grant(scope)
        settings = self._parts.settings
        receive = capped(scope, receive, settings.import_bytes if path == _IMPORTS else settings.api_body_bytes)
        query = scope["query_string"].decode("latin-1")
        await self._forward(service, f"{path}?{query}" if query else path, grant, scope, receive, send)

    async def _grant(self, scope: Scope) -> Grant:
        """Who calls: a key, somebody logged in, or a guest of the tenant. Raises CallerRefused."""
        tenant = tenant_of(scope)
        authorization = Headers(scope=scope).get("authorization")
        if authorization is not None:
            return await self._key(authorization, tenant)
        if tenant is None:
            raise CallerRefused()
        session = await session_of(self._parts, scope, tenant)
        if session is None:
            return tenant.guest
        csrf.check(scope)
        return session.grant

    async def _key(self, authorization: str, tenant: Tenant | None) -> Grant:
        scheme, _, secret = authorization.partition(" ")
        if secret.strip().startswith("pk_"):
            raise PublishableKey()
        key = await self._parts.tenants.key(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None or (tenant is not None and tenant.id != key.tenant_id):
            raise CallerRefused()
        if tenant is None:
            self._parts.budget.take(key.tenant_id)
        return key.grant

    async def _forward(
        self, service: str, target: str, grant: Grant, scope: Scope, receive: Receive, send: Send
    ) -> None:
        services = self._parts.services
        given = Headers(scope=scope)
        headers = services.headers(service, grant)
        headers |= {name: given[name] for name in _TO_SERVICE if name in given}
        asked = time.monotonic()
        await failpoint("forward.before")
        try:
            async with services.session.request(
                scope["method"],
                services.address(service, target),
                data=await _body(receive, given, headers),
                headers=headers,
                allow_redirects=False,
            ) as response:
                await failpoint("forward.after")
                if scope["method"] == "GET" and time.monotonic() - asked > RECHECK:
                    await self._grant(scope)
                await _answer(response, send)
        except AWAY as error:
            if isinstance(error.__cause__, TooLarge):
                raise error.__cause__ from None
            log.warning("service.away", to=service, error=repr(error))
            raise Unavailable(headers={"retry-after": "2"}) from error


def _climbs(path: str) -> bool:
    decoded = path.lower().replace("%2e", ".")
    return any(segment in (".", "..") for segment in re.split(r"/|%2f|\\|%5c", decoded))


async def session_of(parts: Parts, scope: Scope, tenant: Tenant) -> Session | None:
    """The session a browser's own requests belong to. Who is logged in to both is who the page belongs to.

    None without a cookie. Raises SessionEnded when there is one and it opens nothing.
    """
    cookies = False
    for audience in _audiences(scope):
        cookies = cookies or token_of(scope, tenant.slug, audience) is not None
        session = await parts.sessions.find(scope, tenant.id, tenant.slug, audience)
        if session is not None:
            return session
    if cookies:
        raise SessionEnded()
    return None


def _audiences(scope: Scope) -> tuple[Audience, Audience]:
    referer = Headers(scope=scope).get("referer", "")
    return ("console", "portal") if f"{scope['root_path']}/console" in referer else ("portal", "console")


async def _body(receive: Receive, given: Headers, headers: dict[str, str]) -> bytes | AsyncIterator[bytes] | None:
    """The request's body: whole where it came in one piece, else as it comes."""
    if given.get("content-length") is None and "transfer-encoding" not in given:
        return None
    first = await receive()
    if not first.get("more_body"):
        body: bytes = first.get("body", b"")
        return body
    if length := given.get("content-length"):
        headers["content-length"] = length
    return _rest(first, receive)


async def _rest(message: Message, receive: Receive) -> AsyncIterator[bytes]:
    while message["type"] == "http.request":
        yield message.get("body", b"")
        if not message.get("more_body"):
            return
        message = await receive()
    raise ConnectionResetError("the client went away")


async def _answer(response: aiohttp.ClientResponse, send: Send) -> None:
    """Pass the answer on as it comes."""
    named = {name.strip().lower().encode() for name in response.headers.get("connection", "").split(",")}
    drop = _CONNECTION | named
    headers = [(name.lower(), value) for name, value in response.raw_headers if name.lower() not in drop]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    async for chunk in response.content.iter_any():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
