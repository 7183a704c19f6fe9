"""Answers kept for a few seconds, so that a change of rights acts within five everywhere."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

SECONDS = 3.0


class Recent(Generic[K, V]):
    """Asks once for a key, however many want to know, and keeps the answer SECONDS from when it was asked for.

    What fails is not kept: with nobody to ask, nobody is let in on an old answer.
    """

    def __init__(self, *, seconds: float = SECONDS, most: int = 20_000) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: OrderedDict[K, tuple[float, asyncio.Future[V]]] = OrderedDict()

    async def get(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The answer for this key, at most a few seconds old; `ask` gets a new one."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= time.monotonic() or _failed(kept[1]):
            kept = self._kept[key] = (time.monotonic() + self._seconds, asyncio.create_task(ask()))
            kept[1].add_done_callback(_failed)
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        # Shielded: one asker who goes away must not take the answer from the others.
        return await asyncio.shield(kept[1])

    def forget(self, key: K) -> None:
        """Ask anew next time."""
        self._kept.pop(key, None)


def _failed(answer: "asyncio.Future[V]") -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
