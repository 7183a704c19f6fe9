"""Articles in the portal: searched and read."""

from fastapi import APIRouter, Response

from gateway.pages.guests import Anybody, open_module
from gateway.pages.visit import Key

pages = APIRouter(dependencies=[open_module("articles")])


@pages.get("/articles")
async def list_articles(visit: Anybody) -> Response:
    """F054, F185: search, forgiving of typing errors, or browse by category; guests what is public."""
    query = visit.request.query_params
    filters = {name: query.get(name, "").strip() for name in ("q", "category", "cursor")}
    articles = await visit.get("/articles", **filters, categories="true")
    return visit.page("portal/articles.html", articles=articles, filters=filters)


@pages.get("/articles/{slug}")
async def read_article(slug: Key, visit: Anybody) -> Response:
    """One article."""
    return visit.page("portal/article.html", article=await visit.get(f"/articles/{slug}"))
