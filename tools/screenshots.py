"""Takes the README's two pictures from the running portal with its demo data: `make screenshots`."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from stack import demo
from stack.doctor import examine
from stack.services import site
from stack.state import State
from stack.trouble import Trouble
from tools.chromium import chromium

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SUBJECT = "No dial tone on the second floor since this morning"
MOST = 250_000
"""Bytes of a picture: everybody who clones gets them."""


def logged_in(browser: Browser, root: str, door: str, email: str) -> Page:
    """Somebody's own window, past the login."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light").new_page()
    page.goto(f"{root}{door}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: not address.endswith("/login"))
    return page


def take(page: Page, name: str) -> None:
    """The page as it stands, once its pictures and letters are there."""
    page.get_by_text("Live", exact=True).wait_for()
    target = IMAGES / f"{name}.png"
    page.screenshot(path=target, animations="disabled")
    size = target.stat().st_size
    print(f"{target.relative_to(IMAGES.parents[1])}  {size / 1000:.0f} KB")
    if size > MOST:
        raise Trouble(f"{target.name} has {size} bytes, more than {MOST}: choose a calmer page.")


def portal(browser: Browser, root: str) -> None:
    """Ann's case with its conversation."""
    page = logged_in(browser, root, "/login", "ann@acme.example")
    page.goto(f"{root}/cases")
    page.get_by_role("link", name=SUBJECT).first.click()
    take(page, "portal")


def console(browser: Browser, root: str) -> None:
    """The same case as Sam answers it."""
    page = logged_in(browser, root, "/console/login", "sam@northwind.example")
    page.goto(f"{root}/console?view=all")
    page.get_by_role("link", name=SUBJECT).first.click()
    take(page, "console")


def main() -> None:
    """Both pictures."""
    state = State.of_checkout()
    if wrong := [finding for finding in examine(state) if not finding.well]:
        raise Trouble(f"{wrong[0].what} {wrong[0].says}: {wrong[0].remedy}.")
    root = f"{site(state).origin}/portal/northwind"
    with chromium() as browser:
        portal(browser, root)
        console(browser, root)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"screenshots: {trouble}")
