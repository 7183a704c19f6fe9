"""A case can be opened with the keyboard alone, and one sees where one is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from windows import OpenWindow
from world import PASSWORD, World

pytestmark = pytest.mark.xdist_group("stack")

ON_IT = "one => one === document.activeElement"
SEEN = "one => { const s = getComputedStyle(one); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"


def go(page: Page, target: Locator) -> None:
    """Tab until the keyboard stands on it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate(ON_IT):
            assert target.evaluate(SEEN), f"nothing shows that the keyboard stands on {target}"
            return
    raise AssertionError(f"the keyboard does not come to {target}")


def test_a_case_is_opened_without_a_mouse(open_window: OpenWindow, world: World) -> None:
    window = open_window()
    page, keys = window.page, window.page.keyboard
    window.open(f"{world.northwind.root}/login")
    for label, words in (("E-mail address", "bob@acme.example"), ("Password", PASSWORD)):
        go(page, page.get_by_label(label))
        keys.type(words)
    keys.press("Enter")
    page.wait_for_url(f"{world.northwind.root}/")
    window.look()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    go(page, page.get_by_role("link", name="New case").first)
    keys.press("Enter")
    page.wait_for_url(re.compile("/cases/new"))
    window.look()
    for label, words in (("Subject", "Opened without a mouse"), ("What happened?", "It has no wheel.")):
        go(page, page.get_by_label(label))
        keys.type(words)
    go(page, page.get_by_role("button", name="Send case"))
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/cases/CASE-\d+"))
    window.look()
    expect(page.get_by_role("heading", name="Opened without a mouse")).to_be_visible()


def test_the_console_is_worked_by_single_keys_and_none_acts_in_a_field(open_window: OpenWindow, world: World) -> None:
    """F091, F107, F108, F110: `?` lists the keys; the box for writing and its button say who will read it."""
    case = world.as_("ann").post("/cases", {"subject": "Keys stick", "body": "All of them."}).json()["reference"]
    window = open_window()
    page, keys = window.page, window.page.keyboard
    window.open(f"{world.northwind.root}/console/login")
    window.log_in("sam@northwind.example")
    window.open(f"{world.northwind.root}/console?view=all&q={case}")
    keys.press("s")
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()
    keys.type("keys stick")
    keys.press("Enter")
    page.wait_for_url(re.compile("/console/search"))
    expect(page.get_by_role("region", name="Cases").get_by_role("link", name="Keys stick")).to_be_visible()
    expect(page.get_by_role("region", name="Invoices")).to_contain_text("Nothing found")
    window.look()
    page.get_by_role("searchbox", name="Search everything").first.fill(case.lower())
    keys.press("Enter")
    page.wait_for_url(re.compile(rf"/console/cases/{case}"))
    window.open(f"{world.northwind.root}/console?view=all&q={case}")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Edit the case")
    keys.press("Escape")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(re.compile(rf"/console/cases/{case}"))
    window.look()
    keys.press("i")
    expect(page.get_by_role("button", name="Keep internal note")).to_be_visible()
    keys.type("jure?")
    expect(page.get_by_label("Only staff read this")).to_have_value("jure?")
    keys.press("Escape")
    keys.press("r")
    expect(page.get_by_role("radio", name="Reply to customer")).to_be_checked()
    expect(page.get_by_role("button", name="Send to Ann Archer")).to_be_visible()
    expect(page.get_by_role("button", name="Keep internal note")).to_have_count(0)
    keys.press("ControlOrMeta+a")
    keys.press("Delete")
    keys.press("Escape")
    keys.press("e")
    page.wait_for_url(re.compile(rf"/console/cases/{case}/edit"))
    window.look()
    keys.press("u")
    page.wait_for_url(re.compile(rf"/console/cases/{case}\?"))
    window.look()
