"""What each service's OpenAPI document promises, its answers keep, whatever it is sent."""

from typing import Any

import pytest
import schemathesis
from apps import SERVICES, App, audience
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kit.caller import HEADER, Caller
from kit.testing import SIGNER

# In one process, for the first strategies cost it ten seconds.
pytestmark = pytest.mark.xdist_group("openapi")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 3
"""Of each operation and mode: enough to meet every field, few enough for all services in a few minutes."""


def operations(app: Any) -> list[Any]:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def tokens(service: str, callers: dict[str, Caller]) -> list[str]:
    return [SIGNER.mint(caller, audience(service)) for caller in callers.values()]


def can_be_wrong(operation: Any) -> bool:
    """Something is sent that could be otherwise; the address and a header can always be anything."""
    return bool(operation.body or operation.query or operation.path_parameters)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_is_one_the_document_promises(
    app_of: App, callers: dict[str, Caller], service: str, mode: GenerationMode
) -> None:
    known = st.sampled_from(tokens(service, callers))
    for operation in operations(app_of(service)):
        if mode is GenerationMode.POSITIVE or can_be_wrong(operation):
            send_to(operation, mode, known)


def send_to(operation: Any, mode: GenerationMode, known: st.SearchStrategy[str]) -> None:
    @given(case=operation.as_strategy(generation_mode=mode), token=known)
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, token: str) -> None:
        case.call_and_validate(headers={HEADER: token}, checks=CHECKS)

    send()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_what_it_is_for_and_how_it_refuses(app_of: App, service: str) -> None:
    for path, methods in app_of(service).openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path} says nothing about itself"
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], f"{method} {path}"
            assert "422" not in operation["responses"], f"{method} {path} promises the framework's own error shape"
