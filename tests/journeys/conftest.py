"""Browsers for the journeys, and what the CRM has fed before they begin."""

from base64 import b64encode
from collections.abc import Iterator

import feed
import pytest
import web
from playwright.sync_api import Browser
from windows import OpenWindow, Window
from world import World, until

from stack.demo import logo
from tools.chromium import chromium


@pytest.fixture(scope="session")
def fed(world: World) -> feed.Fed:
    """What the tenant's CRM pushed, and the logo that its admin set."""
    ada = world.as_("ada")
    settings = ada.get("/portal-settings").json()
    wanted = {name: settings[name] for name in ("name", "accent", "support_email", "modules")}
    wanted["logo"] = b64encode(logo.png("N", settings["accent"])).decode()
    answer = ada.put("/portal-settings", wanted, headers={"if-match": f'"{settings["version"]}"'})
    assert answer.status_code == 200, answer.text
    until(lambda: "/logo?v=" in web.get(f"{world.northwind.root}/login").text)
    return feed.push(world)


@pytest.fixture(scope="module")
def browser(world: World, fed: feed.Fed) -> Iterator[Browser]:
    """Chromium. For one module at a time, because Playwright keeps an event loop running in this thread;
    after the world is made, which needs one of its own."""
    with chromium() as found:
        yield found


@pytest.fixture
def open_window(browser: Browser, world: World) -> Iterator[OpenWindow]:
    """A factory of windows; at the end each is asked whether all went well."""
    opened: list[Window] = []

    def open_one(*, scripts: bool = True) -> Window:
        opened.append(Window.of(browser, world.stack.origin, scripts=scripts))
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()
