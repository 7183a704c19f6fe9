"""The edge of a service: who calls, in which transaction, and whether it was asked before.

A route on this router runs in one transaction that is committed before the answer leaves. A POST with an
Idempotency-Key stores its answer in that same transaction: asked again, the answer is replayed and
nothing is done twice.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Annotated, Any

import orjson
from asyncpg import UniqueViolationError
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession

from kit import caller as callers
from kit import idempotency, problems
from kit.db import Database
from kit.problems import CallerRefused, NotAllowed, NotFound
from kit.telemetry import CALLER_REFUSED

_READS = ("GET", "HEAD")


class LooksOnly(NotAllowed):
    """The caller's rights have shrunk to looking: every write is refused, in every service, here."""

    title = "You can look at everything here, but not change anything."


class EdgeRoute(APIRoute):
    """A route that knows its caller, and commits before it answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route: caller first, then the transaction around everything."""
        handle = super().get_route_handler()

        async def at_the_edge(request: Request) -> Response:
            request.state.caller = _read_caller(request)
            if request.state.caller.read_only and request.method not in _READS:
                raise LooksOnly()
            try:
                async with AsyncExitStack() as stack:
                    request.state.stack = stack
                    key = request.headers.get("idempotency-key") if request.method == "POST" else None
                    response = await (_once(request, key, handle) if key else handle(request))
            except UniqueViolationError as error:
                if idempotency.was_faster(error):
                    raise idempotency.StillRunning() from error
                raise
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
    asked = await idempotency.read(request, request.state.caller, key)
    if answer := await _answered(request, asked):
        return answer
    response = await handle(request)
    if response.status_code < 300:
        asked.keep(await transaction(request), response)
    return response


async def _answered(request: Request, asked: idempotency.Asked) -> Response | None:
    if not hasattr(request.scope["endpoint"], "outside_first"):
        return await asked.answered(await _open(request, asked.opening()))
    database: Database = request.app.state.database
    async with database.transaction(asked.tenant_id, asked.opening()) as tx:
        return await asked.answered(tx)


async def transaction(request: Request) -> AsyncSession:
    """This request's transaction, opened when first asked for, inside the caller's tenant."""
    tx: AsyncSession | None = getattr(request.state, "tx", None)
    if tx is None:
        tx = await _open(request)
    return tx


async def _open(request: Request, opening: str = "") -> AsyncSession:
    stack: AsyncExitStack = request.state.stack
    begun = request.app.state.database.transaction(request.state.caller.tenant_id, opening)
    tx: AsyncSession = await stack.enter_async_context(begun)
    request.state.tx = tx
    return tx


# A coroutine though nothing in it waits: FastAPI takes a plain function to a thread and back, for a millisecond.
async def _caller(request: Request) -> callers.Caller:
    found: callers.Caller = request.state.caller
    return found


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
