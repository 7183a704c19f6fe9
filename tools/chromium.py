"""The browser that tests and pictures are made with: the machine's own Chromium, never a download of Playwright's."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from stack.trouble import Trouble

_UNSEEN = ("PreloadTopChromeWebUI", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""The address bar's own pages, which a headless browser shows to nobody: more than half of each window's start."""
_USUAL = (
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "LensOverlay", "MediaRouter"),
    *("DestroyProfileOnBrowserClose", "AvoidUnnecessaryBeforeUnloadCheckSync", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
)
"""What Playwright turns off itself: the switch counts once, with its last value."""
# As root Chromium has no sandbox, and containers give it little shared memory.
ARGS = ["--no-sandbox", "--disable-dev-shm-usage", f"--disable-features={','.join((*_UNSEEN, *_USUAL))}"]


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
