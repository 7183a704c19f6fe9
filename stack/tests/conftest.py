"""State folders of the tests' own, away from the checkout's."""

from pathlib import Path

import pytest

from stack.state import State


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State.at(tmp_path / "state")
