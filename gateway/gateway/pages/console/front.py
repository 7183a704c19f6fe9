"""F006: a small front end for the tenant's own website, as a zip filled with the tenant's values."""

import io
import zipfile
from typing import Any

import orjson
from fastapi import APIRouter, Response

from gateway import theme
from gateway.pages import render
from gateway.pages.visit import Staff, Visit

pages = APIRouter(prefix="/console/setup")

_LOGO_NAMES = {"image/png": "logo.png", "image/jpeg": "logo.jpg"}


@pages.get("/front.zip")
async def download_front(visit: Staff) -> Response:
    """The pages, their script and style, the logo, and config.js that says where the portal is."""
    await visit.get("/portal/checks")
    settings = await visit.get("/portal-settings")
    logo_name, logo = await _logo(visit)
    files = _files(visit, settings, logo_name) | ({logo_name: logo} if logo_name else {})
    headers = {"content-disposition": f'attachment; filename="{settings["slug"]}-front.zip"'}
    return Response(_zipped(files), media_type="application/zip", headers=headers)


def _files(visit: Visit, settings: dict[str, Any], logo_name: str) -> dict[str, bytes]:
    config = {"site_URL": settings["portal_url"], "CompanyName": settings["name"], "logoPath": logo_name}
    page = render.page(
        "front/index.html",
        visit.reader(),
        site=settings["portal_url"],
        name=settings["name"],
        logo=logo_name,
        register="/register" in visit.request.app.state.paths and visit.tenant.register_mode != "off",
    )
    own = {name: (render.STATIC / "front" / name).read_bytes() for name in ("front.css", "front.js")}
    said = b"// Where the portal is, what the page is called, and its logo beside this file.\nglobalThis.PORTAL = "
    written = {"config.js": said + orjson.dumps(config, option=orjson.OPT_INDENT_2) + b";\n"}
    return own | written | {"index.html": page.encode(), "colours.css": _colours(settings).encode()}


def _colours(settings: dict[str, Any]) -> str:
    light = theme.accent(settings["accent"], theme.LIGHT)
    dark = theme.accent(settings["accent_dark"] or settings["accent"], theme.DARK)
    tokens = [f":root{{--fill:{each.fill};--on-fill:{each.on_fill}}}" for each in (light, dark)]
    return f"{tokens[0]}\n@media (prefers-color-scheme:dark){{{tokens[1]}}}\n"


async def _logo(visit: Visit) -> tuple[str, bytes]:
    """The logo's file name and bytes; no name where there is none."""
    if not visit.tenant.logo_url:
        return "", b""
    path, system = f"/internal/tenants/{visit.tenant.id}/logo", visit.parts.callers.system(visit.tenant.id)
    body, media_type = await visit.parts.services.fetch("identity", system, path)
    return _LOGO_NAMES.get(media_type, "logo"), body


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
