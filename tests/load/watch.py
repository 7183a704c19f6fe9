"""What processes cost while a benchmark goes on: CPU by the step it was spent in, and the most memory each had."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from stack import processes
from stack.state import State

EVERY = 0.1


@dataclass
class Step:
    """One step: seconds, the bytes it moved, and CPU seconds by process."""

    what: str
    seconds: float
    size: int
    cpu: dict[str, float]


@dataclass
class Watch:
    """Looks at processes by their names, whatever becomes of them: one that was killed keeps what it had spent."""

    state: State
    names: Sequence[str]
    steps: list[Step] = field(default_factory=list)
    most: dict[str, float] = field(default_factory=dict)
    _spent: dict[tuple[str, int], float] = field(default_factory=dict)

    @contextmanager
    def going_on(self) -> Iterator["Watch"]:
        """Look until the block ends."""
        over = threading.Event()
        looking = threading.Thread(target=self._look_until, args=(over,), daemon=True)
        looking.start()
        try:
            yield self
        finally:
            over.set()
            looking.join()

    @contextmanager
    def step(self, what: str, size: int = 0) -> Iterator[None]:
        """Count what is spent in the block as one step, which moves so many bytes."""
        before, begun = self._cpu(), time.perf_counter()
        yield
        took = time.perf_counter() - begun
        time.sleep(2 * EVERY)
        after = self._cpu()
        self.steps.append(Step(what, took, size, {name: after[name] - before[name] for name in self.names}))

    def _look_until(self, over: threading.Event) -> None:
        while not over.wait(EVERY):
            for name in self.names:
                with suppress(psutil.Error):
                    self._look(name)

    def _look(self, name: str) -> None:
        process = processes.find(self.state, name)
        if process is None:
            return
        times, megabytes = process.cpu_times(), process.memory_info().rss / 1e6
        self._spent[name, process.pid] = times.user + times.system
        self.most[name] = max(self.most.get(name, 0), megabytes)

    def _cpu(self) -> dict[str, float]:
        spent = list(self._spent.items())
        return {name: sum(cpu for (of, _), cpu in spent if of == name) for name in self.names}
