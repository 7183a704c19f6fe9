"""Renders every template with sample data, to look at and to check: no service runs behind it.

python -m tools.preview serve [--port 8790]
python -m tools.preview shots FOLDER [--only NAME ...]     pictures at 1280, 390 and 320 px, light and dark
python -m tools.preview axe [--only NAME ...]              accessibility findings, light and dark"""

import argparse
import mimetypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from gateway.pages import render
from gateway.pages.reader import Reader
from gateway.theme import theme_css
from tools import preview_data, preview_pages, preview_people
from tools.chromium import chromium

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1280, 390, 320)
ROOT = "/portal/northwind"
CSP = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)


class Preview(BaseHTTPRequestHandler):
    """/ lists the pages, /<name> shows one; ?locale=ar shows it as another reader has it."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        locale = query.removeprefix("locale=") if query.startswith("locale=") else "en"
        if path.startswith("/static/"):
            self._send(render.STATIC.joinpath(path[8:]).read_bytes(), mimetypes.guess_type(path)[0] or "")
        elif path.startswith("/theme/"):
            self._send(theme_css(preview_data.TENANT["accent"]).encode(), "text/css")
        elif path.strip("/") in pages():
            self._send(show(path.strip("/"), locale).encode(), "text/html; charset=utf-8")
        elif path == "/":
            links = "".join(f'<li><a href="/{name}">{name}</a>' for name in pages())
            self._send(f"<!doctype html><ul>{links}</ul>".encode(), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: the pictures are the output."""


def pages() -> dict[str, preview_pages.Page]:
    return {**preview_pages.portal(), **preview_people.people()}


def show(name: str, locale: str = "en") -> str:
    template, context = pages()[name]
    return render.page(template, Reader(ROOT, locale, "Europe/Berlin"), **context)


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Preview)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def visits(address: str, names: list[str], width: int, scheme: Scheme) -> Iterator[tuple[str, Page]]:
    """Each page, opened; complains about scripts and styles that the CSP refused or that broke."""
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        tab = context.new_page()
        tab.on("pageerror", lambda error: print(f"  script error: {error}"))
        tab.on("console", lambda said: "Policy" in said.text and print(f"  {said.text}"))
        for name in names:
            tab.goto(f"{address}/{name}")
            yield name, tab


def shots(address: str, folder: Path, names: list[str]) -> bool:
    """Writes the pictures; false when a page scrolls sideways somewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    fine = True
    for scheme in SCHEMES:
        for width in WIDTHS:
            for name, tab in visits(address, names, width, scheme):
                tab.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                wide = tab.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    fine = False
                    print(f"{name}: {wide} px of content in {width} px")
    return fine


def axe(address: str, names: list[str]) -> bool:
    """Prints findings; false when one is serious or critical."""
    fine = True
    for scheme in SCHEMES:
        for name, tab in visits(address, names, 1280, scheme):
            for finding in Axe().run(tab).response["violations"]:
                fine = fine and finding["impact"] not in ("serious", "critical")
                targets = [node["target"] for node in finding["nodes"][:4]]
                print(f"{name} ({scheme}) {finding['impact']}: {finding['id']} {targets}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["serve", "shots", "axe"])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(".portico/preview"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--only", nargs="*")
    given = parser.parse_args()
    names = given.only or list(pages())
    with serving(given.port) as address:
        if given.what == "serve":
            print(f"{address}  (Ctrl+C ends it)", flush=True)
            threading.Event().wait()
        return 0 if (shots(address, given.folder, names) if given.what == "shots" else axe(address, names)) else 1


if __name__ == "__main__":
    sys.exit(main())
