"""The records that everybody tries to reach."""

import pytest
import records
from world import World


@pytest.fixture(scope="session")
def marked(world: World) -> records.Records:
    """Records with a mark in every text."""
    return records.make(world)
