"""A tenant's keys in the console: made, shown once, revoked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later
from gateway.pages.visit import Key, Staff, Visit
from kit.problems import NotFound

pages = APIRouter(prefix="/console")

NO_SCOPE = later("Choose at least one thing a secret key may do.")
FIELDS = ("name", "kind", "expires_on")
OVERLAPS = ("0", "1", "7", "30", "90")
"""Days a key may go on beside its successor."""


@pages.get("/keys")
async def list_keys(visit: Staff) -> Response:
    """The keys by their first characters."""
    return await _keys(visit, Form(values={"kind": "secret"}))


@pages.post("/keys")
async def make_key(visit: Staff) -> Response:
    """Make one; this page shows its secret, and no page ever again."""
    form = await read_form(visit, FIELDS, lists=("scopes",))
    wanted: dict[str, Any] = {"name": form.values["name"], "kind": form.values["kind"] or "secret"}
    wanted["scopes"] = form.lists["scopes"] if wanted["kind"] == "secret" else []
    if wanted["kind"] == "secret" and not wanted["scopes"]:
        return await _keys(visit, replace(form, errors={"scopes": NO_SCOPE}, status=422))
    if form.values["expires_on"]:
        wanted["expires_at"] = f"{form.values['expires_on']}T23:59:59Z"
    try:
        made = await visit.post("/keys", wanted, form.key)
    except Refused as refused:
        return await _keys(visit, form.refused(refused))
    return await _keys(visit, Form(values={"kind": "secret"}), made)


@pages.get("/keys/{key_id}/revoke")
async def ask_to_revoke(key_id: Key, visit: Staff) -> Response:
    """The question, where there is no script to ask it in a dialog."""
    keys = await visit.get("/keys", limit=100)
    if str(key_id) not in {key["id"] for key in keys["items"]}:
        raise NotFound()
    return visit.page("console/revoke.html", key_id=key_id)


@pages.post("/keys/{key_id}/revoke")
async def revoke_key(key_id: Key, visit: Staff) -> Response:
    """Let it open nothing any more."""
    form = await read_form(visit, ())
    try:
        await visit.post(f"/keys/{key_id}/revoke", None, form.key)
    except Refused as refused:
        return await _keys(visit, form.refused(refused))
    return visit.go("/console/keys", done="revoked")


@pages.get("/keys/{key_id}/rotate")
async def ask_to_rotate(key_id: Key, visit: Staff) -> Response:
    """How long is the old one to go on working?"""
    return await _rotation(visit, key_id, Form(values={"days": "7"}))


@pages.post("/keys/{key_id}/rotate")
async def rotate_key(key_id: Key, visit: Staff) -> Response:
    """Make the successor; this page shows its secret, and no page ever again."""
    form = await read_form(visit, ("days",))
    days = int(form.values["days"]) if form.values["days"] in OVERLAPS else 7
    ends = datetime.now(UTC) + timedelta(days=days)
    try:
        made = await visit.post(f"/keys/{key_id}/rotate", {"old_ends_at": ends.isoformat()}, form.key)
    except Refused as refused:
        return await _rotation(visit, key_id, form.refused(refused))
    return await _keys(visit, Form(values={"kind": "secret"}), made)


async def _rotation(visit: Visit, key_id: str, form: Form) -> Response:
    keys = await visit.get("/keys", limit=100)
    key = next((one for one in keys["items"] if one["id"] == key_id), None)
    if key is None:
        raise NotFound()
    return visit.page("console/rotate.html", form.status, key=key, **form.context)


async def _keys(visit: Visit, form: Form, made: dict[str, Any] | None = None) -> Response:
    keys = await visit.get("/keys", cursor=visit.request.query_params.get("cursor"))
    chosen = form.lists.get("scopes", [])
    return visit.page("console/keys.html", form.status, keys=keys, made=made, chosen=chosen, **form.context)
