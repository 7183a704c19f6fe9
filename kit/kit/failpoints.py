"""Named places where the tests of faults kill, fail or delay a process.

`PORTICO_FAILPOINTS="cases.commit.before=kill,cases.publish.after=delay:2"` arms them. An action is
`kill` (as `kill -9` would), `raise`, or `delay:<seconds>`; with `@<n>` behind it, it waits for the n-th
pass. Unarmed, a failpoint costs one look into an empty table.
"""

import asyncio
import os
import signal
from collections import Counter

_passes: Counter[str] = Counter()


class FailpointReached(RuntimeError):
    """An armed failpoint was told to raise."""


def _armed() -> dict[str, str]:
    pairs = (pair.split("=", 1) for pair in os.environ.get("PORTICO_FAILPOINTS", "").split(",") if "=" in pair)
    return {name.strip(): action.strip() for name, action in pairs}


_actions = _armed()


async def failpoint(name: str) -> None:
    """Act as armed at this place, or do nothing."""
    if not _actions or (action := _actions.get(name)) is None:
        return
    action, _, turn = action.partition("@")
    _passes[name] += 1
    if turn and _passes[name] != int(turn):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "raise":
        raise FailpointReached(name)
    elif action.startswith("delay:"):
        await asyncio.sleep(float(action.removeprefix("delay:")))
