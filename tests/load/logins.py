"""Known and unknown addresses take the same time; and what a storm of logins does to everybody else's list of cases."""

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from stack.state import State
from tests.load.ground import console, portal_up, show

sys.path.insert(0, str(Path(__file__).parent.parent))
from world import World

ASKED = 40
STORM = 200
LISTED = 200


def run(state: State) -> None:
    """Measure and print."""
    with portal_up(state) as stack:
        world = World(stack)
        known, unknown = "ann@acme.example", "nobody@acme.example"
        rows = [
            _compared(world, "forgotten password", lambda one: _forget(world, known if one else unknown)),
            _compared(world, "login, wrong password", lambda one: _log_in(world, known if one else unknown)),
        ]
        show("Known and unknown addresses, medians in milliseconds", ["what", "known", "unknown", "difference"], rows)
        calm = _list(world)
        with ThreadPoolExecutor(STORM) as crowd:
            console.print(f"{STORM} logins at once ...")
            storm = [crowd.submit(_log_in, world, known) for _ in range(STORM)]
            stormy = _list(world)
            still = sum(not one.done() for one in storm)
        rows = [["nobody logs in", *_percentiles(calm)], [f"{STORM} logins in flight", *_percentiles(stormy)]]
        show("The list of cases, milliseconds", ["while", "p50", "p99"], rows)
        console.print(f"{still} of the logins were still in flight when the last list was there")


def _compared(world: World, what: str, ask: Callable[[bool], None]) -> list[str]:
    """One after the other in turn, so that whatever else the machine does happens to both."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * ASKED):
        # What was tried before is forgotten: it is the answer's time that counts, not that of its refusal.
        if number % 4 == 0:
            world.rows("identity", "DELETE FROM login_tries")
            world.rows("identity", "DELETE FROM tokens")
        started = time.perf_counter()
        ask(number % 2 == 0)
        took[number % 2 == 0].append((time.perf_counter() - started) * 1000)
    known, unknown = statistics.median(took[True]), statistics.median(took[False])
    return [what, f"{known:.1f}", f"{unknown:.1f}", f"{known - unknown:+.1f}"]


def _forget(world: World, email: str) -> None:
    _post(world, "/forgotten", {"email": email})


def _log_in(world: World, email: str) -> None:
    _post(world, "/login", {"email": email, "password": "not the right one"})


def _post(world: World, path: str, form: dict[str, str]) -> None:
    headers = {"origin": world.stack.origin}
    httpx.post(world.northwind.root + path, data=form, headers=headers, timeout=60)


def _list(world: World) -> list[float]:
    ann, took = world.as_("ann"), []
    with httpx.Client(headers=ann.headers, timeout=60) as browser:
        for _ in range(LISTED):
            started = time.perf_counter()
            browser.get(f"{ann.root}/cases?limit=25").raise_for_status()
            took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


def _percentiles(took: list[float]) -> list[str]:
    return [f"{statistics.median(took):.1f}", f"{took[int(len(took) * 0.99) - 1]:.1f}"]
