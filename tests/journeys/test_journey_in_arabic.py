"""The portal in a language that is written from right to left: chosen in the footer, with JavaScript and without."""

import feed
import pytest
from playwright.sync_api import expect
from windows import OpenWindow, Window
from world import PASSWORD, World

# A dozen pages, each looked at in light and dark at 320 px and on a desk.
pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.timeout(600)]

OWN = "العربية"
PATHS = ("/cases", "/cases?scope=all", "/cases/new", "/documents", "/articles", "/invoices", "/nowhere")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_the_portal_reads_from_right_to_left(
    open_window: OpenWindow, world: World, fed: feed.Fed, scripts: bool
) -> None:
    """Every page: the direction is said, nothing lies beside the edge of a phone, axe finds nothing."""
    window, root = open_window(scripts=scripts), world.northwind.root
    window.open(f"{root}/login")
    window.press(OWN)
    window.look()
    reads_from_the_right(window)
    log_in(window)
    case = open_a_case(window, root)
    for path in (*PATHS, case, f"/articles/{fed.article}", f"/invoices/{fed.invoice}"):
        window.open(root + path)
        reads_from_the_right(window)
    window.open(f"{root}/cases?q=tone")
    window.press("English")
    window.look()
    assert window.page.url == f"{root}/cases?q=tone"
    expect(window.page.locator("html")).to_have_attribute("dir", "ltr")


def reads_from_the_right(window: Window) -> None:
    html = window.page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    expect(html).to_have_attribute("lang", "ar")


def log_in(window: Window) -> None:
    page = window.page
    page.get_by_label("عنوان البريد الإلكتروني").fill("bob@acme.example")
    page.get_by_label("كلمة المرور").fill(PASSWORD)
    window.press("تسجيل الدخول")
    expect(page.get_by_role("heading", name="مرحبًا، Bob")).to_be_visible()
    window.look()
    reads_from_the_right(window)
    brand, account = page.locator(".top .brand").bounding_box(), page.locator(".top .account").bounding_box()
    assert brand
    assert account
    assert brand["x"] > account["x"], "the name stands at the beginning of the line: on the right"


def open_a_case(window: Window, root: str) -> str:
    """Its address below the tenant's root."""
    page = window.page
    window.open(f"{root}/cases/new")
    page.get_by_label("الموضوع").fill("الطابعة لا تعمل")
    page.get_by_label("ماذا حدث؟").fill("The light blinks red.\n\nتومض باللون الأحمر.")
    window.press("إرسال التذكرة")
    expect(page.get_by_role("heading", name="الطابعة لا تعمل")).to_be_visible()
    window.look()
    return page.url.split("?")[0].removeprefix(root)
