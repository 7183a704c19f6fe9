"""Start, recognise and stop processes that outlive the command that started them.

A record holds the pid and what tells that process from a later one with the same number,
so that a stale record can never stop a stranger.
"""

import contextlib
import hashlib
import json
import os
import pwd
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from stack.state import State
from stack.trouble import Trouble

# What a Python of ours needs to be the same Python.
INHERITED = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH")
LOG_LIMIT = 20_000_000
# Kept so that a long-lived parent (a test run) reaps them, and Python does not warn about living children.
_children: list["subprocess.Popen[bytes]"] = []
_left = threading.Event()


@dataclass(frozen=True)
class Record:
    """One process of ours, as noted down when it was started."""

    name: str
    pid: int
    birth: str
    told: str = ""


def birth(pid: int) -> str:
    """What no two processes with this pid share; the wall clock can step, so ticks since this boot."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}:{ticks}"
    except (FileNotFoundError, ProcessLookupError):  # macOS has no /proc; a process may end under the reading
        return str(psutil.Process(pid).create_time())


def log_path(state: State, name: str) -> Path:
    """Where a process's output goes."""
    return state.room("logs") / f"{name}.log"


def _note(state: State, name: str) -> Path:
    return state.room("run") / f"{name}.json"


def names(state: State) -> list[str]:
    """Everything that was started and not stopped since, living or dead."""
    return sorted(path.stem for path in state.room("run").glob("*.json"))


def running(state: State) -> list[str]:
    """What of it lives."""
    return [name for name in names(state) if find(state, name) is not None]


def find(state: State, name: str) -> psutil.Process | None:
    """The living process started under this name; None if it ended or its pid is a stranger's now."""
    for child in _children:
        child.poll()
    record = _record(state, name)
    if record is None:
        return None
    try:
        process = psutil.Process(record.pid)
        return None if birth(record.pid) != record.birth or _ended(process) else process
    except psutil.Error:
        return None


def _ended(process: psutil.Process) -> bool:
    """A killed process is a zombie at once but holds its ports until its last thread is gone: wait for that."""
    deadline = time.monotonic() + 10
    while process.status() == psutil.STATUS_ZOMBIE:
        if process.num_threads() <= 1 or time.monotonic() > deadline:
            return True
        time.sleep(0.01)
    return False


def _record(state: State, name: str) -> Record | None:
    try:
        return Record(**json.loads(_note(state, name).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def spawn(
    state: State,
    name: str,
    argv: Sequence[str | Path],
    env: Mapping[str, str],
    *,
    user: str | None = None,
    cwd: Path | str = "/",
    code: str = "",
) -> psutil.Process:
    """Start a process in a session of its own, its output in its log, and note it down with the code it runs."""
    path = log_path(state, name)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        child = subprocess.Popen(
            [str(word) for word in argv],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user,
            group=primary_group(user) if user else None,
            extra_groups=[] if user else None,
        )
    _children.append(child)
    note = _note(state, name)
    fresh = note.with_suffix(".tmp")
    record = Record(name, child.pid, birth(child.pid), fingerprint(argv, env, code))
    fresh.write_text(json.dumps(asdict(record)))
    fresh.replace(note)
    return psutil.Process(child.pid)


def fingerprint(argv: Sequence[str | Path], env: Mapping[str, str], code: str = "") -> str:
    """Tells whether a process was told something else, or runs other code, without keeping its passwords."""
    words = [*map(str, argv), *(f"{key}={env[key]}" for key in sorted(env)), code]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def same(state: State, name: str, argv: Sequence[str | Path], env: Mapping[str, str], code: str = "") -> bool:
    """The process was started with just these words, of this code."""
    record = _record(state, name)
    return record is not None and record.told == fingerprint(argv, env, code)


def inherited() -> dict[str, str]:
    """The part of our own environment that every Python of ours gets."""
    return {key: value for key in INHERITED if (value := os.environ.get(key))}


def primary_group(user: str) -> int:
    """The group a user's files belong to."""
    return pwd.getpwnam(user).pw_gid


def stop(state: State, name: str, *, how: signal.Signals = signal.SIGTERM, grace: float = 15) -> bool:
    """Ask, wait, kill; True if there was something to stop."""
    process = find(state, name)
    if process is not None:
        process.send_signal(how)
        if not gone(state, name, grace):
            kill(state, name)
    _note(state, name).unlink(missing_ok=True)
    return process is not None


def kill(state: State, name: str) -> None:
    """End a process as a power cut would; its record stays, so it counts as missing, not as stopped."""
    if process := find(state, name):
        process.kill()
        gone(state, name, 10)


def gone(state: State, name: str, seconds: float) -> bool:
    """Wait for the end of a process."""
    deadline = time.monotonic() + seconds
    while find(state, name) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def await_answer(state: State, name: str, answers: Callable[[], bool], seconds: float) -> None:
    """Wait until a started process answers; say why it does not, with the end of its log."""
    deadline = time.monotonic() + seconds
    while not answers():
        if _left.is_set():
            raise Trouble(f"{name} was not waited for.")
        if find(state, name) is None:
            raise Trouble(f"{name} ended while starting. {last_words(state, name)}")
        if time.monotonic() > deadline:
            raise Trouble(f"{name} did not answer within {seconds:.0f} s. {last_words(state, name)}")
        time.sleep(0.05)


@contextmanager
def until_left() -> Iterator[None]:
    """Ctrl-C ends the waits of all threads: what was started by then is noted down, and goes on starting."""
    try:
        yield
    except KeyboardInterrupt:
        _left.set()
        raise


def last_words(state: State, name: str, lines: int = 5) -> str:
    """What a failed process said at the end."""
    path = log_path(state, name)
    text = path.read_text(errors="replace") if path.exists() else ""
    tail = "\n  ".join(text.strip().splitlines()[-lines:])
    return f"Its log ({os.path.relpath(path)}) ends:\n  {tail}" if tail else f"Its log ({path}) is empty."


def listens(host: str, port: int) -> bool:
    """Somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def memory(process: psutil.Process) -> int:
    """Bytes resident, its children included; what several share counts once, where the system tells (Linux: PSS)."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            full = each.memory_full_info()
            total += getattr(full, "pss", full.rss)
    return total
