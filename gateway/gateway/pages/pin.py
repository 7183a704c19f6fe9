"""F059: the PIN somebody signs with: set, changed, and reset where that is allowed."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.languages import later
from gateway.pages.visit import Contact, Visit

pages = APIRouter()

DIFFERENT = later("These two are not the same. Enter the new PIN twice.")


@pages.get("/account/security/pin")
async def ask_for_pin(visit: Contact) -> Response:
    """The form: with the PIN before, or with the password."""
    return await _page(visit, Form(values={"by": visit.request.query_params.get("by", "")}))


@pages.post("/account/security/pin")
async def save_pin(visit: Contact) -> Response:
    """Keep it. No PIN is ever drawn into a page again."""
    form = await read_form(visit, ("pin", "again", "current_pin", "password", "by"))
    if form.values["pin"] != form.values["again"]:
        return await _page(visit, form.wrong("again", DIFFERENT))
    proof = "password" if form.values["by"] == "password" else "current_pin"
    wanted = {"pin": form.values["pin"].strip(), proof: form.values[proof]}
    try:
        await visit.send("PUT", "/me/pin", json=wanted)
    except Refused as refused:
        return await _page(visit, form.said_no(refused))
    return visit.go("/account/security", done="pin-saved")


async def _page(visit: Visit, form: Form) -> Response:
    pin = await visit.get("/me/pin")
    by = "password" if pin["set_at"] is None or (form.values["by"] == "password" and pin["may_reset"]) else "pin"
    return visit.page("portal/pin.html", form.status, pin=pin, by=by, errors=form.errors, problem=form.problem)
