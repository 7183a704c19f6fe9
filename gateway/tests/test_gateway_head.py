"""HEAD is GET without the body, on every page."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from gateway.pages.app import PAGES
from gateway.testing import CASE_ID, SAMS, Portal, Services, case, case_view

ROOT = "/portal/northwind"
FULL = {"items": [case()], "next": None, "total": {"count": 1, "capped": False}, "choices": None}
NAMES = {"{reference}": "CASE-1042", "{slug}": "printer", "{document_id}": CASE_ID, "{invoice_id}": CASE_ID}
NAMES |= {"{organisation_id}": CASE_ID, "{contact_id}": CASE_ID, "{key_id}": CASE_ID}


def addresses() -> list[str]:
    """Every page there is; streams are looked at below."""
    found = {route.path for router in PAGES for route in router.routes if "GET" in getattr(route, "methods", ())}
    for name, value in NAMES.items():
        found = {path.replace(name, value) for path in found}
    return sorted(path for path in found if not path.endswith("/live"))


@pytest.fixture
def services(services: Services) -> Services:
    services.answers[("GET", "/api/v1/cases")] = (200, FULL)
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view())
    return services


@pytest.mark.parametrize("path", addresses())
async def test_every_page_answers_head_as_it_answers_get(portal: Portal, path: str) -> None:
    get = await ask(portal, "GET", path)
    head = await ask(portal, "HEAD", path)
    assert head.status == get.status != 405
    same = ("content-type", "content-length", "location", "cache-control", "content-security-policy")
    assert [head.headers.get(name) for name in same] == [get.headers.get(name) for name in same]
    assert head.body == b""


async def test_a_stream_ends_with_its_headers(portal: Portal) -> None:
    async with asyncio.timeout(20):
        head = await ask(portal, "HEAD", "/cases/CASE-1042/live")
    assert (head.status, head.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
    assert (await ask(portal, "HEAD", "/cases/CASE-1042")).status == 200


async def test_what_changes_something_is_not_done_by_looking(portal: Portal, services: Services) -> None:
    assert (await ask(portal, "HEAD", "/logout")).status == 405
    assert [path for path in services.paths() if not path.startswith("GET")] == []


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(portal: Portal, method: str, path: str) -> Answer:
    who = portal.browser(SAMS, "__Host-console-northwind") if path.startswith("/console") else portal.browser()
    address = portal.origin + ROOT + path
    async with portal.http.request(method, address, headers=who, allow_redirects=False) as response:
        return Answer(response.status, response.headers, await response.read())
