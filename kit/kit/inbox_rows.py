"""The rows of an inbox: written first, in the transaction of the effect; what failed waits in them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Envelope
from kit.at_last import literal
from kit.db import Database, opened

_ROW = "INSERT INTO inbox (tenant_id, event_id, type, state)"
_AGAIN = text(
    "UPDATE inbox SET state = 'done', body = NULL, error = NULL, attempts = attempts + 1 "
    "WHERE tenant_id = :tenant_id AND event_id = :event_id AND type = :type AND state = 'waiting' RETURNING true"
)
FAILED = text(
    "INSERT INTO inbox AS i (tenant_id, event_id, type, state, attempts, next_at, body, trace, error) "
    "VALUES (:tenant_id, :event_id, :type, :state, 1, now() + make_interval(secs => :wait), :body, :trace, :error) "
    "ON CONFLICT (tenant_id, event_id) DO UPDATE SET attempts = i.attempts + 1, error = :error, "
    "next_at = now() + make_interval(secs => :wait), "
    "state = CASE WHEN i.attempts + 1 >= :attempts THEN 'parked' ELSE :state END WHERE i.state = 'waiting'"
)


@asynccontextmanager
async def first(database: Database, envelope: Envelope) -> AsyncIterator[AsyncSession | None]:
    """The event's transaction, begun with its inbox row in one round trip; None where there is a row already."""
    async with database.transaction(envelope.tenant_id, rows([envelope])) as tx:
        yield tx if opened(tx) == "INSERT 0 1" else None


@asynccontextmanager
async def again(database: Database, envelope: Envelope) -> AsyncIterator[AsyncSession | None]:
    """The transaction of another try; None where the row does not wait any more."""
    async with database.transaction(envelope.tenant_id) as tx:
        yield tx if (await tx.execute(_AGAIN, key(envelope))).scalar() else None


def rows(envelopes: Iterable[Envelope]) -> str:
    """The statement that writes the inbox rows of events of one tenant, unless they are there."""
    keys = (", ".join(literal(value) for value in key(envelope).values()) for envelope in envelopes)
    listed = ", ".join(f"({one}, 'done')" for one in keys)
    return f"{_ROW} VALUES {listed} ON CONFLICT DO NOTHING"


def key(envelope: Envelope) -> dict[str, UUID | str]:
    """What names the row of an event."""
    return {"tenant_id": envelope.tenant_id, "event_id": envelope.id, "type": envelope.type}
