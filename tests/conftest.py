"""What the tests across services share: one running portal, two tenants on it."""

import pytest
from stack.running import RunningStack
from world import World


@pytest.fixture(scope="session")
def world(running_stack: RunningStack) -> World:
    """Two tenants and their people on the running portal."""
    return World(running_stack)
