"""F091, F092: one word looked for in everything staff may open, and a reference that leads straight to its record.

Three groups are looked in at once; each of the others is a page of its own that comes into its place when it is ready,
or is a link where there is no script (docs/decisions/0015). Each finds what its own list would for this visitor.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.console.about_people import must
from gateway.pages.languages import later as _
from gateway.pages.visit import Staff, Visit, together
from kit.problems import Unavailable

pages = APIRouter(prefix="/console")

EACH = 5
"""How many hits of a group are shown; the rest is one click away, in its own list."""


@dataclass(frozen=True)
class Group:
    """Where a group is asked, how, where its own list is in the console, and who has it."""

    title: str
    path: str
    way: str = ""
    query: dict[str, str] = field(default_factory=dict)
    way_query: dict[str, str] = field(default_factory=dict)
    needs: str = ""


GROUPS = {
    "cases": Group(_("Cases"), "/cases", "/console", {"scope": "all"}, {"view": "all"}),
    "contacts": Group(_("Contacts"), "/contacts", "/console/contacts", {"kind": "contact"}),
    "organisations": Group(_("Organisations"), "/organisations", "/console/organisations"),
    "leads": Group(_("Leads"), "/contacts", "/console/leads", {"kind": "lead"}),
    "projects": Group(_("Projects"), "/projects", "/console/projects"),
    "documents": Group(_("Documents"), "/documents", "/console/documents"),
    "articles": Group(_("Articles"), "/articles", "/console/articles"),
    "invoices": Group(_("Invoices"), "/invoices"),
    "registrations": Group(_("Registrations"), "/registrations", "/console/registrations", needs="registrations.map"),
}
"""What is looked in, in the page's order."""
FIRST = ("cases", "contacts", "organisations")
_RECORDS = {"CASE": "/cases", "PRJ": "/projects"}
_REFERENCE = re.compile(r"(CASE|PRJ)-[1-9][0-9]{0,8}", re.IGNORECASE)


@pages.get("/search")
async def search(visit: Staff) -> Response:
    """F091: the hits, group by group; of a reference the record itself."""
    words = _words(visit)
    if _REFERENCE.fullmatch(words):
        return await _straight(visit, words.upper())
    return await _page(visit, words, FIRST if words else ())


async def _straight(visit: Visit, reference: str) -> Response:
    """To the record that is called so; to whatever else speaks of it where there is none."""
    noun = _RECORDS[reference.split("-")[0]]
    try:
        await visit.get(f"{noun}/{reference}")
    except Refused as refused:
        if refused.status != 404:
            raise
        return await _page(visit, reference, FIRST[:2])
    return visit.go(f"/console{noun}/{reference}")


async def _page(visit: Visit, words: str, asked: tuple[str, ...]) -> Response:
    found = dict(zip(asked, await together(*(_hits(visit, GROUPS[name], words) for name in asked)), strict=True))
    later = [name for name, group in GROUPS.items() if words and name not in asked and _has(visit, group)]
    return visit.page("console/search.html", q=words, found=found, later=later, groups=GROUPS)


def _serve(noun: str, group: Group) -> None:
    """F091: one group by itself: a page, of which the other one takes its part."""

    async def search_one(visit: Staff) -> Response:
        if group.needs:
            must(visit, group.needs)
        words = _words(visit)
        found = await _hits(visit, group, words) if words else {"items": []}
        return visit.page("console/search_one.html", q=words, noun=noun, found=found, groups=GROUPS)

    pages.add_api_route(f"/search/{noun}", search_one, methods=["GET"])


def _words(visit: Visit) -> str:
    return visit.request.query_params.get("q", "").strip()[:200]


def _has(visit: Visit, group: Group) -> bool:
    return not group.needs or group.needs in visit.session.caller.permissions


async def _hits(visit: Visit, group: Group, words: str) -> dict[str, Any] | None:
    """What a group finds; None where it cannot be asked just now."""
    try:
        found: dict[str, Any] = await visit.get(group.path, q=words, limit=EACH, **group.query)
    except (Refused, Unavailable):
        return None
    return found


for _noun, _group in GROUPS.items():
    _serve(_noun, _group)
