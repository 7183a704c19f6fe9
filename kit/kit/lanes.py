"""The few lanes on which deliveries go to the database: what waits for one goes together, tenant by tenant.

A transaction costs the same whether it carries one event or thirty; on a quiet day each still goes at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contracts.event import Envelope

LANES = 4
"""Transactions of deliveries under way at a time in one process."""
TOGETHER = 32
"""Events that share a transaction at most."""


@dataclass(eq=False)
class Delivery:
    """One message in hand: `done` once it may be acknowledged."""

    envelope: Envelope
    body: bytes
    trace: str
    taken: bool = False
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Lanes:
    """Gathers deliveries of one tenant for `handle`, which does them all or raises."""

    def __init__(self, handle: Callable[[Sequence[Delivery]], Awaitable[None]]) -> None:
        self._handle = handle
        self._free = asyncio.Semaphore(LANES)
        self._waiting: dict[UUID, deque[Delivery]] = {}

    async def carry(self, one: Delivery) -> None:
        """Have a delivery handled: by whoever takes it along, or by taking along what waits with it."""
        tenant_id = one.envelope.tenant_id
        self._waiting.setdefault(tenant_id, deque()).append(one)
        async with self._free:
            while not one.taken:
                await self._go(self._take(tenant_id))
        await one.done

    def _take(self, tenant_id: UUID) -> list[Delivery]:
        waiting = self._waiting[tenant_id]
        taken = [waiting.popleft() for _ in range(min(TOGETHER, len(waiting)))]
        if not waiting:
            del self._waiting[tenant_id]
        for delivery in taken:
            delivery.taken = True
        return taken

    async def _go(self, deliveries: list[Delivery]) -> None:
        try:
            await self._handle(deliveries)
        except Exception as error:
            _tell(deliveries, error)
        except BaseException:
            # Stopped in the middle: their messages are not acknowledged, and come again.
            for delivery in deliveries:
                delivery.done.cancel()
            raise
        else:
            _tell(deliveries, None)


def _tell(deliveries: Sequence[Delivery], error: Exception | None) -> None:
    for delivery in deliveries:
        if delivery.done.done():
            continue
        if error is None:
            delivery.done.set_result(None)
        else:
            delivery.done.set_exception(error)
