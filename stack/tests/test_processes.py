"""Records of processes, and the strangers they must never touch."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from stack import processes, services
from stack.state import State
from stack.trouble import Trouble

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def sleeper(state: State) -> Iterator[psutil.Process]:
    yield processes.spawn(state, "sleeper", SLEEP, processes.inherited())
    processes.stop(state, "sleeper", grace=0)


def forge(state: State, pid: int, birth: str) -> None:
    note = {"name": "sleeper", "pid": pid, "birth": birth, "told": ""}
    (state.room("run") / "sleeper.json").write_text(json.dumps(note))


def test_it_finds_what_it_started(state: State, sleeper: psutil.Process) -> None:
    assert processes.find(state, "sleeper") == sleeper
    assert processes.running(state) == ["sleeper"]


def test_it_stops_what_it_started(state: State, sleeper: psutil.Process) -> None:
    assert processes.stop(state, "sleeper")
    assert not sleeper.is_running() or sleeper.status() == psutil.STATUS_ZOMBIE
    assert processes.names(state) == []


def test_it_never_stops_a_stranger_who_got_the_pid(state: State) -> None:
    stranger = subprocess.Popen(SLEEP)
    forge(state, stranger.pid, "another boot:1")
    assert not processes.stop(state, "sleeper")
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_it_takes_a_pid_that_is_gone_for_down(state: State) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    forge(state, ended.pid, "this boot:1")
    assert processes.find(state, "sleeper") is None


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "not json"])
def test_it_takes_a_broken_record_for_down(state: State, content: str) -> None:
    (state.room("run") / "sleeper.json").write_text(content)
    assert processes.find(state, "sleeper") is None


def test_it_counts_a_killed_process_as_missing_and_not_as_stopped(state: State, sleeper: psutil.Process) -> None:
    os.kill(sleeper.pid, signal.SIGKILL)
    assert processes.gone(state, "sleeper", 5)
    assert processes.names(state) == ["sleeper"]


def test_it_kills_who_does_not_listen(state: State) -> None:
    deaf = processes.spawn(state, "deaf", STUBBORN, processes.inherited())
    while "deaf" not in processes.log_path(state, "deaf").read_text():
        time.sleep(0.02)
    assert processes.stop(state, "deaf", grace=0.2)
    assert not deaf.is_running() or deaf.status() == psutil.STATUS_ZOMBIE


def test_it_quotes_the_log_of_a_process_that_ended_while_starting(state: State) -> None:
    processes.spawn(state, "broken", [sys.executable, "-c", "raise SystemExit('no such table')"], {})
    with pytest.raises(Trouble, match="no such table"):
        processes.await_answer(state, "broken", lambda: False, 20)


def test_it_knows_a_process_that_was_told_something_else(state: State) -> None:
    env = processes.inherited()
    processes.spawn(state, "sleeper", SLEEP, env)
    assert processes.same(state, "sleeper", SLEEP, env)
    assert not processes.same(state, "sleeper", SLEEP, env | {"PORTICO_PORT": "1"})
    processes.stop(state, "sleeper", grace=0)


def test_it_keeps_no_password_in_a_record(state: State) -> None:
    processes.spawn(state, "sleeper", SLEEP, processes.inherited() | {"PORTICO_SECRET": "hush-hush"})
    assert all("hush-hush" not in path.read_text() for path in Path(state.folder, "run").iterdir())
    processes.stop(state, "sleeper", grace=0)


def test_ctrl_c_ends_every_wait_and_leaves_what_was_started(
    state: State, sleeper: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_left", threading.Event())
    with pytest.raises(KeyboardInterrupt), ThreadPoolExecutor(1) as pool, processes.until_left():
        waiting = pool.submit(processes.await_answer, state, "sleeper", lambda: False, 600)
        raise KeyboardInterrupt
    with pytest.raises(Trouble, match="not waited for"):
        waiting.result()
    assert processes.find(state, "sleeper") == sleeper


def test_a_process_of_older_code_is_told_from_one_of_the_code_that_is_here(state: State) -> None:
    """A checkout that was brought to another version under a running portal: old code, new templates."""
    processes.spawn(state, "sleeper", SLEEP, {}, code="one version")
    assert processes.same(state, "sleeper", SLEEP, {}, "one version")
    assert not processes.same(state, "sleeper", SLEEP, {}, "another")
    processes.stop(state, "sleeper", grace=0)
    assert services.code("gateway") == services.code("gateway") != services.code("cases")
