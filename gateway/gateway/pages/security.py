"""One's own ways in, in portal and console alike: sessions, authenticator app, recovery codes."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.qr import qr_of
from gateway.pages.visit import Key, Somebody, Visit, together

pages = APIRouter()


@pages.get("/account/security")
@pages.get("/console/security")
async def read_security(visit: Somebody) -> Response:
    """F032: where one is logged in, and how one proves who one is."""
    return await security_page(visit, Form())


@pages.post("/account/security/sessions/{session_id}/end")
@pages.post("/console/security/sessions/{session_id}/end")
async def end_session(session_id: Key, visit: Somebody) -> Response:
    """Log one device out."""
    return await _done(visit, f"/me/sessions/{session_id}/end", "session-ended")


@pages.post("/account/security/sessions/end-others")
@pages.post("/console/security/sessions/end-others")
async def end_other_sessions(visit: Somebody) -> Response:
    """Log every device out but this one."""
    return await _done(visit, "/me/sessions/end-others", "sessions-ended")


@pages.get("/account/security/app")
@pages.get("/console/security/app")
async def begin_app(visit: Somebody) -> Response:
    """The picture for a new authenticator app. Nothing is kept of it before it has shown a code."""
    return _app(visit, await visit.send("POST", "/me/second-factor/totp"), Form())


@pages.post("/account/security/app")
@pages.post("/console/security/app")
async def add_app(visit: Somebody) -> Response:
    """The app's first code. The page that follows shows the recovery codes, and no page ever again."""
    form = await read_form(visit, ("setup", "uri", "code"))
    wanted = {"setup": form.values["setup"], "code": form.values["code"]}
    try:
        added = await visit.post("/me/second-factor/totp/confirm", wanted, form.key)
    except Refused as refused:
        return _app(visit, form.values, form.refused(refused))
    return _codes(visit, added)


@pages.get("/account/security/app/remove")
@pages.get("/console/security/app/remove")
async def ask_to_remove_app(visit: Somebody) -> Response:
    """The question, and the password it takes."""
    return _again(visit, "app/remove", Form())


@pages.post("/account/security/app/remove")
@pages.post("/console/security/app/remove")
async def remove_app(visit: Somebody) -> Response:
    """Take the app away."""
    form = await read_form(visit, ("password",))
    try:
        await visit.post("/me/second-factor/totp/remove", {"password": form.values["password"]}, form.key)
    except Refused as refused:
        return _again(visit, "app/remove", form.refused(refused))
    return visit.go(home_of(visit), done="app-removed")


@pages.get("/account/security/codes")
@pages.get("/console/security/codes")
async def ask_for_codes(visit: Somebody) -> Response:
    """The question before new recovery codes, and the password it takes."""
    return _again(visit, "codes", Form())


@pages.post("/account/security/codes")
@pages.post("/console/security/codes")
async def new_codes(visit: Somebody) -> Response:
    """New recovery codes, shown this once."""
    form = await read_form(visit, ("password",))
    try:
        made = await visit.post("/me/second-factor/recovery-codes", {"password": form.values["password"]}, form.key)
    except Refused as refused:
        return _again(visit, "codes", form.refused(refused))
    return _codes(visit, made)


async def security_page(visit: Visit, form: Form) -> Response:
    """The page with everything on it; a form of it that comes back keeps what was typed."""
    caller = visit.session.caller
    signs = caller.kind == "contact" and caller.has("sign")
    sessions, security, pin = await together(
        visit.get("/me/sessions"),
        visit.get("/me/security"),
        visit.get("/me/pin") if signs else _nothing(),
    )
    shown = {"sessions": sessions["items"], "security": security, "pin": pin}
    shown["host"] = visit.request.url.hostname or ""
    return _page(visit, "security.html", form, **shown)


async def _nothing() -> None:
    """What is asked of nobody."""


async def _done(visit: Visit, path: str, word: str) -> Response:
    form = await read_form(visit, ())
    try:
        await visit.post(path, None, form.key)
    except Refused as refused:
        return await security_page(visit, form.refused(refused))
    return visit.go(home_of(visit), done=word)


def _app(visit: Visit, begun: dict[str, Any], form: Form) -> Response:
    return _page(visit, "app.html", form, setup=begun["setup"], **qr_of(begun["uri"]))


def _again(visit: Visit, what: str, form: Form) -> Response:
    return _page(visit, "password_again.html", replace(form, values={}), what=what)


def _codes(visit: Visit, made: dict[str, Any]) -> Response:
    return _page(visit, "codes.html", Form(), codes=made["codes"], on=home_of(visit))


def _page(visit: Visit, template: str, form: Form, **context: Any) -> Response:
    frame = "console/base.html" if visit.audience == "console" else "portal/base.html"
    return visit.page(template, form.status, frame=frame, home=home_of(visit), **form.context, **context)


def home_of(visit: Visit) -> str:
    """Where the page is, in portal or console."""
    return "/console/security" if visit.audience == "console" else "/account/security"
