"""The portal's settings in the console: name, look, modules."""

from typing import Any

from fastapi import APIRouter, Response

from gateway import theme
from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit

pages = APIRouter(prefix="/console")

FIELDS = ("name", "accent", "support_email", "version", "remove_logo")


@pages.get("/settings")
async def read_settings(visit: Staff) -> Response:
    """F067: how the portal is set."""
    settings = await visit.get("/portal-settings")
    values = {name: str(settings.get(name) or "") for name in FIELDS}
    return _page(visit, settings, Form(values=values, lists={"modules": settings["modules"]}))


@pages.post("/settings")
async def change_settings(visit: Staff) -> Response:
    """Keep them, unless somebody else was quicker."""
    form = await read_form(visit, FIELDS, lists=("modules",))
    if not form.errors:
        try:
            await visit.send("PUT", "/portal-settings", json=_wanted(form), headers=form.if_match)
            return visit.go("/console/settings", done="saved")
        except Refused as refused:
            form = form.refused(refused)
    return _page(visit, await visit.get("/portal-settings"), form)


def _wanted(form: Form) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: form.values[name] for name in ("name", "accent", "support_email")}
    wanted["modules"] = form.lists["modules"]
    if form.values["remove_logo"]:
        wanted["logo"] = None
    elif form.logo:
        wanted["logo"] = form.logo
    return wanted


def _page(visit: Visit, settings: dict[str, Any], form: Form) -> Response:
    """The form, and how the colour will be seen where it has to be corrected to be read."""
    context = form.context | {"values": {**form.values, "modules": form.lists.get("modules", [])}}
    return visit.page(
        "console/settings.html", form.status, settings=settings, seen_accent=_seen(form.values["accent"]), **context
    )


def _seen(accent: str) -> str | None:
    try:
        return theme.correct(accent)
    except ValueError:
        return None
