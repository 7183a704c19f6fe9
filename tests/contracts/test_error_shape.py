"""Every service says what went wrong in one shape, whoever finds it out: a route, the router or the framework."""

from collections.abc import Callable
from typing import Any

import pytest
from apps import SERVICES, audience
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.caller import HEADER, Caller
from kit.testing import SIGNER

LARGE = b'{"a": "' + b"x" * 3_000_000 + b'"}'
JSON = {"content-type": "application/json"}
POSTED = {
    "identity": "/keys",
    "cases": "/cases",
    "documents": "/documents/uploads",
    "knowledge": "/articles",
    "billing_view": "/invoices/by-external-id/x",
}
"""What takes a body; the notifier takes none from outside."""
LIST = {"identity": "/contacts", "billing_view": "/invoices", "knowledge": "/articles", "notifier": "/mails"}

WRONG: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "an address without a route": (404, "GET", "/there/is/nothing/here", {}),
    "a method the route does not know": (405, "DELETE", "{list}", {}),
    "a body that is too long": (413, "{post}", "{posted}", {"content": LARGE, "headers": JSON}),
    "a body with an unknown field": (422, "{post}", "{posted}", {"json": {"colour": "red"}}),
    "a body that is no JSON": (422, "{post}", "{posted}", {"content": b"{", "headers": JSON}),
    "a body that is sent as a form": (422, "{post}", "{posted}", {"data": {"name": "Ann"}}),
    "a limit out of bounds": (422, "GET", "{list}?limit=0", {}),
    "a NUL in the address": (400, "GET", "{list}?q=a%00b", {}),
}


def is_one_of_ours(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= set(problem) <= {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    assert problem["type"].removeprefix("/problems/").replace("-", "").isalpha()
    assert problem["title"]
    assert problem["detail"]
    assert all(set(error) == {"field", "detail"} for error in problem.get("errors", []))


Client = Callable[[str], TestClient]


@pytest.mark.parametrize(
    ("service", "wrong"),
    [(service, wrong) for service in SERVICES for wrong in WRONG if WRONG[wrong][2] != "{posted}" or service in POSTED],
)
def test_what_is_wrong_is_said_in_one_shape(
    client_of: Client, callers: dict[str, Caller], service: str, wrong: str
) -> None:
    status, method, path, options = WRONG[wrong]
    path = path.format(list=LIST.get(service, f"/{service}"), posted=POSTED.get(service))
    method = method.format(post="PUT" if service == "billing_view" else "POST")
    token = {HEADER: SIGNER.mint(callers["key" if method == "PUT" else "staff"], audience(service))}
    headers = token | options.get("headers", {})
    is_one_of_ours(client_of(service).request(method, f"/api/v1{path}", **options | {"headers": headers}), status)


@pytest.mark.parametrize("token", [None, "", "no.token.this", "x" * 20_000], ids=["none", "empty", "broken", "long"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_caller_who_is_not_believed_is_told_in_the_same_shape(
    client_of: Client, service: str, token: str | None
) -> None:
    headers = {} if token is None else {HEADER: token}
    is_one_of_ours(client_of(service).get(f"/api/v1{LIST.get(service, f'/{service}')}", headers=headers), 401)


def test_a_caller_meant_for_another_service_is_refused(client_of: Client, callers: dict[str, Caller]) -> None:
    headers = {HEADER: SIGNER.mint(callers["staff"], "documents")}
    is_one_of_ours(client_of("cases").get("/api/v1/cases", headers=headers), 401)


@pytest.mark.parametrize("service", SERVICES)
def test_whoever_may_only_look_changes_nothing_in_any_service(
    client_of: Client, callers: dict[str, Caller], app_of: Callable[[str], FastAPI], service: str
) -> None:
    """F052: after the support window, where the tenant lets people look: every write of every service is refused."""
    looking = callers["staff"].model_copy(update={"read_only": True})
    headers = {HEADER: SIGNER.mint(looking, audience(service))}
    paths = app_of(service).openapi()["paths"]
    writes = [(verb, path) for path, verbs in paths.items() for verb in verbs if verb not in ("get", "head")]
    for verb, path in writes:
        is_one_of_ours(client_of(service).request(verb, path, headers=headers), 403)
    assert client_of(service).get(f"/api/v1{LIST.get(service, f'/{service}')}", headers=headers).status_code == 200
