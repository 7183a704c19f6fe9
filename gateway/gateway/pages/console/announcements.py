"""Announcements in the console: said, changed, ended."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.case_talk import uuid_of
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit

pages = APIRouter(prefix="/console")

FIELDS = ("title", "text", "categories", "starts_at", "ends_at", "announcement_id", "version")


@pages.get("/announcements")
async def list_announcements(visit: Staff) -> Response:
    """What was, is and will be out of order, and a form for another one; with `edit`, for one of them."""
    return await _announcements(visit, Form())


@pages.post("/announcements")
async def keep_announcement(visit: Staff) -> Response:
    """Say it, change what is said, or say that it is over."""
    form = await read_form(visit, FIELDS)
    try:
        said = _said(form, ZoneInfo(visit.reader().zone))
    except ValueError:
        return await _announcements(visit, form.wrong("ends_at", "Write a day and a time, such as 2026-11-30 17:00."))
    known = form.values["announcement_id"]
    try:
        if known:
            address = f"/announcements/{uuid_of(known)}"
            await visit.send("PUT", address, json=said, headers=form.if_match)
        else:
            await visit.post("/announcements", said, form.key)
    except Refused as refused:
        return await _announcements(visit, form.said_no(refused))
    return visit.go("/console/announcements", done="saved")


def _said(form: Form, zone: ZoneInfo) -> dict[str, Any]:
    values = form.values
    categories = [part.strip() for part in values["categories"].split(",") if part.strip()]
    said: dict[str, Any] = {"title": values["title"], "text": values["text"], "categories": categories}
    said |= {name: _moment(values[name], zone) for name in ("starts_at", "ends_at")}
    return said | ({"ends_at": datetime.now(UTC).isoformat()} if form.action == "end" else {})


def _moment(text: str, zone: ZoneInfo) -> str | None:
    """A day and a time as they were typed, in the writer's zone. Raises ValueError."""
    if not text.strip():
        return None
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _typed(moment: str | None, zone: ZoneInfo) -> str:
    """The same as a field has it: the writer's own clock, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""


async def _announcements(visit: Visit, form: Form) -> Response:
    found = (await visit.get("/announcements", ever="true"))["items"]
    wanted = visit.request.query_params.get("edit", "")
    chosen: dict[str, Any] = next((one for one in found if one["id"] == wanted), {})
    told = chosen | {"announcement_id": chosen.get("id"), "categories": ", ".join(chosen.get("categories", []))}
    zone = ZoneInfo(visit.reader().zone)
    told |= {name: _typed(chosen.get(name), zone) for name in ("starts_at", "ends_at")}
    values = form.values or {name: str(told.get(name) or "") for name in FIELDS}
    now = datetime.now(UTC).isoformat()
    context = form.context | {"values": values, "now": now}
    return visit.page("console/announcements.html", form.status, announcements=found, **context)
