"""The portal's first page."""

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, together
from gateway.pages.words import OPEN

pages = APIRouter()


@pages.get("/")
async def home(visit: Contact) -> Response:
    """F083, F087, F088: what is open, what is new. A part that is away leaves its place empty."""
    cases, articles, invoices = await together(
        visit.widget("cases", "/cases", scope="mine", status=OPEN, limit=5),
        visit.widget("articles", "/articles", limit=5),
        visit.widget("invoices", "/invoices", limit=5),
    )
    ends_on = visit.session.support_ends_on
    return visit.page("portal/home.html", cases=cases, articles=articles, invoices=invoices, support_ends_on=ends_on)
