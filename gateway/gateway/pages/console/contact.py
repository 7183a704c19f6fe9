"""One contact or lead in the console, and what is done to their PIN."""

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console import people_words
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit, together

pages = APIRouter(prefix="/console")


async def contact_page(visit: Visit, contact_id: str, form: Form) -> Response:
    """The page; with why a form of it was refused."""
    around, cases = await together(
        visit.get(f"/contacts/{contact_id}/overview"), visit.get("/cases", contact_id=contact_id, limit=10)
    )
    return visit.page("console/contact.html", form.status, cases=cases, words=people_words, **around, **form.context)


@pages.post("/contacts/{contact_id}/unlock-pin")
async def unlock_pin(contact_id: Key, visit: Staff) -> Response:
    """F059: let them try again."""
    return await _do(visit, contact_id, "unlock-pin", "pin-unlocked")


@pages.post("/contacts/{contact_id}/remove-pin")
async def remove_pin(contact_id: Key, visit: Staff) -> Response:
    """F059: take a forgotten PIN away."""
    return await _do(visit, contact_id, "remove-pin", "pin-removed")


async def _do(visit: Visit, contact_id: str, verb: str, done: str) -> Response:
    form = await read_form(visit, ())
    try:
        await visit.post(f"/contacts/{contact_id}/{verb}", None, form.key)
    except Refused as refused:
        return await contact_page(visit, contact_id, form.refused(refused))
    return visit.go(f"/console/contacts/{contact_id}", done=done)
