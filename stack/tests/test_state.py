"""What a stack remembers."""

import subprocess
import sys
from pathlib import Path

import pytest

from stack.state import State
from stack.trouble import Trouble


def test_it_makes_a_password_once(state: State) -> None:
    assert state.secret("postgres") == State(state.folder).secret("postgres")


def test_it_gives_every_stack_other_passwords(state: State, tmp_path: Path) -> None:
    assert state.secret("postgres") != State.at(tmp_path / "other").secret("postgres")


def test_it_names_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Trouble, match="PORTICO_STATE"):
        State.at(tmp_path / "file")


def test_it_says_which_of_its_files_cannot_be_read(state: State) -> None:
    (state.folder / "ports.json").write_text("{")
    with pytest.raises(Trouble, match=r"ports\.json cannot be read"):
        _ = state.ports


def test_it_lets_nobody_else_read_passwords(state: State) -> None:
    state.secret("postgres")
    assert (state.folder / "secrets.json").stat().st_mode & 0o077 == 0


def test_it_lets_nobody_else_into_a_room(state: State) -> None:
    assert state.room("run").stat().st_mode & 0o077 == 0


def test_it_says_what_to_do_before_the_first_up(state: State) -> None:
    with pytest.raises(Trouble, match="portico up"):
        _ = state.ports


HOLD = """
import sys
from pathlib import Path
from stack.state import State
with State(Path(sys.argv[1])).lock("lock"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_it_refuses_a_second_command_at_the_same_time(state: State) -> None:
    argv = [sys.executable, "-c", HOLD, str(state.folder)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Trouble, match="wait"), state.lock("lock", refusal="wait for the other"):
            pass
    with state.lock("lock", refusal="wait for the other"):
        pass
