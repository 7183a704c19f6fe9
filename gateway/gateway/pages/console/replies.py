"""Ready-made replies in the console."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.case_talk import uuid_of
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Staff, Visit

pages = APIRouter(prefix="/console")

FIELDS = ("title", "body", "reply_id", "version", "group_id")


@pages.get("/replies")
async def list_replies(visit: Staff) -> Response:
    """Those one may use, and a form for another one; with `edit`, for one of them."""
    return await _replies(visit, Form())


@pages.post("/replies")
async def keep_reply(visit: Staff) -> Response:
    """Keep a new one, or change or take away the one it names."""
    form = await read_form(visit, FIELDS)
    try:
        done = await _kept(visit, form)
    except Refused as refused:
        return await _replies(visit, form.said_no(refused))
    return visit.go("/console/replies", done=done)


async def _kept(visit: Visit, form: Form) -> str:
    known = form.values["reply_id"] and uuid_of(form.values["reply_id"])
    if form.action == "drop":
        await visit.send("DELETE", f"/canned-replies/{known}")
        return "reply-dropped"
    reply = {"title": form.values["title"], "body": form.values["body"], "group_id": form.values["group_id"] or None}
    if known:
        await visit.send("PUT", f"/canned-replies/{known}", json=reply, headers=form.if_match)
    else:
        await visit.post("/canned-replies", reply, form.key)
    return "reply-kept"


async def _replies(visit: Visit, form: Form) -> Response:
    found = await visit.get("/canned-replies")
    wanted = visit.request.query_params.get("edit", "")
    chosen: dict[str, Any] = next((one for one in found["items"] if one["id"] == wanted), {})
    told = {name: str(chosen.get("id" if name == "reply_id" else name) or "") for name in FIELDS}
    values = form.values or told
    context = form.context | {"values": values}
    return visit.page("console/replies.html", form.status, replies=found["items"], **context)
