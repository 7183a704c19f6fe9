"""Who waits for a tenant's feed to grow, and the one connection of this process that hears of it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import asyncpg

EACH = 20
"""Who may wait at one tenant, in one process; whoever comes beyond that is answered at once."""


class Listening:
    """Wakes who waits. It listens from the first one on, and again when the database was away."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._connection: asyncpg.Connection | None = None
        self._opening = asyncio.Lock()
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self.draining = False

    @asynccontextmanager
    async def waiting(self, tenant_id: UUID) -> AsyncIterator[asyncio.Event | None]:
        """What is set each time the tenant's feed grows; None for whoever is not to wait here."""
        if self.draining or len(self._waiting.get(tenant_id, ())) >= EACH:
            yield None
            return
        woken = asyncio.Event()
        self._waiting[tenant_id].add(woken)
        try:
            await self._listen()
            yield woken
        finally:
            self._waiting[tenant_id].discard(woken)
            if not self._waiting[tenant_id]:
                del self._waiting[tenant_id]

    async def signal(self, woken: asyncio.Event, seconds: float) -> None:
        """Wait until the feed grew, not longer than this."""
        await self._listen()
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)
        woken.clear()

    def drain(self) -> None:
        """Let nobody wait any more: they ask another process."""
        self.draining = True
        if self._connection is not None:
            self._connection.terminate()
        self._wake_all()

    async def _listen(self) -> None:
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url, timeout=5, command_timeout=30)
                self._connection.add_termination_listener(self._wake_all)
                await self._connection.add_listener("changes", self._heard)

    def _heard(self, _connection: object, _pid: int, _channel: str, tenant_id: object) -> None:
        for woken in self._waiting.get(UUID(str(tenant_id)), ()):
            woken.set()

    def _wake_all(self, *_: object) -> None:
        for everybody in self._waiting.values():
            for woken in everybody:
                woken.set()
