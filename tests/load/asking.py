"""How benchmarks ask a served app: one request after the other, with what each cost here and in PostgreSQL."""

import time
from collections.abc import Awaitable, Callable
from statistics import quantiles
from typing import Any

from kit.caller import Caller
from kit.testing import As
from stack.state import State
from tests.load.ground import cpu

REQUESTS = 150
WARM = 10
ENOUGH = 8.0
"""Seconds after which a step that is slow has been asked often enough, if at least WARM times."""
VOUCHED = 20.0
"""Seconds after which a caller is vouched for anew: on a busy machine a step takes longer than that holds."""

Step = Callable[[], Awaitable[Any]]
By = Callable[[Caller], As]


def get(by: By, caller: Caller, path: str) -> Callable[[], Step]:
    """A step whose caller is vouched for when it begins: that holds for a minute."""

    def ready() -> Step:
        client = by(caller)
        return lambda: ok(client.get(path))

    return ready


async def ok(answering: Awaitable[Any]) -> None:
    answer = await answering
    assert answer.status_code in (200, 201), answer.text[:300]


async def spent_on(state: State, ready: Callable[[], Step]) -> tuple[float, float, float, float]:
    """CPU here and in PostgreSQL, p50 and p95, in milliseconds."""
    step, since = ready(), time.monotonic()
    for _ in range(WARM):
        await step()
    took: list[float] = []
    begun = time.process_time(), cpu(state, ["postgres"])["postgres"]
    end = time.monotonic() + ENOUGH
    while len(took) < REQUESTS and (len(took) < WARM or time.monotonic() < end):
        if time.monotonic() - since > VOUCHED:
            step, since = ready(), time.monotonic()
        started = time.perf_counter()
        await step()
        took.append((time.perf_counter() - started) * 1000)
    own, served_by = time.process_time() - begun[0], cpu(state, ["postgres"])["postgres"] - begun[1]
    cuts = quantiles(took, n=20)
    return own * 1000 / len(took), served_by * 1000 / len(took), cuts[9], cuts[18]
