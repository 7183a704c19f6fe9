"""F100, F101, F128: how the desk is set, in the console."""

import re
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages import words
from gateway.pages.console.about_people import must, ticked
from gateway.pages.console.desk_words import DAYS, NOUNS
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit, together

pages = APIRouter(prefix="/console/desk")

PRIORITIES = ("low", "normal", "high", "urgent")
PLAIN = ("after_close", "reopen_days", "default_assignee_id", "default_group_id", "alias", "update_days")
TICKS = ("customers_set_priority", "history_for_customers", "managers_close", "assignee_email", "rating")
HOURS = ("zone", *(f"hours_{day}" for day in DAYS))
TARGETS = tuple(f"{what}_{priority}" for priority in PRIORITIES for what in ("response", "resolution"))
WORDS = tuple(f"word_{status['key']}" for status in words.STATUSES)
FIELDS = (*PLAIN, *TICKS, *HOURS, *TARGETS, *WORDS, "version")
LISTS = ("priorities", "customers_edit")


@pages.get("")
async def read_desk(visit: Staff) -> Response:
    """The choices that hold for all cases."""
    must(visit, "settings.edit")
    desk = await visit.get("/desk")
    return await _page(visit, desk, _form(desk))


@pages.post("")
async def change_desk(visit: Staff) -> Response:
    """Keep them, unless somebody else was quicker."""
    must(visit, "settings.edit")
    form = await read_form(visit, FIELDS, lists=LISTS)
    try:
        await visit.send("PATCH", "/desk", json=wanted(form), headers=form.if_match)
    except Refused as refused:
        return await _page(visit, await visit.get("/desk"), _told(form.refused(refused), refused))
    visit.parts.desks.forget(visit.tenant.id)
    return visit.go("/console/desk", done="saved")


@pages.post("/holidays")
async def set_holidays(visit: Staff) -> Response:
    """Keep these days off in place of those there were."""
    must(visit, "settings.edit")
    form = await read_form(visit, ("holidays", "version"))
    lines = [line.strip() for line in form.values["holidays"].splitlines() if line.strip()]
    try:
        await visit.send("PUT", "/desk/holidays", json=_days_off(lines), headers=form.if_match)
    except Refused as refused:
        desk = await visit.get("/desk")
        shown = _form(desk)
        kept = replace(form, values=shown.values | {"holidays": form.values["holidays"]}, lists=shown.lists)
        return await _page(visit, desk, _told_by_line(kept.refused(refused), refused, lines))
    return visit.go("/console/desk", done="saved")


@pages.post("/undo")
async def undo_desk(visit: Staff) -> Response:
    """Back to what stood before."""
    must(visit, "settings.edit")
    form = await read_form(visit, ("version",))
    try:
        await visit.send("POST", "/desk/undo", headers=form.if_match)
    except Refused as refused:
        desk = await visit.get("/desk")
        return await _page(visit, desk, _form(desk).refused(refused))
    visit.parts.desks.forget(visit.tenant.id)
    return visit.go("/console/desk", done="undone")


async def _page(visit: Visit, desk: dict[str, Any], form: Form) -> Response:
    groups, team, off = await together(
        visit.get("/desk/groups"), visit.get("/staff", limit=100), visit.get("/desk/holidays")
    )
    days_off = "\n".join(f"{day['on_date']} {day['name']}" for day in off["days"])
    form = replace(form, values={"holidays": days_off} | form.values)
    off["meanwhile"] = form.status == 412 and form.values["holidays"].split() != days_off.split()
    return visit.page(
        "console/desk.html",
        form.status,
        desk=desk,
        off=off,
        groups=[one for one in groups["items"] if not one["archived"]],
        staff=[one for one in team["items"] if one["active"]],
        lists=form.lists,
        nouns=NOUNS,
        days=DAYS,
        statuses=words.STATUSES,
        **form.context,
    )


def _form(shown: dict[str, Any]) -> Form:
    """The desk, as its form shows it."""
    desk = shown["desk"]
    values = {name: str(desk[name] or "") for name in PLAIN}
    values |= {name: "yes" if desk[name] else "" for name in TICKS}
    hours = desk["business_hours"]
    values |= {f"hours_{day}": ", ".join("-".join(span) for span in hours["days"][day]) for day in DAYS}
    for priority in PRIORITIES:
        target = desk["targets"].get(priority, {})
        values |= {
            f"{what}_{priority}": str(target.get(f"{what}_minutes") or "") for what in ("response", "resolution")
        }
    values |= {f"word_{status['key']}": desk["status_words"].get(status["key"], "") for status in words.STATUSES}
    values |= {"zone": hours["zone"], "version": str(shown["version"])}
    return Form(values=values, lists={name: desk[name] for name in LISTS})


def wanted(form: Form) -> dict[str, Any]:
    """The whole desk, as the form says it."""
    values = {name: value.strip() for name, value in form.values.items()}
    days = {day: [_span(one) for one in re.split(r"[,;]", values[f"hours_{day}"]) if one.strip()] for day in DAYS}
    return {
        "after_close": values["after_close"] or "locked",
        "alias": values["alias"] or "cases",
        "reopen_days": values["reopen_days"] or 14,
        **{name: values[name] or None for name in ("default_assignee_id", "default_group_id", "update_days")},
        **ticked(form, *TICKS),
        **{name: form.lists[name] for name in LISTS},
        "business_hours": {"zone": values["zone"] or "UTC", "days": days},
        "targets": {priority: target for priority in PRIORITIES if (target := _target(values, priority))},
        "status_words": {key: word for key in _keys() if (word := values[f"word_{key}"])},
    }


def _keys() -> list[str]:
    return [status["key"] for status in words.STATUSES]


def _span(said: str) -> list[str]:
    """ "9:00 - 17:00" as a span; whatever else it is, the service says what is wrong."""
    return [one.strip().zfill(5) for one in re.split(r"[-\u2013]", said, maxsplit=1)]


def _target(values: dict[str, str], priority: str) -> dict[str, str]:
    minutes = {f"{what}_minutes": values[f"{what}_{priority}"] for what in ("response", "resolution")}
    return {name: value for name, value in minutes.items() if value}


def _days_off(lines: list[str]) -> dict[str, list[dict[str, str]]]:
    return {"days": [_day_off(line) for line in lines]}


def _day_off(line: str) -> dict[str, str]:
    """ "2026-12-25 Christmas Day" as a day off; one without a name is a day off all the same."""
    day, *name = line.split(maxsplit=1)
    return {"on_date": day, "name": name[0] if name else "Day off"}


def _told_by_line(form: Form, refused: Refused, lines: list[str]) -> Form:
    """The same form, with the line that the service does not take."""
    for field, sentence in refused.fields.items():
        if found := re.match(r"days\.(\d+)\.", field):
            return form.wrong("holidays", f"{lines[int(found.group(1))]}: {sentence}")
    return form


_PLACES = (
    (re.compile(r"business_hours\.days\.(\w+)"), "hours_{}"),
    (re.compile(r"targets\.(\w+)\.response_minutes"), "response_{}"),
    (re.compile(r"targets\.(\w+)\.resolution_minutes"), "resolution_{}"),
    (re.compile(r"status_words\.(\w+)"), "word_{}"),
    (re.compile(r"business_hours\.(zone)"), "{}"),
)


def _told(form: Form, refused: Refused) -> Form:
    """The same form, with what the service says of the inside of a choice at the field it was typed in."""
    for field, sentence in refused.fields.items():
        for place, name in _PLACES:
            if found := place.match(field):
                form = form.wrong(name.format(found.group(1)), sentence)
    return form
