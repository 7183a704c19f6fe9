"""What answers a request answers it where it is: a hop to a thread and back costs more than most routes."""

from collections.abc import Iterator
from inspect import iscoroutinefunction

import pytest
from apps import SERVICES, App
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts


def below(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from below(each)


@pytest.mark.parametrize("service", SERVICES)
def test_no_route_and_nothing_it_depends_on_takes_a_thread(service: str, app_of: App) -> None:
    found = [context.route for context in iter_route_contexts(app_of(service).routes)]
    calls = {one.call for route in found if hasattr(route, "dependant") for one in below(route.dependant)}
    assert len(calls) > 3
    assert [call for call in calls if call and not iscoroutinefunction(call)] == []
