"""What a service hears: each event once, in the transaction of its effect.

The inbox row comes first and the effect in the same transaction; only then is the message acknowledged.
What has come for one tenant meanwhile shares a transaction; where one of them fails, each gets its own.
A handler that fails leaves the event waiting with its next attempt; after the last one it is parked,
visible, counted and replayable. A database that is away is waited for with the message in hand.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import structlog
from opentelemetry.trace import Span, SpanKind
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import EVENTS, Event
from contracts.event import Envelope
from kit import telemetry
from kit.db import Database, is_away, literal, opened
from kit.failpoints import failpoint
from kit.ids import now
from kit.lanes import Delivery, Lanes

log = structlog.get_logger()

ATTEMPTS = 8
"""Tries before an event is parked: about ten minutes with the back-off below."""

E = TypeVar("E", bound=Event)
Handler = Callable[[AsyncSession, Any], Awaitable[None]]
Claim = Callable[[Database, Envelope], AbstractAsyncContextManager[AsyncSession | None]]

_ROW = "INSERT INTO inbox (tenant_id, event_id, type, state)"
_AGAIN = text(
    "UPDATE inbox SET state = 'done', body = NULL, error = NULL, attempts = attempts + 1 "
    "WHERE tenant_id = :tenant_id AND event_id = :event_id AND type = :type AND state = 'waiting' RETURNING true"
)
_FAILED = text(
    "INSERT INTO inbox AS i (tenant_id, event_id, type, state, attempts, next_at, body, trace, error) "
    "VALUES (:tenant_id, :event_id, :type, :state, 1, now() + make_interval(secs => :wait), :body, :trace, :error) "
    "ON CONFLICT (tenant_id, event_id) DO UPDATE SET attempts = i.attempts + 1, error = :error, "
    "next_at = now() + make_interval(secs => :wait), "
    "state = CASE WHEN i.attempts + 1 >= :attempts THEN 'parked' ELSE :state END WHERE i.state = 'waiting'"
)


class UnknownEvent(LookupError):
    """This service does not know the event's type; it is parked until a newer version does."""


class Hears:
    """A service's table of events and the functions that hear them."""

    def __init__(self) -> None:
        self.table: dict[str, list[Handler]] = {}

    def __call__(
        self, *events: type[E]
    ) -> Callable[[Callable[[AsyncSession, E], Awaitable[None]]], Callable[[AsyncSession, E], Awaitable[None]]]:
        """Declare a function as the hearer of these events."""

        def declare(
            handler: Callable[[AsyncSession, E], Awaitable[None]],
        ) -> Callable[[AsyncSession, E], Awaitable[None]]:
            for event in events:
                self.table.setdefault(event.type, []).append(handler)
            return handler

        return declare


class NotTogether(Exception):
    """Among events that were to share a transaction is one that was heard before."""


