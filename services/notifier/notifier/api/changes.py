"""The changes feed: what happened at a tenant, for its own programs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request
from fastapi.responses import Response

from contracts import PUBLIC
from kit import paging
from kit.caller import Caller as Asking
from kit.edge import Caller, router, shaped
from kit.paging import BadCursor
from kit.problems import Invalid
from notifier import queries
from notifier.errors import ChangesNotFound, MayNotRead
from notifier.listening import Listening
from notifier.policy import asked_as, follows, read_types, told_as
from notifier.queries import Changes
from notifier.schemas import NOW, ChangePage, ChangesAsked

changes = router(tags=["changes"])

BREATH = 0.2
"""Seconds between two looks for somebody who waits: what does not concern them may come often."""

Look = Callable[[str | int | None], Awaitable[Changes]]


@changes.get("/changes", response_model=ChangePage)
async def read_changes(asked: Annotated[ChangesAsked, Query()], caller: Caller, request: Request) -> Response:
    """What happened at this tenant after a cursor, each once and in one order; with `wait`, as soon as it happens."""
    if not follows(caller):
        raise ChangesNotFound()
    types, state = _types(caller, asked.types), request.app.state

    async def look(since: str | int | None) -> Changes:
        # Not the request's own transaction: nobody who waits holds a connection.
        async with state.database.transaction(caller.tenant_id) as tx:
            return await queries.changes(tx, since, types, asked.limit)

    found = await look(_position(caller, asked.since))
    if asked.wait and found.nothing:
        found = await _patiently(state.listening, caller.tenant_id, found, look, asked.wait)
    return shaped(_page(caller.tenant_id, found))


async def _patiently(listening: Listening, tenant_id: UUID, found: Changes, look: Look, seconds: float) -> Changes:
    """Look again whenever the feed grows, until there is something or the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    async with listening.waiting(tenant_id) as woken:
        # Once more: something may have come between the first look and the beginning to listen.
        found = await look(found.reached)
        while woken and found.nothing and not listening.draining and (left := until - loop.time()) > 0:
            await listening.signal(woken, left)
            found = await look(found.reached)
            await asyncio.sleep(BREATH if found.nothing else 0)
    return found


def _types(caller: Asking, asked: Sequence[str]) -> list[str]:
    if unknown := sorted(set(asked) - set(PUBLIC)):
        raise Invalid(errors=[{"field": "types", "detail": f"There is no {unknown[0]} in this feed."}])
    readable = read_types(caller)
    if missing := sorted(set(asked) - readable):
        raise MayNotRead(f"{missing[0]} is told to keys with the right {PUBLIC[missing[0]].read_with}.")
    if not readable:
        raise MayNotRead()
    return asked_as(caller, set(asked) or readable)


def _position(caller: Asking, since: str | None) -> str | int | None:
    if since is None or since == NOW:
        return since
    decoded = paging.decode(since, UUID, int)
    if decoded is None or decoded[0] != caller.tenant_id or decoded[1] < 0:
        raise BadCursor(queries.UNKNOWN)
    number: int = decoded[1]
    return number


def _page(tenant_id: UUID, found: Changes) -> dict[str, Any]:
    items = [
        {
            "cursor": paging.encode(tenant_id, row["number"]),
            "type": told_as(row["type"]),
            **{name: row[name] for name in ("id", "occurred_at", "version")},
            "data": orjson.Fragment(row["data"]),
        }
        for row in found.rows
    ]
    return {"items": items, "next": paging.encode(tenant_id, found.reached), "more": found.more}
