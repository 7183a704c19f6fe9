"""The portal's first page."""

from fastapi import APIRouter, Response

from gateway.pages.announced import with_articles
from gateway.pages.visit import Contact, together

pages = APIRouter()


@pages.get("/")
async def home(visit: Contact) -> Response:
    """F083, F087, F088: the newest cases, what is new. A part that is away leaves its place empty."""
    cases, (articles, announcements), invoices = await together(
        visit.widget("cases", "/cases", scope="mine", limit=5, excerpts="true"),
        with_articles(visit),
        visit.widget("invoices", "/invoices", limit=5),
    )
    found = {"cases": cases, "articles": articles, "invoices": invoices, "announcements": announcements}
    return visit.page("portal/home.html", support_ends_on=visit.session.support_ends_on, **found)
