"""Passkeys: added and removed on one's own page, and the login by one. They need script by nature, and say so."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from gateway.client import Refused
from gateway.pages.account import login_form
from gateway.pages.admission import admitted, source_of
from gateway.pages.forms import read_form
from gateway.pages.security import home_of, security_page
from gateway.pages.visit import Key, Somebody, audience_of, form_of, visit_of
from kit.problems import Invalid

pages = APIRouter()

LONGEST = 20_000
"""What a browser makes of a passkey is shorter than that."""


@pages.post("/account/security/passkeys/options")
@pages.post("/console/security/passkeys/options")
async def ask_for_new(request: Request, visit: Somebody) -> Response:
    """What the page's script hands to the browser to make a passkey."""
    asked = await visit.send("POST", "/me/passkeys/options", json={"origin": await _origin(request)})
    return Response(orjson.dumps(asked), media_type="application/json")


@pages.post("/account/security/passkeys")
@pages.post("/console/security/passkeys")
async def add_passkey(visit: Somebody) -> Response:
    """Keep what the browser made, under a name."""
    form = await read_form(visit, ("name", "setup", "credential"))
    wanted = {"name": form.values["name"], "setup": form.values["setup"][:1000]}
    try:
        await visit.post("/me/passkeys", wanted | {"credential": _credential(form.values["credential"])}, form.key)
    except Refused as refused:
        return await security_page(visit, form.said_no(refused))
    return visit.go(home_of(visit), done="passkey-added")


@pages.post("/account/security/passkeys/{passkey_id}/remove")
@pages.post("/console/security/passkeys/{passkey_id}/remove")
async def remove_passkey(passkey_id: Key, visit: Somebody) -> Response:
    """Let nobody in by it any more."""
    form = await read_form(visit, ())
    await visit.post(f"/me/passkeys/{passkey_id}/remove", None, form.key)
    return visit.go(home_of(visit), done="passkey-removed")


@pages.post("/login/passkey/options")
@pages.post("/console/login/passkey/options")
async def ask_for_known(request: Request) -> Response:
    """What the login page's script hands to the browser to be shown a passkey."""
    visit = await visit_of(request, audience_of(request))
    given = {"audience": visit.audience, "origin": await _origin(request)}
    asked = await visit.parts.sessions.step(visit.tenant.id, "passkeys/options", given)
    return Response(orjson.dumps(asked), media_type="application/json")


@pages.post("/login/passkey")
@pages.post("/console/login/passkey")
async def log_in(request: Request) -> Response:
    """F032: come in by a passkey; who it is, the passkey says."""
    visit, form = await visit_of(request, audience_of(request)), await form_of(request)
    back, given = str(form.get("next", "")), {"setup": str(form.get("setup", ""))[:1000], "audience": visit.audience}
    given |= {"credential": _credential(str(form.get("credential", "")))} | source_of(visit)
    try:
        begun = await visit.parts.sessions.step(visit.tenant.id, "sessions/passkey", given)
    except Refused as refused:
        return await login_form(visit, back=back, refused=refused)
    return await admitted(visit, begun, back)


async def _origin(request: Request) -> str:
    """Where the browser says it is; identity knows whether that is the portal."""
    try:
        return str(orjson.loads((await request.body())[:1000])["origin"])[:300]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Invalid() from error


def _credential(text: str) -> Any:
    """What a browser made; nothing that reads as one is nobody's passkey."""
    try:
        found = orjson.loads(text[:LONGEST])
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
