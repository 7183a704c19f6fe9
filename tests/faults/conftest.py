"""One fragile portal and one ledger for all the faults."""

import pytest
from ledger import Ledger
from world import World

from stack.running import RunningStack


@pytest.fixture(scope="session")
def world(fragile_stack: RunningStack) -> World:
    """The same people, on a portal whose parts may be ended."""
    return World(fragile_stack)


@pytest.fixture(scope="session")
def ledger(world: World) -> Ledger:
    """Everything that was acknowledged, over all faults."""
    return Ledger(world)
