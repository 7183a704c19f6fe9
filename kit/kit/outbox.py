"""What a service has to say: written with the change it tells of, sent by the relay afterwards.

A row is deleted only when the broker has confirmed its message, so a crash anywhere repeats a message
and never loses one; the hearer's inbox makes the repetition harmless.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg
import structlog
from opentelemetry import propagate
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Event
from contracts.event import Envelope
from kit.at_last import insert_at_last
from kit.away import AWAY
from kit.db import tenant_of
from kit.failpoints import failpoint
from kit.ids import new_id, now
from kit.telemetry import OUTBOX_OLDEST, OUTBOX_UNSENT

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 2.0
"""How often the relay looks without having been woken."""


@dataclass(frozen=True)
class Message:
    """One outbox row, as it goes on the wire."""

    id: str
    type: str
    body: bytes
    trace: str


Publish = Callable[[Sequence[Message]], Awaitable[set[str]]]
"""Sends messages and returns the ids of those the broker confirmed."""


def emit(tx: AsyncSession, event: Event, *, version: int) -> None:
    """Say that something happened, in the transaction in which it happens: with its COMMIT, for no round trip more."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    envelope = Envelope(
        id=new_id(),
        type=event.type,
        tenant_id=tenant_of(tx),
        occurred_at=now(),
        version=version,
        data=event.model_dump(mode="json"),
    )
    insert_at_last(
        tx,
        "outbox",
        tenant_id=envelope.tenant_id,
        id=envelope.id,
        type=envelope.type,
        body=envelope.model_dump_json(),
        trace=carrier.get("traceparent", ""),
    )


class Relay:
    """Takes unsent rows to the broker, batch by batch, woken by NOTIFY."""

    def __init__(self, url: str, publish: Publish) -> None:
        self._url = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._publish = publish
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; a database that goes away is waited for."""
        while True:
            try:
                await self._serve()
            except (*AWAY, asyncpg.PostgresError) as error:
                log.warning("relay.database_away", error=str(error))
                await asyncio.sleep(1)

    async def _serve(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=5, command_timeout=30)
        try:
            await connection.add_listener("outbox", lambda *_: self._wake.set())
            while True:
                self._wake.clear()
                while await self._batch(connection) == BATCH:
                    pass
                await self._measure(connection)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        finally:
            connection.terminate()

    async def _batch(self, connection: asyncpg.Connection) -> int:
        async with connection.transaction():
            rows = await connection.fetch("SELECT id, type, body, trace FROM outbox_take($1)", BATCH)
            if not rows:
                return 0
            messages = [Message(str(row["id"]), row["type"], row["body"].encode(), row["trace"]) for row in rows]
            await failpoint("publish.before")
            confirmed = await self._publish(messages)
            await failpoint("publish.after")
            await connection.execute("SELECT outbox_sent($1)", list(confirmed))
            if left := [message.id for message in messages if message.id not in confirmed]:
                await connection.execute("SELECT outbox_later($1, interval '5 seconds')", left)
        return len(rows)

    async def _measure(self, connection: asyncpg.Connection) -> None:
        [state] = await connection.fetch("SELECT unsent, oldest_seconds FROM outbox_state()")
        OUTBOX_UNSENT.set(state["unsent"])
        OUTBOX_OLDEST.set(state["oldest_seconds"])
