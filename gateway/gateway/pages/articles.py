"""Articles in the portal: searched and read."""

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact, Key, of_module

pages = APIRouter(dependencies=[of_module("articles")])


@pages.get("/articles")
async def list_articles(visit: Contact) -> Response:
    """Search, forgiving of typing errors, or browse by category."""
    query = visit.request.query_params
    filters = {name: query.get(name, "").strip() for name in ("q", "category", "cursor")}
    articles = await visit.get("/articles", **filters, categories="true")
    return visit.page("portal/articles.html", articles=articles, filters=filters)


@pages.get("/articles/{slug}")
async def read_article(slug: Key, visit: Contact) -> Response:
    """One article."""
    return visit.page("portal/article.html", article=await visit.get(f"/articles/{slug}"))
