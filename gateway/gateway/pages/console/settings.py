"""The portal's settings in the console: name, look, modules."""

from typing import Any

from fastapi import APIRouter, Response

from gateway import theme
from gateway.client import Refused
from gateway.pages.console.links import public_link
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit

pages = APIRouter(prefix="/console")

FIELDS = ("name", "accent", "support_email", "version", "remove_logo")


@pages.get("/settings")
async def read_settings(visit: Staff) -> Response:
    """F067: how the portal is set."""
    settings = await visit.get("/portal-settings")
    values = {name: str(settings.get(name) or "") for name in FIELDS}
    return await _page(visit, settings, Form(values=values, lists={"modules": settings["modules"]}))


@pages.get("/settings/look")
async def look(visit: Staff) -> Response:
    """How a colour would be seen, for the form while one chooses."""
    accent = visit.request.query_params.get("accent", "")
    return visit.fragment("console/settings.html", "look", **_look(accent))


@pages.post("/settings")
async def change_settings(visit: Staff) -> Response:
    """Keep them, unless somebody else was quicker."""
    form = await read_form(visit, FIELDS, lists=("modules",))
    if form.action != "look" and not form.errors:
        try:
            await visit.send("PUT", "/portal-settings", json=_wanted(form), headers=form.if_match)
            return visit.go("/console/settings", done="saved")
        except Refused as refused:
            form = form.refused(refused)
    return await _page(visit, await visit.get("/portal-settings"), form)


def _wanted(form: Form) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: form.values[name] for name in ("name", "accent", "support_email")}
    wanted["modules"] = form.lists["modules"]
    if form.values["remove_logo"]:
        wanted["logo"] = None
    elif form.logo:
        wanted["logo"] = form.logo
    return wanted


async def _page(visit: Visit, settings: dict[str, Any], form: Form) -> Response:
    """The form, how its colour will be seen, and the public link."""
    context = form.context | {"values": {**form.values, "modules": form.lists.get("modules", [])}}
    look = _look(form.values["accent"])
    link = await public_link(visit)
    return visit.page("console/settings.html", form.status, settings=settings, link=link, **look, **context)


def _look(accent: str) -> dict[str, Any]:
    """The colour as it will be seen, which is another where it has to be corrected to be read."""
    try:
        return {"asked": accent, "seen_accent": theme.correct(accent), "looks": theme.looks(accent)}
    except ValueError:
        return {"asked": accent, "seen_accent": None, "looks": []}
