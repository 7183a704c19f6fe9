"""F022, F029, F030, F048-F053: who may come in, in the console; and the tenant's choices about the ways in."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")

DATES = ("support_start_on", "support_end_on")
CHOICES = ("register_mode", "after_window", "colleagues_seen", "login_details_template", "forgot_password_template")
SWITCHES = (
    *("initial_password", "magic_link", "window_required", "staff_second_factor", "auto_invite", "guest_requests"),
    *("contacts_auto_enable", "contacts_auto_notify", "leads_auto_enable", "leads_auto_notify"),
    "managers_invite",
)
TEXTS = ("reset_text", "username_text")


@pages.get("/contacts/{contact_id}/access")
async def read_access(contact_id: Key, visit: Staff) -> Response:
    """The part of the contact's page that is about getting in, by itself."""
    return await _page(visit, contact_id, Form())


@pages.post("/contacts/{contact_id}/enable")
async def enable(contact_id: Key, visit: Staff) -> Response:
    """F022, F052: let them in, or change the days."""
    form = await read_form(visit, (*DATES, "was"))
    dates = {name: form.values[name] or None for name in DATES}
    done = "dates-saved" if form.values["was"] else "enabled"
    return await _do(visit, contact_id, "enable", form, done, dates)


@pages.post("/contacts/{contact_id}/disable")
async def disable(contact_id: Key, visit: Staff) -> Response:
    """F022: shut them out."""
    return await _do(visit, contact_id, "disable", await read_form(visit, ()), "disabled")


@pages.post("/contacts/{contact_id}/welcome")
async def send_welcome(contact_id: Key, visit: Staff) -> Response:
    """F029: the welcome letter, or another one."""
    return await _do(visit, contact_id, "welcome", await read_form(visit, ()), "welcomed")


@pages.post("/contacts/{contact_id}/initial-password")
async def show_first_password(contact_id: Key, visit: Staff) -> Response:
    """F030: this page shows it for ten seconds; loaded again it says that it was shown."""
    form = await read_form(visit, ())
    try:
        made = await visit.post(f"/contacts/{contact_id}/initial-password", None, form.key)
    except Refused as refused:
        return await _page(visit, contact_id, form.refused(refused))
    return visit.page("console/first_password.html", contact_id=contact_id, made=made)


async def _do(visit: Visit, contact_id: str, verb: str, form: Form, done: str, json: Any = None) -> Response:
    try:
        await visit.post(f"/contacts/{contact_id}/{verb}", json, form.key)
    except Refused as refused:
        return await _page(visit, contact_id, form.refused(refused))
    return visit.go(f"/console/contacts/{contact_id}", done=done)


async def _page(visit: Visit, contact_id: str, form: Form) -> Response:
    contact, access = await together(visit.get(f"/contacts/{contact_id}"), visit.get(f"/contacts/{contact_id}/access"))
    return visit.page("console/access.html", form.status, contact=contact, access=access, **form.context)


@pages.get("/settings/access")
async def read_choices(visit: Staff) -> Response:
    """The part of the settings that is about getting in, by itself."""
    return await _choices(visit, Form())


@pages.post("/settings/access")
async def choose(visit: Staff) -> Response:
    """F048-F053: keep the tenant's choices, unless somebody else was quicker."""
    form = await read_form(visit, (*CHOICES, *SWITCHES, *TEXTS, "support_notice_days", "version"))
    now = await visit.get("/portal-settings")
    wanted = {name: now[name] for name in ("name", "accent", "support_email", "modules")}
    try:
        await visit.send("PUT", "/portal-settings", json=wanted | {"access": _chosen(form)}, headers=form.if_match)
    except Refused as refused:
        form = form.refused(refused)
        if sentence := refused.fields.get("access.support_notice_days"):
            form = form.wrong("support_notice_days", sentence)
        return await _choices(visit, form)
    return visit.go("/console/settings", done="saved")


def _chosen(form: Form) -> dict[str, Any]:
    switches = {name: bool(form.values[name]) for name in SWITCHES}
    texts: dict[str, Any] = {name: form.values[name] for name in (*CHOICES, *TEXTS) if name in form.sent}
    if "support_notice_days" in form.sent:
        texts["support_notice_days"] = form.values["support_notice_days"].strip() or 0
    return switches | texts


async def _choices(visit: Visit, form: Form) -> Response:
    settings = await visit.get("/portal-settings")
    access = settings["access"] | (_chosen(form) if form.sent else {})
    said = {"errors": form.errors, "problem": form.problem}
    return visit.page("console/settings_access_page.html", form.status, settings=settings, access=access, **said)
