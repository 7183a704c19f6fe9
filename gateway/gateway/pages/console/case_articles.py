"""F106: the articles that help with a case: found by its own subject, named for whoever reads it."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.case_talk import uuid_of
from gateway.pages.console.cases import kept
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")


@pages.get("/cases/{reference}/articles")
async def find_articles(reference: Key, visit: Staff) -> Response:
    """Those that are named, and what is published on its subject or on other words (`words`)."""
    return await _page(visit, reference, Form())


@pages.post("/cases/{reference}/articles")
async def change_articles(reference: Key, visit: Staff) -> Response:
    """Name one, or name it no more."""
    form = await read_form(visit, ("article_id",))
    method = "DELETE" if form.action == "off" else "PUT"
    try:
        await visit.send(method, f"/cases/{reference}/articles/{uuid_of(form.values['article_id'])}")
    except Refused as refused:
        return await _page(visit, reference, form.said_no(refused))
    return visit.go(f"/console/cases/{reference}/articles", done="articles-changed", **kept(visit) | _asked(visit))


def _asked(visit: Visit) -> dict[str, str]:
    words = visit.request.query_params.get("words", "").strip()[:200]
    return {"words": words} if words else {}


async def _page(visit: Visit, reference: str, form: Form) -> Response:
    case, asked = await visit.get(f"/cases/{reference}"), _asked(visit)
    words = asked.get("words", case["subject"])
    found = await visit.widget("articles", "/articles", q=words, state=["published"], limit=10)
    context: dict[str, Any] = {"case": case, "found": found, "words": words, "filters": kept(visit) | asked}
    return visit.page("console/case_articles.html", form.status, **context, **form.context)
