"""J5: Ann finds her way among 3,000 cases, takes a list along as a file, and looks for one word in everything."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from windows import OpenWindow, Window
from world import Client, Tenant, World, until

from tools.chromium import chromium

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

MANY = 3_000
FROM = "2026-05-01"
ANN, EVE = "ann@finders.example", "eve@keepers.example"
# Straight into the table, for speed: what 3,000 events do elsewhere is no matter of this walk.
_FILL = """
INSERT INTO cases (tenant_id, id, number, subject, body, status, priority, organisation_id, contact_id, contact_name,
    version, created_at, updated_at)
SELECT $1, gen_random_uuid(), n,
    CASE WHEN n % 50 = 0 THEN '=HYPERLINK("https://elsewhere.example?n=' || n || '","Refund")' ELSE 'Line ' || n END,
    '', (ARRAY['new', 'in_progress', 'waiting', 'resolved', 'closed'])[1 + n % 5],
    (ARRAY['low', 'normal', 'high', 'urgent'])[1 + n % 4], $2, $3, 'Ann Archer', 1,
    timestamptz '2026-03-01 12:00Z' + n * interval '1 hour', timestamptz '2026-10-01 12:00Z' - n * interval '1 minute'
FROM generate_series(1, $4::int) AS n
"""
_EXPECTED = """
SELECT 'CASE-' || number AS reference FROM cases WHERE tenant_id = $1 AND contact_id = $2
    AND status IN ('new', 'in_progress') AND created_at >= timestamptz '2026-05-01 00:00Z' ORDER BY created_at, id
"""


@pytest.fixture(scope="module")
def finders(world: World) -> "Finders":
    """Ann's 3,000 cases, and Router 12 in all modules, of Acme and of Zeta."""
    tenant = world.tenant("finders", "finders", "Finders Ltd")
    people = (("acme", "Acme Ltd", "Ann Archer", ANN), ("zeta", "Zeta GmbH", "Eve Eaton", EVE))
    for key, organisation, name, email in people:
        world.organisation(tenant, key, organisation)
        world.contact(tenant, key, name, email)
        world.set_password(tenant, email)
    known = "SELECT count(*) AS n FROM people WHERE tenant_id = $1 AND kind = 'contact'"
    until(lambda: world.rows("cases", known, tenant.id)[0]["n"] == 2)
    world.rows("cases", "INSERT INTO counters VALUES ($1, 'case', $2)", tenant.id, MANY)
    world.rows("cases", _FILL, tenant.id, tenant.ids["acme"], tenant.ids["ann"], MANY)
    for organisation, email in (("Acme", ANN), ("Zeta", EVE)):
        router(tenant, tenant.login(email), organisation)
    rows = world.rows("cases", _EXPECTED, tenant.id, tenant.ids["ann"])
    return Finders(tenant.root, [row["reference"] for row in rows])


@dataclass(frozen=True)
class Finders:
    """A tenant of this walk's own, and what Ann's list is to show, asked behind the service's back."""

    root: str
    expected: list[str]


@pytest.fixture(scope="module")
def browser(finders: Finders) -> Iterator[Browser]:
    """After the tenant is made, which needs an event loop of its own."""
    with chromium() as found:
        yield found


def router(tenant: Tenant, contact: Client, organisation: str) -> None:
    """Router 12 of an organisation, wherever one can be."""
    name, key = f"Router 12 of {organisation}", organisation.lower()
    assert contact.post("/cases", {"subject": name, "body": "It is dark."}).status_code == 201
    invoice = {"number": f"{key}-7", "reference": name, "organisation_external_id": key, "status": "open"}
    invoice |= {"issued_on": "2026-10-17", "due_on": "2026-11-17", "currency": "GBP", "total_minor": 123_456}
    assert tenant.crm.put(f"/invoices/by-external-id/{key}", invoice).is_success
    if organisation == "Acme":
        article = {"title": "Router 12 blinks", "body": "Switch it off.", "audience": "customers", "state": "published"}
        assert tenant.crm.put("/articles/by-external-id/router", article).is_success
    upload(contact, f"{name}.txt")
    until(lambda: all(found(contact, module) for module in ("cases", "invoices", "documents", "articles")))


