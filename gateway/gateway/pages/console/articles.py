"""Articles in the console: written, looked at, published, archived."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit
from kit.text import rendered

pages = APIRouter(prefix="/console")

FIELDS = ("title", "summary", "category", "audience", "body", "version")


@pages.get("/articles")
async def list_articles(visit: Staff) -> Response:
    """Every article, drafts among them."""
    query = visit.request.query_params
    filters: dict[str, Any] = {name: query.get(name, "").strip() for name in ("q", "category", "cursor")}
    filters["state"] = query.getlist("state")
    articles = await visit.get("/articles", **filters)
    return visit.page("console/articles.html", articles=articles, filters=filters)


@pages.get("/articles/new")
async def new_article(visit: Staff) -> Response:
    """An empty one."""
    return _edit(visit, None, Form(values=dict.fromkeys(FIELDS, "") | {"audience": "customers"}))


@pages.post("/articles/new")
async def write_article(visit: Staff) -> Response:
    """Keep it as a draft."""
    form = await read_form(visit, FIELDS)
    if form.action == "preview":
        return _edit(visit, None, form)
    try:
        article = await visit.post("/articles", _content(form), form.key)
    except Refused as refused:
        return _edit(visit, None, form.refused(refused))
    return visit.go(f"/console/articles/{article['slug']}", done="saved")


@pages.get("/articles/{slug}")
async def read_article(slug: Key, visit: Staff) -> Response:
    """One to edit, with how readers see it."""
    article = await visit.get(f"/articles/{slug}")
    values = {name: str(article.get(name) or "") for name in FIELDS}
    return _edit(visit, article, Form(values=values))


@pages.post("/articles/{slug}")
async def change_article(slug: Key, visit: Staff) -> Response:
    """Keep what was changed, unless somebody else was quicker."""
    form = await read_form(visit, FIELDS)
    if form.action == "preview":
        return _edit(visit, await visit.get(f"/articles/{slug}"), form)
    try:
        article = await visit.send("PATCH", f"/articles/{slug}", json=_content(form), headers=form.if_match)
    except Refused as refused:
        return _edit(visit, await visit.get(f"/articles/{slug}"), form.refused(refused))
    return visit.go(f"/console/articles/{article['slug']}", done="saved")


@pages.post("/articles/{slug}/publish")
async def publish_article(slug: Key, visit: Staff) -> Response:
    """Let readers see it."""
    return await _verb(visit, slug, "publish", "published")


@pages.post("/articles/{slug}/archive")
async def archive_article(slug: Key, visit: Staff) -> Response:
    """Take it from readers."""
    return await _verb(visit, slug, "archive", "archived")


async def _verb(visit: Visit, slug: str, verb: str, done: str) -> Response:
    form = await read_form(visit, ())
    try:
        await visit.post(f"/articles/{slug}/{verb}", None, form.key)
    except Refused as refused:
        article = await visit.get(f"/articles/{slug}")
        values = {name: str(article.get(name) or "") for name in FIELDS}
        return _edit(visit, article, Form(values=values).refused(refused))
    return visit.go(f"/console/articles/{slug}", done=done)


def _edit(visit: Visit, article: dict[str, Any] | None, form: Form) -> Response:
    """The form, and its text as readers will see it; what is not kept yet is shown the same way."""
    seen_html = rendered(form.values["body"])
    return visit.page("console/article.html", form.status, article=article, seen_html=seen_html, **form.context)


def _content(form: Form) -> dict[str, Any]:
    """What the form says; what may be empty is then none."""
    content: dict[str, Any] = {name: form.values[name] for name in ("title", "body", "audience")}
    return content | {name: form.values[name] or None for name in ("summary", "category")}
