"""The edge of a service: who calls, in which transaction, and whether it was asked before.

A route on this router runs in one transaction that is committed before the answer leaves. A POST with an
Idempotency-Key stores its answer in that same transaction: asked again, the answer is replayed and
nothing is done twice.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kit import caller as callers
from kit import problems
from kit.db import AnyRow, Database
from kit.problems import CallerRefused, Conflict, Invalid, NotAllowed, NotFound, VersionMissing, VersionStale
from kit.telemetry import CALLER_REFUSED

KEY_LENGTH = 200
_READS = ("GET", "HEAD")
_KEPT_HEADERS = ("etag", "location", "content-type")

_ASKED = text(
    "SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws('/', :tenant_id, :caller, :key), 0)) AS ours, "
    "i.fingerprint, i.status, i.headers, i.body FROM (SELECT 1) AS one LEFT JOIN idempotency AS i "
    "ON i.tenant_id = :tenant_id AND i.caller = :caller AND i.key = :key"
)
_ANSWERED = text(
    "INSERT INTO idempotency (tenant_id, caller, key, fingerprint, status, headers, body) "
    "VALUES (:tenant_id, :caller, :key, :fingerprint, :status, CAST(:headers AS jsonb), :body)"
)


class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    title = "The same request is still being worked on. Ask again in a moment."


class LooksOnly(NotAllowed):
    """The caller's rights have shrunk to looking: every write is refused, in every service, here."""

    title = "You can look at everything here, but not change anything."


class KeyReused(Invalid):
    """An Idempotency-Key names one request and no other."""

    title = "This Idempotency-Key was used for a different request. Use a new one."


class ShownOnce(Conflict):
    """The first answer held a secret (it said `no-store`), so it was kept nowhere, here neither."""

    title = "This was done already, and its answer held a secret that is shown only once."


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def outside_first(endpoint: Endpoint) -> Endpoint:
    """Mark a route whose outside work (a transfer, say) comes before its transaction.

    It calls `transaction` itself when that work is done. Otherwise a POST with an Idempotency-Key would hold
    its transaction, and a connection, for as long as the work takes. Two of the same at once are then not told
    apart by the key but by the route's own lease.
    """
    vars(endpoint)["outside_first"] = True
    return endpoint


class EdgeRoute(APIRoute):
    """A route that knows its caller, and commits before it answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route: caller first, then the transaction around everything."""
        handle = super().get_route_handler()

        async def at_the_edge(request: Request) -> Response:
            request.state.caller = _read_caller(request)
            if request.state.caller.read_only and request.method not in _READS:
                raise LooksOnly()
            async with AsyncExitStack() as stack:
                request.state.stack = stack
                key = request.headers.get("idempotency-key") if request.method == "POST" else None
                response = await (_once(request, key, handle) if key else handle(request))
            return response

        return at_the_edge


def _read_caller(request: Request) -> callers.Caller:
    verifier: callers.Verifier = request.app.state.verifier
    try:
        return verifier.read(request.headers.get(callers.HEADER))
    except CallerRefused:
        CALLER_REFUSED.inc()
        raise


async def _once(request: Request, key: str, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    if len(key) > KEY_LENGTH or not key.isprintable():
        raise Invalid(f"An Idempotency-Key has at most {KEY_LENGTH} printable characters.")
    caller: callers.Caller = request.state.caller
    # Whoever acts for another organisation by now asks for another thing, with whichever words.
    asked = f"{request.method} {request.url.path}?{request.url.query}\n{caller.organisation_id or ''}\n".encode()
    asked += await request.body()
    row = {"tenant_id": caller.tenant_id, "caller": f"{caller.kind}:{caller.id}", "key": key}
    known = await _look(request, row)
    fingerprint = sha256(asked).hexdigest()
    if known.fingerprint is not None:
        if known.fingerprint != fingerprint:
            raise KeyReused()
        return Response(known.body, known.status, headers=known.headers | {"idempotent-replayed": "true"})
    if not known.ours:
        raise StillRunning()
    response = await handle(request)
    if response.status_code < 300:
        await _remember(await transaction(request), row | {"fingerprint": fingerprint}, response)
    return response


async def _look(request: Request, row: dict[str, Any]) -> AnyRow:
    if not hasattr(request.scope["endpoint"], "outside_first"):
        return (await (await transaction(request)).execute(_ASKED, row)).one()
    database: Database = request.app.state.database
    async with database.transaction(row["tenant_id"]) as tx:
        return (await tx.execute(_ASKED, row)).one()


async def _remember(tx: AsyncSession, row: dict[str, Any], response: Response) -> None:
    status, headers, body = _for_next_time(response)
    row |= {"status": status, "headers": orjson.dumps(headers).decode(), "body": body}
    try:
        await tx.execute(_ANSWERED, row)
    except IntegrityError as error:
        raise StillRunning() from error


def _for_next_time(response: Response) -> tuple[int, dict[str, str], bytes]:
    if response.headers.get("cache-control") == "no-store":
        body = problems.body(ShownOnce.slug(), ShownOnce.status, ShownOnce.title, ShownOnce.title)
        return ShownOnce.status, {"content-type": problems.MEDIA_TYPE}, body
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return response.status_code, headers, bytes(response.body)


async def transaction(request: Request) -> AsyncSession:
    """This request's transaction, opened when first asked for, inside the caller's tenant."""
    tx: AsyncSession | None = getattr(request.state, "tx", None)
    if tx is None:
        stack: AsyncExitStack = request.state.stack
        opening = request.app.state.database.transaction(request.state.caller.tenant_id)
        tx = request.state.tx = await stack.enter_async_context(opening)
    return tx


# A coroutine though nothing in it waits: FastAPI takes a plain function to a thread and back, for a millisecond.
async def _caller(request: Request) -> callers.Caller:
    found: callers.Caller = request.state.caller
    return found


async def _expected_version(if_match: Annotated[str | None, Header()] = None) -> int:
    if if_match is None:
        raise VersionMissing()
    number = if_match.removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 9:
        raise VersionStale()
    return int(number)


def shaped(document: dict[str, Any]) -> Response:
    """A hot list's answer: rows already in the shape of the route's `response_model`, written as they are."""
    return Response(orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z), media_type="application/json")


def router(**options: Any) -> APIRouter:
    """A router whose routes all stand at the edge, below /api/v1 unless told otherwise."""
    prefix = options.pop("prefix", "/api/v1")
    return APIRouter(route_class=EdgeRoute, prefix=prefix, responses=problems.RESPONSES, **options)


Caller = Annotated[callers.Caller, Depends(_caller)]
"""Who calls; a request without a believable caller never reaches a route."""


def of_module(name: str) -> Any:
    """F018: what a module's routes depend on: where it is off for a contact, or a guest, they are not there."""

    async def check(caller: Caller) -> None:
        if caller.kind in ("contact", "guest") and not caller.uses(name):
            raise NotFound()

    return Depends(check)


Tx = Annotated[AsyncSession, Depends(transaction)]
"""The transaction of this request, inside the caller's tenant."""

IfMatch = Annotated[int, Depends(_expected_version)]
"""The version the caller means to change."""
