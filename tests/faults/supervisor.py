"""What starts a dead process again, as systemd or Kubernetes would, and does nothing else."""

import threading
from collections import Counter

from stack.ports import DEPLOYABLES
from stack.running import RunningStack
from stack.trouble import Trouble

WATCHED = (*DEPLOYABLES, "postgres")


class Supervisor:
    """While it is entered, whatever of WATCHED dies is started again, told nothing but its ordinary environment."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor")
        self.restarts: Counter[str] = Counter()

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            for name in WATCHED:
                if not self._stack.alive(name):
                    self._restart(name)

    def _restart(self, name: str) -> None:
        try:
            self._stack.start(name)
        except Trouble:  # not yet: PostgreSQL, for one, waits for the last of its killed children; next round
            return
        self.restarts[name] += 1
