"""What the tenant sets for its files: how much room they may take, and who hears of uploads."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit, together

pages = APIRouter(prefix="/console")

GIB = 1024**3
DAYS = ("case_days", "loose_days")
TICKS = ("thumbnails", "old_versions", "unscanned")


@pages.get("/settings/files")
async def read_settings(visit: Staff) -> Response:
    """F145, F155: the room files take, who hears of uploads, and whether small pictures are shown."""
    return await _settings(visit, None)


@pages.post("/settings/files")
async def change_settings(visit: Staff) -> Response:
    """F145, F155: set them, as long as nobody else did meanwhile."""
    form = await read_form(visit, ("quota", "tell_id", "tell_text", *TICKS, "version", *DAYS))
    try:
        change: dict[str, Any] = {"quota_bytes": _bytes(form.values["quota"])}
    except ValueError:
        return await _settings(visit, form.wrong("quota", "Write a number of gigabytes, such as 50 or 0.5."))
    try:
        rules = {name: _days(form.values[name]) for name in DAYS}
    except ValueError:
        return await _settings(visit, form.wrong(DAYS[0], "Write a number of days, 1 to 36500, or nothing."))
    if form.action in ("count", "look"):
        return await _settings(visit, form, rules if form.action == "count" else None)
    change |= rules
    change |= {"tell_id": form.values["tell_id"] or None, "tell_text": form.values["tell_text"]}
    change |= {name: form.values[name] == "yes" for name in TICKS}
    try:
        await visit.send("PUT", "/documents/settings", json=change, headers=form.if_match)
    except Refused as refused:
        return await _settings(visit, form.refused(refused))
    return visit.go("/console/settings/files", done="saved")


def _bytes(typed: str) -> int | None:
    """Gigabytes as people write them; nothing is no limit. Raises ValueError."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    amount = float(text)
    if not 0 <= amount <= 1_000_000:
        raise ValueError(typed)
    return round(amount * GIB)


def _days(typed: str) -> int | None:
    """Days as people write them; nothing is for ever. Raises ValueError."""
    days = int(typed) if typed.strip() else None
    if days is not None and not 1 <= days <= 36_500:
        raise ValueError(typed)
    return days


async def _settings(visit: Visit, form: Form | None, rules: dict[str, int | None] | None = None) -> Response:
    settings, staff = await together(visit.get("/documents/settings"), visit.get("/staff", limit=100))
    over = await visit.get("/documents/settings/retention", **rules) if rules is not None else None
    form = form or Form(values=_values(settings))
    shown = {"settings": settings, "staff": staff["items"], "over": over}
    return visit.page("console/files.html", form.status, **shown, **form.context)


def _values(settings: dict[str, Any]) -> dict[str, str]:
    quota = settings["quota_bytes"]
    ticks = {name: "yes" if settings.get(name) else "" for name in TICKS}
    ticks |= {name: str(settings.get(name) or "") for name in (*DAYS, "tell_text")}
    return ticks | {"quota": "" if quota is None else f"{quota / GIB:g}", "tell_id": settings["tell_id"] or ""}