def found(contact: Client, module: str) -> list[Any]:
    items: list[Any] = contact.get(f"/{module}", params={"q": "Router 12"}).json()["items"]
    return items


def upload(contact: Client, name: str) -> None:
    """A file of one's own, through storage."""
    content = b"It blinks red."
    new = {"file_name": name, "content_type": "text/plain", "size": len(content)}
    session: dict[str, Any] = contact.post("/documents/uploads", new).json()
    target = session["upload"]
    httpx.put(target["url"], content=content, headers=target["headers"], timeout=30).raise_for_status()
    assert contact.post(f"/documents/{session['document_id']}/commit").is_success


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_list_is_narrowed_sorted_and_taken_along_and_a_word_is_found_everywhere_j5(
    open_window: OpenWindow, finders: Finders, scripts: bool
) -> None:
    """F091, F092, F103, F104, F115, F117, F119: J5."""
    ann = open_window(scripts=scripts)
    ann.open(f"{finders.root}/login")
    ann.log_in(ANN)
    ann.tab("Cases")
    narrow(ann, len(finders.expected))
    the_file_is_what_the_screen_says(ann, finders.expected)
    one_word_is_found_in_everything(ann)
    amounts_and_days_are_not_searched(ann)


def narrow(ann: Window, many: int) -> None:
    page = ann.page
    page.locator("summary", has_text="Status").click()
    for status in ("New", "In progress"):
        page.get_by_label(status, exact=True).check()
    page.locator("summary", has_text="Status").click()
    page.locator("summary", has_text="More filters").click()
    page.get_by_label("Which day").select_option(label="Created")
    page.get_by_label("From", exact=True).fill(FROM)
    page.get_by_label("Sort by").select_option(label="Oldest")
    if not ann.scripts:
        ann.press("Apply")
    page.wait_for_url(lambda url: "sort=created_at" in url and f"from={FROM}" in url)
    expect(page.get_by_text(f"{many} cases")).to_be_visible()
    ann.look()


def the_file_is_what_the_screen_says(ann: Window, expected: list[str]) -> None:
    """The same rows in the same order, of the columns that are shown, no cell a formula."""
    assert ann.page.locator("tbody .ref").all_inner_texts() == expected[:25]
    heads = ann.page.locator("table.rows thead th").all_inner_texts()
    with ann.page.expect_download() as downloading:
        ann.page.get_by_role("link", name="Export as CSV").click()
    text = Path(downloading.value.path()).read_text("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert [name for name in head if name not in ("Subject", "Department")] == heads
    assert [row[0] for row in rows] == expected
    formulas = [row for row in rows if "HYPERLINK" in row[1]]
    assert len(formulas) > 5
    assert all(row[1].startswith("'=") for row in formulas)


def one_word_is_found_in_everything(ann: Window) -> None:
    page = ann.page
    page.get_by_role("link", name="Search everything").click()
    page.wait_for_url(lambda url: url.endswith("/search"))
    ann.look()
    look_for(ann, "Router 12")
    for module in ("Cases", "Articles", "Invoices", "Documents"):
        group = page.get_by_role("region", name=module, exact=True)
        expect(group.get_by_role("link", name="Router 12").or_(group.get_by_text("Router 12")).first).to_be_visible()
    expect(page.get_by_text("Zeta")).to_have_count(0)
    assert "zeta" not in page.content().lower()


def look_for(ann: Window, words: str) -> None:
    before = ann.page.url
    ann.page.get_by_role("searchbox", name="Search everything").fill(words)
    ann.press("Search")
    ann.page.wait_for_url(lambda url: url != before)
    ann.look()


def amounts_and_days_are_not_searched(ann: Window) -> None:
    for words in ("1,234.56", "£1,234.56", "2026-10-17", "17 Oct 2026"):
        look_for(ann, words)
        expect(ann.page.get_by_text("Nothing found")).to_be_visible()
        expect(ann.page.get_by_text("Amounts and dates are not searched")).to_be_visible()
