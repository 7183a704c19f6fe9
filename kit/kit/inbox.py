"""What a service hears: each event once, in the transaction of its effect.

The inbox row comes first and the effect in the same transaction; only then is the message acknowledged.
What has come for one tenant meanwhile shares a transaction; where one of them fails, each gets its own.
A handler that fails leaves the event waiting with its next attempt; after the last one it is parked,
visible, counted and replayable. A database that is away is waited for with the message in hand.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager

import structlog
from opentelemetry.trace import Span, SpanKind
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import EVENTS
from contracts.event import Envelope
from kit import inbox_rows, telemetry
from kit.away import is_away
from kit.db import Database, opened
from kit.failpoints import failpoint
from kit.hears import Hears, UnknownEvent
from kit.ids import now
from kit.lanes import Delivery, Lanes

log = structlog.get_logger()

ATTEMPTS = 8
"""Tries before an event is parked: about ten minutes with the back-off below."""

Claim = Callable[[Database, Envelope], AbstractAsyncContextManager[AsyncSession | None]]


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
                            await self._once(one.envelope, one.body, one.trace, inbox_rows.first)
                return
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("inbox.database_away", events=len(deliveries), error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def _together(self, deliveries: Sequence[Delivery]) -> bool:
        """Handle all in one transaction. False, and nothing done, where one was heard before or fails."""
        tenant_id, rows = deliveries[0].envelope.tenant_id, inbox_rows.rows(one.envelope for one in deliveries)
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
                await self._once(envelope, body.encode(), trace, inbox_rows.again)
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
        key = inbox_rows.key(envelope)
        state = "parked" if isinstance(error, UnknownEvent) else "waiting"
        wait = random.uniform(1, 3)
        async with self._database.transaction(envelope.tenant_id) as tx:
            attempts = (
                await tx.execute(
                    text("SELECT attempts FROM inbox WHERE tenant_id = :tenant_id AND event_id = :event_id"), key
                )
            ).scalar() or 0
            values = key | {"state": state, "wait": min(wait * 2**attempts, 300), "attempts": ATTEMPTS}
            await tx.execute(
                inbox_rows.FAILED, values | {"body": body.decode(), "trace": trace, "error": repr(error)[:2000]}
            )


def _hearing(envelope: Envelope, trace: str) -> AbstractContextManager[Span]:
    return telemetry.span(f"hear {envelope.type}", trace, SpanKind.CONSUMER)


def _observe(envelope: Envelope) -> None:
    telemetry.INBOX_LAG.observe((now() - envelope.occurred_at).total_seconds())
