"""F006: the front end for a tenant's own website, unpacked on another origin and opened in a real browser."""

import asyncio
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright
from starlette.responses import Response

from gateway.testing import NORTHWIND, SAMS, STAFF, TENANTS, Portal, Services, session
from tools.chromium import ARGS, executable

ROOT = "/portal/northwind"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364f84f3d00000e18018016a34f750000000049454e44ae426082"
)


@contextmanager
def website(folder: Path) -> Iterator[str]:
    """The tenant's own website: a folder of files, on an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def download(portal: Portal, services: Services, folder: Path, **changed: Any) -> None:
    tenant = TENANTS["northwind"] | {"logo_url": "/logo?v=1", "access": {"register_mode": "open"}}
    services.tenants["northwind"] = tenant
    services.sessions[SAMS] = session("northwind", "console", STAFF)
    settings = {"name": 'Northwind & "Sons"', "slug": "northwind", "portal_url": portal.origin + ROOT}
    settings |= {"accent": "#ffee00", "accent_dark": None} | changed
    services.answers |= {
        ("GET", "/api/v1/portal/checks"): (200, {"checks": [], "installed_at": None}),
        ("GET", "/api/v1/portal-settings"): (200, settings),
        ("GET", f"/internal/tenants/{NORTHWIND}/logo"): Response(PNG, media_type="image/png"),
    }
    answer = await portal.staff("GET", f"{ROOT}/console/setup/front.zip")
    assert (answer.status, answer.content_type) == (200, "application/zip")
    content = (await answer.text(encoding="latin-1")).encode("latin-1")
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)


async def test_it_leads_from_the_tenants_own_website_to_the_portal_f006(
    portal: Portal, services: Services, tmp_path: Path
) -> None:
    await download(portal, services, tmp_path)
    files = {"index.html", "config.js", "front.js", "front.css", "colours.css", "logo.png"}
    assert {path.name for path in tmp_path.iterdir()} == files
    with website(tmp_path) as origin:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=executable(), args=ARGS)
            for scripts in (True, False):
                page = await (await browser.new_context(java_script_enabled=scripts)).new_page()
                asked: list[str] = []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                await page.goto(origin)
                assert await page.title() == 'Northwind & "Sons"'
                assert {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in asked} == {origin}
                links = {
                    await link.inner_text(): await link.get_attribute("href") for link in await page.locator("a").all()
                }
                assert links == {
                    "New case": f"{portal.origin}{ROOT}/cases/new",
                    "Knowledge": f"{portal.origin}{ROOT}/articles",
                    "Log in": f"{portal.origin}{ROOT}/login",
                    "Register": f"{portal.origin}{ROOT}/register",
                }
                await page.get_by_role("link", name="Log in").click()
                assert page.url == f"{portal.origin}{ROOT}/login"
                await page.goto(origin)
                await page.get_by_role("searchbox").fill("no tone")
                await page.get_by_role("button", name="Search").click()
                assert page.url.startswith(f"{portal.origin}{ROOT}/")
            await browser.close()


async def test_its_config_is_what_the_tenant_changes_and_it_is_readable_for_all_f006(
    portal: Portal, services: Services, tmp_path: Path
) -> None:
    await download(portal, services, tmp_path)
    config = (tmp_path / "config.js").read_text()
    for name in ("site_URL", "CompanyName", "logoPath"):
        assert f'"{name}":' in config
    changed = 'globalThis.PORTAL = {site_URL: "https://help.example/", CompanyName: "Renamed", logoPath: ""};'
    with website(tmp_path) as origin:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=executable(), args=ARGS)
            for scheme in ("light", "dark"):
                context = await browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640})  # type: ignore[arg-type]
                page = await context.new_page()
                await page.goto(origin)
                found = await Axe().run(page)
                assert found.violations_count == 0, found.generate_report()
                assert await page.evaluate("document.documentElement.scrollWidth") <= 320
            await asyncio.to_thread((tmp_path / "config.js").write_text, changed)
            page = await (await browser.new_context()).new_page()
            await page.goto(origin)
            assert await page.title() == "Renamed"
            assert await page.get_by_role("link", name="Log in").get_attribute("href") == "https://help.example/login"
            assert await page.locator("#logo").is_hidden()
            await browser.close()


async def test_an_agent_has_nothing_to_download_f021(portal: Portal, services: Services) -> None:
    services.answers[("GET", "/api/v1/portal/checks")] = (404, {"title": "There is nothing here."})
    assert (await portal.staff("GET", f"{ROOT}/console/setup/front.zip")).status == 404


async def test_the_logo_is_drawn_where_letters_are_read_and_on_the_companys_own_pages(
    portal: Portal, services: Services
) -> None:
    """F009: the one answer of the portal that other sites may show; every other page stays with its own origin."""
    services.tenants["northwind"] = TENANTS["northwind"] | {"logo_url": "/logo?v=1"}
    services.answers[("GET", f"/internal/tenants/{NORTHWIND}/logo")] = Response(PNG, media_type="image/png")
    logo, page = await portal.get(f"{ROOT}/logo?v=1"), await portal.get(f"{ROOT}/login")
    policies = [one.headers["cross-origin-resource-policy"] for one in (logo, page)]
    assert policies == ["cross-origin", "same-origin"]
    assert logo.headers["x-content-type-options"] == "nosniff"