class Inbox:
    """Takes deliveries to the handlers: those that wait for a lane go together, tenant by tenant."""

    def __init__(self, database: Database, hears: Hears) -> None:
        self._database = database
        self.table = hears.table
        self._lanes = Lanes(self._patiently)

    async def deliver(self, envelope: Envelope, body: bytes, trace: str) -> None:
        """Handle an event, or remember it for another try. Returns when the message may be acknowledged."""
        await self._lanes.carry(Delivery(envelope, body, trace))

    async def _patiently(self, deliveries: Sequence[Delivery]) -> None:
        pause = 0.5
        while True:
            try:
                if len(deliveries) == 1 or not await self._together(deliveries):
                    for one in deliveries:
                        with _hearing(one.envelope, one.trace):
                            await self._once(one.envelope, one.body, one.trace, _first)
                return
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("inbox.database_away", events=len(deliveries), error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def _together(self, deliveries: Sequence[Delivery]) -> bool:
        """Handle all in one transaction. False, and nothing done, where one was heard before or fails."""
        tenant_id, rows = deliveries[0].envelope.tenant_id, _rows(one.envelope for one in deliveries)
        try:
            async with self._database.transaction(tenant_id, rows) as tx:
                if opened(tx) != f"INSERT 0 {len(deliveries)}":
                    raise NotTogether()
                for one in deliveries:
                    with _hearing(one.envelope, one.trace):
                        await self._handle(tx, one.envelope)
                    # The next one reads what is there, and not what this one had in mind.
                    tx.expunge_all()
        except Exception as error:
            if is_away(error):
                raise
            log.info("inbox.one_by_one", events=len(deliveries), error=repr(error))
            return False
        for one in deliveries:
            _observe(one.envelope)
        await failpoint("handled.after")
        return True

    async def retry_due(self) -> int:
        """Try again what waits for it. Returns how many were due."""
        async with self._database.transaction(None) as tx:
            rows = (await tx.execute(text("SELECT body, trace FROM inbox_take(20, interval '2 minutes')"))).all()
        for body, trace in rows:
            envelope = Envelope.model_validate_json(body)
            with _hearing(envelope, trace):
                await self._once(envelope, body.encode(), trace, _again)
        return len(rows)

    async def _once(self, envelope: Envelope, body: bytes, trace: str, claim: Claim) -> None:
        try:
            async with claim(self._database, envelope) as tx:
                if tx is None:
                    return
                await self._handle(tx, envelope)
        except Exception as error:
            if is_away(error):
                raise
            await self._remember(envelope, body, trace, error)
        else:
            _observe(envelope)
        await failpoint("handled.after")

    async def _handle(self, tx: AsyncSession, envelope: Envelope) -> None:
        if envelope.type not in EVENTS or envelope.type not in self.table:
            raise UnknownEvent(envelope.type)
        event = EVENTS[envelope.type].received(envelope)
        for handler in self.table[envelope.type]:
            await handler(tx, event)
        await tx.flush()

    async def _remember(self, envelope: Envelope, body: bytes, trace: str, error: Exception) -> None:
        log.error("inbox.handler_failed", event_type=envelope.type, event_id=str(envelope.id), error=repr(error))
        key = _key(envelope)
        state = "parked" if isinstance(error, UnknownEvent) else "waiting"
        wait = random.uniform(1, 3)
        async with self._database.transaction(envelope.tenant_id) as tx:
            attempts = (
                await tx.execute(
                    text("SELECT attempts FROM inbox WHERE tenant_id = :tenant_id AND event_id = :event_id"), key
                )
            ).scalar() or 0
            values = key | {"state": state, "wait": min(wait * 2**attempts, 300), "attempts": ATTEMPTS}
            await tx.execute(_FAILED, values | {"body": body.decode(), "trace": trace, "error": repr(error)[:2000]})


@asynccontextmanager
async def _first(database: Database, envelope: Envelope) -> AsyncIterator[AsyncSession | None]:
    """The event's transaction, begun with its inbox row in one round trip; None where there is a row already."""
    async with database.transaction(envelope.tenant_id, _rows([envelope])) as tx:
        yield tx if opened(tx) == "INSERT 0 1" else None


@asynccontextmanager
async def _again(database: Database, envelope: Envelope) -> AsyncIterator[AsyncSession | None]:
    """The transaction of another try; None where the row does not wait any more."""
    async with database.transaction(envelope.tenant_id) as tx:
        yield tx if (await tx.execute(_AGAIN, _key(envelope))).scalar() else None


def _rows(envelopes: Iterable[Envelope]) -> str:
    """The statement that writes the inbox rows of events of one tenant, unless they are there."""
    keys = (", ".join(literal(value) for value in _key(envelope).values()) for envelope in envelopes)
    rows = ", ".join(f"({key}, 'done')" for key in keys)
    return f"{_ROW} VALUES {rows} ON CONFLICT DO NOTHING"


def _hearing(envelope: Envelope, trace: str) -> AbstractContextManager[Span]:
    return telemetry.span(f"hear {envelope.type}", trace, SpanKind.CONSUMER)


def _observe(envelope: Envelope) -> None:
    telemetry.INBOX_LAG.observe((now() - envelope.occurred_at).total_seconds())


def _key(envelope: Envelope) -> dict[str, UUID | str]:
    return {"tenant_id": envelope.tenant_id, "event_id": envelope.id, "type": envelope.type}


async def keep_retrying(inbox: Inbox, database: Database) -> None:
    """The worker's timer: retries what is due, counts what waits and is parked, clears what is old."""
    turn = 0
    while True:
        try:
            await inbox.retry_due()
            if turn % 15 == 0:
                async with database.transaction(None) as tx:
                    state = (await tx.execute(text("SELECT waiting, parked FROM inbox_state()"))).one()
                    if turn % 3600 == 0:
                        await tx.execute(text("SELECT machinery_purge()"))
                telemetry.INBOX_WAITING.set(state.waiting)
                telemetry.INBOX_PARKED.set(state.parked)
        except Exception as error:
            if not is_away(error):
                log.exception("inbox.retry_failed")
        turn += 1
        await asyncio.sleep(1)
