"""A gateway in front of a server that stands in for the services: what is tested here is the gateway alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.testing import Portal, Services, everybody, running


@pytest.fixture
def services() -> Services:
    return everybody()


@pytest.fixture
def settings() -> dict[str, Any]:
    """What a test wants otherwise."""
    return {}


@pytest.fixture
async def portal(services: Services, settings: dict[str, Any]) -> AsyncIterator[Portal]:
    async with running(services, **settings) as portal:
        yield portal
