"""A4: a right taken away is gone within five seconds, on a session or key that is in use, on every route."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import routes
from records import upload
from world import Client, Tenant, World, until

pytestmark = pytest.mark.xdist_group("stack")

SECONDS = 5
MARK = "ZQRITA"
EMAIL = "rita@globex.example"
API = {
    "cases": ("/cases", "/cases/{case}"),
    "documents": ("/documents", "/documents/{document}"),
    "articles": ("/articles", "/articles?q=ZQRITA", "/articles/{article}"),
    "invoices": ("/invoices", "/invoices/{invoice}"),
}
PAGES = {
    "cases": ("/cases", "/cases/{reference}"),
    "documents": ("/documents", "/documents/{document}"),
    "articles": ("/articles", "/articles/{article}"),
    "invoices": ("/invoices", "/invoices/{invoice}"),
}
"""Where each module shows a record of Rita's."""


@dataclass
class Rita:
    """A contact of Globex with a record in every module, and the ways to change what she may."""

    world: World
    records: dict[str, str]

    @property
    def tenant(self) -> Tenant:
        return self.world.brightside

    def is_now(self, **changed: Any) -> None:
        self.world.contact(self.tenant, "globex", f"{MARK} Rita", EMAIL, **changed)

    def logs_in(self) -> Client:
        return self.tenant.login(EMAIL)

    def look(self, client: Client, module: str) -> dict[str, httpx.Response]:
        """Every place of a module, as this client gets to see it."""
        page = Client(client.root.removesuffix("/api/v1"), client.headers | {"accept": "text/html"})
        found = {address: client.get(address.format(**self.records)) for address in API[module]}
        found |= {f"page {address}": page.get(address.format(**self.records)) for address in PAGES[module]}
        assert all(answer.status_code < 500 for answer in found.values())
        return found

    def shown(self, client: Client, *modules: str) -> set[str]:
        """The places that show her record."""
        looks = [self.look(client, module) for module in modules or API]
        return {name for look in looks for name, answer in look.items() if answer.is_success and MARK in answer.text}


def places(*modules: str) -> set[str]:
    return {
        name for module in modules or API for name in (*API[module], *(f"page {address}" for address in PAGES[module]))
    }


@pytest.fixture(scope="module")
def rita(world: World) -> Rita:
    tenant, crm = world.brightside, world.brightside.crm
    world.contact(tenant, "globex", f"{MARK} Rita", EMAIL)
    world.set_password(tenant, EMAIL)
    client = tenant.login(EMAIL)
    until(lambda: client.get("/me").is_success)
    document = upload(client, f"{MARK}.txt", b"for Rita's eyes")
    case = client.post("/cases", {"subject": f"{MARK} printer", "body": "It blinks."}).json()
    invoice = routes.INVOICE | {"number": f"{MARK}-1", "organisation_external_id": "globex"}
    fed = crm.put("/invoices/by-external-id/rita", invoice).json()
    article = routes.ARTICLE | {"title": f"{MARK} manual", "audience": "customers"}
    made = crm.put("/articles/by-external-id/rita", article).json()
    names = {"case": case["id"], "reference": case["reference"], "document": document}
    return Rita(world, names | {"invoice": fed["id"], "article": made["slug"]})


@pytest.fixture
def session(rita: Rita) -> Iterator[Client]:
    """Rita logged in, seeing her records everywhere; afterwards she may come in again."""
    client = rita.logs_in()
    until(lambda: rita.shown(client) == places(), seconds=20)
    yield client
    rita.is_now(support_end_on=None)


def soon(condition: Any) -> None:
    """True five seconds from now at the latest; what is asked last must have begun by then."""
    end = time.monotonic() + SECONDS
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    assert value


def all_gone(rita: Rita, client: Client) -> None:
    soon(lambda: client.get("/me").status_code in (401, 404))
    assert rita.shown(client) == set()
    for name in ("cases", "documents", "invoices"):
        assert {answer.status_code for answer in rita.look(client, name).values()} <= {303, 401, 404}


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


def test_a_contact_who_is_disabled_sees_nothing_more_and_all_again_once_enabled(rita: Rita, session: Client) -> None:
    rita.is_now(portal_enabled=False)
    all_gone(rita, session)
    rita.is_now(portal_enabled=True)
    again = rita.logs_in()
    until(lambda: rita.shown(again) == places(), seconds=20)


def test_a_support_window_that_ended_yesterday_ends_the_session(rita: Rita, session: Client) -> None:
    rita.is_now(support_end_on=yesterday().isoformat())
    all_gone(rita, session)
    rita.is_now(support_end_on=None)
    assert rita.shown(rita.logs_in(), "cases") == places("cases")


def test_another_password_ends_the_sessions_of_the_old_one(rita: Rita, session: Client) -> None:
    rita.world.set_password(rita.tenant, EMAIL)
    all_gone(rita, session)
    assert rita.shown(rita.logs_in(), "cases") == places("cases")
