"""An admin brings contacts in from a file (F022): checked, corrected, imported, and again without a change."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect
from windows import OpenWindow, Window
from world import World

pytestmark = pytest.mark.xdist_group("stack")

ADA = "ada@northwind.example"


def sheet(mark: str) -> bytes:
    """Three contacts as a German spreadsheet writes them: one with a broken address, a column nobody knows."""
    rows = ["Id in the CRM;Name;E-mail;Company;Wer", f"{mark}1;Jürgen Weiß;{mark}1@acme.example;Acme Ltd;x"]
    rows += [f"{mark}2;Zoé Brun;{mark}2@acme.example;Acme Ltd;y", f"{mark}3;Per Lund;{mark}3@;Acme Ltd;z"]
    return "\r\n".join(rows).encode("cp1252")


def send(window: Window, path: Path) -> Page:
    """From the list of contacts to the report of the dry run."""
    window.tab("Contacts")
    window.press("Import")
    window.page.wait_for_url(re.compile("/console/imports"))
    window.look()
    window.page.get_by_label("CSV file").set_input_files(path)
    window.press("Check it")
    return checked(window)


def checked(window: Window) -> Page:
    window.page.wait_for_url(re.compile(r"/console/imports/[0-9a-f-]{36}"))
    expect(window.page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=30_000)
    window.look()
    return window.page


def expect_counts(page: Page, **counts: int) -> None:
    chips = page.get_by_role("navigation", name="Rows by how they fare")
    for word, count in counts.items():
        expect(chips.get_by_role("link", name=re.compile(f"^{word.replace('_', ' ')} {count}$"))).to_be_visible()


def import_it(window: Window) -> Page:
    window.press("Import it now")
    expect(window.page.get_by_role("heading", name="What was done")).to_be_visible(timeout=30_000)
    window.look()
    return window.page


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_a_wrong_row_is_corrected_and_a_file_sent_twice_changes_nothing(
    open_window: OpenWindow, world: World, fed: object, tmp_path: Path, scripts: bool
) -> None:
    mark = f"csv{'js' if scripts else 'no'}"
    path = tmp_path / "people.csv"
    path.write_bytes(sheet(mark))
    window = open_window(scripts=scripts)
    window.open(f"{world.northwind.root}/console/login")
    window.log_in(ADA)
    page = send(window, path)
    expect_counts(page, Refused=1, To_add=2, To_change=0, Unchanged=0)
    expect(page.get_by_role("row").filter(has_text=f"{mark}3")).to_contain_text("is not an e-mail address")
    page.get_by_label(re.compile("^Wer")).select_option(label="Job title")
    window.press("Check it with these columns")
    checked(window)
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(report(page).replace(b"@,", b"@acme.example,"))
    expect_counts(import_it(window), Refused=1, Added=2)
    page = send(window, corrected)
    expect_counts(page, Refused=0, To_add=1)
    expect_counts(import_it(window), Refused=0, Added=1)
    page = send(window, corrected)
    expect_counts(page, Refused=0, To_add=0, To_change=0, Unchanged=1)
    expect(page.get_by_text("There is nothing to import")).to_be_visible()
    found = world.as_("ada").get(f"/contacts?q={mark}").json()["items"]
    assert {one["name"]: one["job_title"] for one in found} == {"Jürgen Weiß": "x", "Zoé Brun": "y", "Per Lund": ""}


def report(page: Page) -> bytes:
    """What the button brings: the rows to correct."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Rows to correct").click()
    found: Download = download.value
    return Path(found.path()).read_bytes()
