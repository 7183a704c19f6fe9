"""What staff do with a case besides answering: followers, merge, split, and the word that one is writing."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.case_talk import followers_changed
from gateway.pages.console.cases import case_page, kept
from gateway.pages.forms import read_form
from gateway.pages.visit import Key, Staff

pages = APIRouter(prefix="/console")


@pages.post("/cases/{reference}/watchers")
async def change_followers(reference: Key, visit: Staff) -> Response:
    """F111: let somebody follow, or no more."""
    return await followers_changed(visit, reference, "/console", case_page)


@pages.post("/cases/{reference}/merge")
async def merge_case(reference: Key, visit: Staff) -> Response:
    """Make it part of another case of the same customer."""
    form = await read_form(visit, ("into",))
    into = form.values["into"].strip().upper()
    into = f"CASE-{into}" if into.isdecimal() else into
    try:
        case = await visit.post(f"/cases/{reference}/merge", {"into": into}, form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.said_no(refused))
    return visit.go(f"/console/cases/{case['reference']}", done="merged", **kept(visit))


@pages.post("/cases/{reference}/split")
async def split_case(reference: Key, visit: Staff) -> Response:
    """Make a note of it a case of its own."""
    form = await read_form(visit, ("note_id", "subject"))
    try:
        case = await visit.post(f"/cases/{reference}/split", dict(form.values), form.key)
    except Refused as refused:
        return await case_page(visit, reference, form.said_no(refused))
    return visit.go(f"/console/cases/{case['reference']}", done="split", **kept(visit))


@pages.post("/cases/{reference}/presence")
async def begin_reply(reference: Key, visit: Staff) -> Response:
    """Say to colleagues that one is writing; the page's own script does, every few seconds of it."""
    await visit.send("POST", f"/cases/{reference}/presence")
    return Response(status_code=204)
