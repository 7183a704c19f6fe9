"""F091, F092: one word looked for in everything the visitor may open, each module's own search asked at once.

One call for each module they have, five at the most: the only page that asks for more than three
(docs/decisions/0015). What each finds is what its own list would: nobody sees more here than there.
"""

from typing import Any

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, Visit, together

pages = APIRouter()

EACH = 5
"""How many hits of a module are shown; the rest is one click away, in its own list."""
MODULES: dict[str, dict[str, Any]] = {
    "cases": {"scope": "all"},
    "articles": {},
    "invoices": {},
    "documents": {},
    "projects": {},
}
"""What is searched, in the page's order, and how its list is asked."""


@pages.get("/search")
async def search(visit: Contact) -> Response:
    """F091: the hits, grouped by module."""
    words = visit.request.query_params.get("q", "").strip()[:200]
    asked = [name for name in MODULES if name in visit.session.caller.modules] if words else []
    found = await together(*(_hits(visit, name, words) for name in asked))
    return visit.page("portal/search.html", q=words, found=dict(zip(asked, found, strict=True)), ways=MODULES)


async def _hits(visit: Visit, name: str, words: str) -> dict[str, Any] | None:
    """What a module finds; None where it cannot be asked just now."""
    found: dict[str, Any] | None = await visit.widget(name, f"/{name}", q=words, limit=EACH, **MODULES[name])
    return found
