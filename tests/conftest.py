"""What the tests across services share: one running portal, two tenants on it."""

import pytest
from world import World

from stack.running import RunningStack


@pytest.fixture(scope="session")
def world(running_stack: RunningStack) -> World:
    """Two tenants and their people on the running portal."""
    return World(running_stack)
