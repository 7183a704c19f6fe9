"""A person's browser window, which looks at every page it comes to as everybody must be able to use it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Response
from world import PASSWORD

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 800}
AXE: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
"""What Axe looks for: everything once, and in the dark its rules of colours, for nothing else is different there."""
LOOK = "options => axe.run(document, options).then(found => found.violations)"
SHOWN = "[...document.images].every(one => one.complete && one.naturalWidth > 0)"
FITS = "document.scrollingElement.scrollWidth <= innerWidth"
BONES = """() => {
    const words = ["id", "href", "src", "srcset", "value", "name", "for", "action", "title", "alt", "datetime",
        "content", "aria-label", "aria-labelledby", "aria-describedby", "aria-controls"];
    const is_said = its => words.includes(its.name) || its.name.startsWith("data-");
    const shape = its => [its.name, is_said(its) ? !!its.value : its.value];
    const speaks = one => [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const bone = one => [one.tagName, speaks(one), [...one.attributes].map(shape)];
    return JSON.stringify([...document.querySelectorAll("*")].map(bone));
}"""
"""A page without what it says: its elements and whatever its looks and its accessibility hang on."""
FREE: set[tuple[str, str]] = set()
"""Pages known to keep nobody out: portal and bones. Looking at a page takes Axe a second, and most come again."""

OpenWindow = Callable[..., "Window"]


@dataclass
class Window:
    """One person's window, with JavaScript or without."""

    page: Page
    origin: str
    scripts: bool
    visited: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, browser: Browser, origin: str, *, scripts: bool) -> "Window":
        """A window of somebody who shares no cookie with others."""
        # Less motion, so that no colour is measured on its way to another.
        context = browser.new_context(viewport=WIDE, java_script_enabled=scripts, reduced_motion="reduce")
        window = cls(context.new_page(), origin, scripts)
        window.page.set_default_timeout(15_000)
        window.page.on("framenavigated", window._came_to)
        window.page.on("pageerror", lambda error: window.broken.append(f"{window.page.url}: {error}"))
        window.page.on("console", window._said)
        return window

    def _came_to(self, frame: Frame) -> None:
        if frame == self.page.main_frame and frame.url.startswith(self.origin):
            self.visited.add(urlsplit(frame.url).path)

    def _said(self, said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            self.broken.append(f"{self.page.url}: {said.text}")

    def open(self, address: str) -> Response:
        """Go there by the address bar, and look."""
        answer = self.page.goto(address)
        assert answer is not None
        self.look()
        return answer

    def press(self, name: str) -> None:
        """Click a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Click a link by its words, and look at where it leads."""
        before = self.page.url
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_url(lambda url: url != before)
        self.look()

    def tab(self, name: str) -> None:
        """Go to one of the main tabs."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
        self.look()

    def log_in(self, email: str) -> None:
        """Fill the login page that is open."""
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        self.page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/login"))
        self.look()

    def look(self) -> None:
        """No picture missing, nothing beside the edge of a small phone, nothing that keeps somebody out."""
        self.page.wait_for_load_state("load")
        self.looked_at.add(urlsplit(self.page.url).path)
        assert self.page.evaluate(SHOWN), f"{self.page.url} has a picture that is not there"
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert self.page.evaluate(FITS), f"{self.page.url} scrolls sideways at {NARROW['width']} px"
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        if self.scripts:
            self._keeps_nobody_out()

    def _keeps_nobody_out(self) -> None:
        known = self.page.url.partition("/portal/")[2].partition("/")[0], str(self.page.evaluate(BONES))
        if known not in FREE:
            found = self._barriers()
            assert not found, "\n".join(found)
            FREE.add(known)

    def _barriers(self) -> list[str]:
        found = []
        self.page.evaluate(Axe().axe_script)
        for scheme, options in AXE.items():
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for finding in self.page.evaluate(LOOK, options):
                if finding["impact"] in ("serious", "critical"):
                    targets = [node["target"] for node in finding["nodes"][:4]]
                    found.append(f"{self.page.url} ({scheme}) {finding['impact']}: {finding['id']} {targets}")
        self.page.emulate_media(color_scheme="light")
        return found

    def close(self) -> None:
        """The end of the visit: every page was looked at, and no script broke or was refused."""
        self.page.context.close()
        assert not self.broken
        assert self.visited <= self.looked_at, f"not looked at: {self.visited - self.looked_at}"
