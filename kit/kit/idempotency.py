"""Requests that are done once: a POST's answer is kept under its Idempotency-Key, and answered again from here.

Neither the question nor the answer costs a round trip: the one travels with BEGIN, the other with COMMIT.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import orjson
from asyncpg import UniqueViolationError
from fastapi import Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit import problems
from kit.at_last import insert_at_last, literal
from kit.caller import Caller
from kit.db import opened
from kit.problems import Conflict, Invalid

KEY_LENGTH = 200
_KEPT_HEADERS = ("etag", "location", "content-type")

_ASKED = (
    "SELECT FROM generate_series(1, (SELECT CASE WHEN i.key IS NOT NULL THEN 2 "
    "WHEN pg_try_advisory_xact_lock(hashtextextended(concat_ws('/', {tenant_id}, {caller}, {key}), 0)) THEN 0 "
    "ELSE 1 END FROM (SELECT) AS one LEFT JOIN idempotency AS i "
    "ON i.tenant_id = {tenant_id} AND i.caller = {caller} AND i.key = {key}))"
)
_FRESH, _RUNNING = "SELECT 0", "SELECT 1"
"""What it says travels with BEGIN, which answers how many rows there were: none is a request never seen before."""

_ANSWER = text(
    "SELECT fingerprint, status, headers, body FROM idempotency "
    "WHERE tenant_id = :tenant_id AND caller = :caller AND key = :key"
)


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    title = "The same request is still being worked on. Ask again in a moment."


class KeyReused(Invalid):
    """An Idempotency-Key names one request and no other."""

    title = "This Idempotency-Key was used for a different request. Use a new one."


class ShownOnce(Conflict):
    """The first answer held a secret (it said `no-store`), so it was kept nowhere, here neither."""

    title = "This was done already, and its answer held a secret that is shown only once."


class Asked(NamedTuple):
    """A request with an Idempotency-Key."""

    tenant_id: UUID
    caller: str
    key: str
    fingerprint: str

    def opening(self) -> str:
        """The question whether it was asked before, to travel with BEGIN; `answered` reads what became of it."""
        return _ASKED.format(**{name: literal(value) for name, value in self._asdict().items()})

    async def answered(self, tx: AsyncSession) -> Response | None:
        """What was answered to this key before, or None for a request never seen. Raises while it is worked on."""
        if opened(tx) == _FRESH:
            return None
        if opened(tx) == _RUNNING:
            raise StillRunning()
        known = (await tx.execute(_ANSWER, self._asdict())).one()
        if known.fingerprint != self.fingerprint:
            raise KeyReused()
        return Response(known.body, known.status, headers=known.headers | {"idempotent-replayed": "true"})

    def keep(self, tx: AsyncSession, response: Response) -> None:
        """Store the answer with COMMIT, which fails if another request with this key was a moment faster."""
        status, headers, body = _for_next_time(response)
        answer: dict[str, Any] = {"status": str(status), "headers": orjson.dumps(headers).decode()}
        insert_at_last(tx, "idempotency", **self._asdict(), **answer, body=f"\\x{body.hex()}")


async def read(request: Request, caller: Caller, key: str) -> Asked:
    """What is asked with this key, and by whom."""
    if len(key) > KEY_LENGTH or not key.isprintable():
        raise Invalid(f"An Idempotency-Key has at most {KEY_LENGTH} printable characters.")
    # Whoever acts for another organisation by now asks for another thing, with whichever words.
    asked = f"{request.method} {request.url.path}?{request.url.query}\n{caller.organisation_id or ''}\n".encode()
    fingerprint = sha256(asked + await request.body()).hexdigest()
    return Asked(caller.tenant_id, f"{caller.kind}:{caller.id}", key, fingerprint)


def outside_first(endpoint: Endpoint) -> Endpoint:
    """Mark a route whose outside work (a transfer, say) comes before its transaction.

    It calls `transaction` itself when that work is done. Otherwise a POST with an Idempotency-Key would hold
    its transaction, and a connection, for as long as the work takes. Two of the same at once are then not told
    apart by the key but by the route's own lease.
    """
    vars(endpoint)["outside_first"] = True
    return endpoint


def was_faster(error: UniqueViolationError) -> bool:
    """Did COMMIT fail because another request with this key was answered first?"""
    return bool(error.table_name == "idempotency")


def _for_next_time(response: Response) -> tuple[int, dict[str, str], bytes]:
    if response.headers.get("cache-control") == "no-store":
        body = problems.body(ShownOnce.slug(), ShownOnce.status, ShownOnce.title, ShownOnce.title)
        return ShownOnce.status, {"content-type": problems.MEDIA_TYPE}, body
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return response.status_code, headers, bytes(response.body)
