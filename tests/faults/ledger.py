"""What the portal acknowledged, to be held against what it has afterwards."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
from world import Client, World

WRITERS = 3
STORIES = 2
"""The most one writer writes during one fault: the folder is to take minutes, not an hour."""
PATIENCE = 120
"""Seconds a writer goes on asking for one acknowledgement."""
RETRIED = {409, 502, 503, 504}
"""Answers that mean "ask again": still being worked on, or away."""


@dataclass(frozen=True, order=True)
class Story:
    """A case that Ann opened, that Sam answered and that Ann wrote on again, each acknowledged."""

    subject: str
    id: str
    reference: str
    notes: tuple[str, ...]


class Ledger:
    """Writers who do not let go until they are told that what they wrote is kept."""

    def __init__(self, world: World) -> None:
        self._world = world
        for who in ("ann", "sam"):
            world.as_(who)  # logged in before anything dies: a login is not asked for again
        self._numbers = count(1)
        self.stories: list[Story] = []
        self.answers: Counter[int] = Counter()

    @contextmanager
    def being_written(self, pause: float = 0.0) -> Iterator[None]:
        """Write while the block runs, and finish what was begun."""
        enough = threading.Event()
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(self._write, enough, pause) for _ in range(WRITERS)]
            try:
                yield
            finally:
                enough.set()
            for writer in writers:
                writer.result()

    def _write(self, enough: threading.Event, pause: float) -> None:
        with httpx.Client(timeout=30, trust_env=False) as http:
            for _ in range(STORIES):
                self.stories.append(self._story(http))
                if enough.wait(pause):
                    return

    def _story(self, http: httpx.Client) -> Story:
        name = f"Story {next(self._numbers)}"
        ann, sam = self._world.as_("ann"), self._world.as_("sam")
        case = self._acknowledged(http, ann, "/cases", {"subject": name, "body": "The line is down."})
        notes = f"/cases/{case['id']}/notes"
        answer, word = f"{name}: we look into it.", f"{name}: it is back."
        self._acknowledged(http, sam, notes, {"body": answer, "visibility": "customer"})
        self._acknowledged(http, ann, notes, {"body": word, "visibility": "customer"})
        return Story(name, case["id"], case["reference"], (answer, word))

    def _acknowledged(self, http: httpx.Client, who: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask under one Idempotency-Key until told 201."""
        headers = who.headers | {"idempotency-key": str(uuid4())}
        end = time.monotonic() + PATIENCE
        while True:
            answer = _asked(lambda: http.post(who.root + path, json=body, headers=headers))
            if answer is not None:
                self.answers[answer.status_code] += 1
                if answer.status_code == 201:
                    acknowledged: dict[str, Any] = answer.json()
                    return acknowledged
                assert answer.status_code in RETRIED, f"{path}: {answer.status_code} {answer.text[:500]}"
            assert time.monotonic() < end, f"{path} was not acknowledged in {PATIENCE} s; so far: {self.answers}"
            time.sleep(0.2)


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response | None:
    try:
        return ask()
    except httpx.TransportError:  # nobody knows what became of the request
        return None
