"""What one tenant may ask of one process, and how long a body may be."""

import math
import time
from collections import OrderedDict
from collections.abc import Hashable

from starlette.types import Message, Receive, Scope

from kit.problems import Problem

REMEMBERED = 20_000


class TooManyRequests(Problem):
    """The tenant's budget is spent for the moment."""

    status, title = 429, "Too many requests at once. Wait a moment and try again."


class TooLarge(Problem):
    """More was sent than is taken."""

    status, title = 413, "This is larger than what can be sent at once."


class Budget:
    """Token buckets, one per tenant: a flood at one tenant's door leaves the others' answers quick."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._rate = per_second
        self._burst = float(burst)
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, whose: Hashable) -> None:
        """Pay for one request. Raises TooManyRequests when nothing is left."""
        now = time.monotonic()
        left, since = self._buckets.get(whose, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        if left < 1:
            wait = math.ceil((1 - left) / self._rate)
            raise TooManyRequests(headers={"retry-after": str(wait)})
        self._buckets[whose] = (left - 1, now)
        self._buckets.move_to_end(whose)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)


def capped(scope: Scope, receive: Receive, most: int) -> Receive:
    """The same body, refused with TooLarge once it is longer than `most` bytes: by its word, or by count."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not told.isdigit() or int(told) > most:
        raise TooLarge()
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge()
        return message

    return counting
