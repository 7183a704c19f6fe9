"""The browser that tests and pictures are made with: the machine's own Chromium, never a download of Playwright's."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from stack.trouble import Trouble

# As root Chromium has no sandbox, and containers give it little shared memory.
ARGS = ["--no-sandbox", "--disable-dev-shm-usage"]


# The same browser without its window costs a third less CPU.
NAMES = ("chromium-headless-shell", "chromium")


def executable() -> str:
    """PORTICO_CHROMIUM, else the one in the path. Raises Trouble saying what to install."""
    named = os.environ.get("PORTICO_CHROMIUM")
    for name in [named] if named else NAMES:
        if found := shutil.which(name):
            return found
    if named:
        raise Trouble(f"PORTICO_CHROMIUM is {named!r}, which is no program: correct or unset it.")
    raise Trouble(
        "Chromium is missing: install it (Debian: apt install chromium-headless-shell) or name one in PORTICO_CHROMIUM."
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end."""
    path = executable()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()
