"""Routes of articles: parse, call one verb or query, return."""

import html
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from kit.db import AnyRow
from kit.edge import Caller, Tx, of_module, router
from kit.paging import total
from kit.schemas import Search
from kit.text import rendered
from kit.versions import IfMatch, IfMatchSent, unless_stale, version_before
from knowledge import policy, queries, service
from knowledge.errors import ArticleNotFound, SearchHasOnePage
from knowledge.models import Announcement, Article
from knowledge.schemas import (
    Announcements,
    AnnouncementView,
    ArticleChange,
    ArticleFilters,
    ArticleKey,
    ArticlePage,
    ArticleRow,
    ArticleState,
    ArticleView,
    ExternalId,
    FedArticle,
    NewAnnouncement,
    NewArticle,
    Suggestion,
    Suggestions,
)

SEARCH_LIMIT = 50

api = router(tags=["articles"], dependencies=[of_module("articles")])


@api.get("/articles")
async def list_articles(filters: Annotated[ArticleFilters, Query()], caller: Caller, tx: Tx) -> ArticlePage:
    """F185, F188: the articles the caller may read, newest first; with `q`, the best matches, typos forgiven.

    A search answers one page of at most 50 best matches: its `next` is always null and `best_only` true.
    """
    found = await (_found(tx, caller, filters.q, filters) if filters.q else _listed(tx, caller, filters))
    more: dict[str, Any] = {}
    if filters.categories:
        more["categories"] = list(await queries.categories(tx, caller))
    if filters.announcements:
        more["announcements"] = (await _announcements(tx, caller)).items
    return found.model_copy(update=more)


@api.get("/articles/suggestions")
async def suggest_articles(caller: Caller, tx: Tx, q: Search = None) -> Suggestions:
    """F090: up to five articles that may answer what is being typed."""
    rows = await queries.suggestions(tx, caller, q) if q else []
    return Suggestions(
        items=[Suggestion(slug=row.slug, title=row.title, excerpt_html=_marked(row.excerpt)) for row in rows]
    )


@api.get("/articles/{article}")
async def read_article(article: ArticleKey, caller: Caller, tx: Tx, response: Response) -> ArticleView:
    """F186: an article, by its slug or id."""
    row = await queries.one(tx, caller, article)
    if row is None:
        raise ArticleNotFound()
    response.headers["etag"] = f'"{row.version}"'
    return ArticleView(
        **_row(row),
        body_html=rendered(row.body),
        body=row.body if policy.writes(caller) else None,
        version=row.version,
        may={verb: policy.can(caller, verb, Article(state=row.state)) for verb in policy.VERBS},
    )


@api.post("/articles", status_code=201)
async def write_article(new: NewArticle, caller: Caller, tx: Tx, response: Response) -> ArticleState:
    """F200: begin an article, as a draft."""
    article = await service.write_article(tx, caller, new)
    response.headers["location"] = f"/api/v1/articles/{article.id}"
    return _state(article, response)


@api.patch("/articles/{article}")
async def change_article(
    article: ArticleKey, change: ArticleChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> ArticleState:
    """Change what an article says."""
    return _state(await service.change_article(tx, caller, article, change, version), response)


@api.post("/articles/{article}/publish")
async def publish_article(article: ArticleKey, caller: Caller, tx: Tx, response: Response) -> ArticleState:
    """F188: show an article to its audience."""
    return _state(await service.publish_article(tx, caller, article), response)


@api.post("/articles/{article}/archive")
async def archive_article(article: ArticleKey, caller: Caller, tx: Tx, response: Response) -> ArticleState:
    """Take an article away from its readers."""
    return _state(await service.archive_article(tx, caller, article), response)


@api.put("/articles/by-external-id/{external_id}", responses={201: {"model": ArticleState}})
async def feed_article(
    external_id: ExternalId, fed: FedArticle, version: IfMatchSent, caller: Caller, tx: Tx, response: Response
) -> ArticleState:
    """The CRM brings an article: made (201), changed, or as it was."""
    article, result = await service.feed_article(tx, caller, external_id, fed)
    unless_stale(version, version_before(result, article.version))
    if result == "created":
        response.status_code = 201
        response.headers["location"] = f"/api/v1/articles/{article.id}"
    return _state(article, response)


async def _listed(tx: Tx, caller: Caller, filters: ArticleFilters) -> ArticlePage:
    rows, cursor = await queries.page(tx, caller, filters)
    counted = await queries.count(tx, caller, filters)
    return ArticlePage(items=[ArticleRow.model_validate(row) for row in rows], next=cursor, total=total(counted))


async def _found(tx: Tx, caller: Caller, words: str, filters: ArticleFilters) -> ArticlePage:
    if filters.cursor or filters.limit > SEARCH_LIMIT:
        raise SearchHasOnePage()
    rows = await queries.search(tx, caller, words, filters)
    items = [ArticleRow(**_row(row), excerpt_html=_marked(row.excerpt)) for row in rows]
    return ArticlePage(items=items, next=None, total=total(rows[0].found if rows else 0), best_only=True)


def _row(row: AnyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ArticleRow.model_fields if name != "excerpt_html"}


def _marked(excerpt: str) -> str:
    """Escaped text, with <mark> around what matched."""
    return html.escape(excerpt).replace(queries.MARK, "<mark>").replace(queries.UNMARK, "</mark>")


def _state(article: Article, response: Response) -> ArticleState:
    response.headers["etag"] = f'"{article.version}"'
    return ArticleState.model_validate(article)


# Whether the articles are switched on or off: what is out of order is told.
announcing = router(tags=["announcements"])


@announcing.get("/announcements")
async def list_announcements(caller: Caller, tx: Tx, ever: bool = False) -> Announcements:
    """What is out of order now; with `ever`, for who may announce, also what was and what will be."""
    return await _announcements(tx, caller, ever=ever and policy.announces(caller))


@announcing.post("/announcements", status_code=201)
async def announce(new: NewAnnouncement, caller: Caller, tx: Tx, response: Response) -> AnnouncementView:
    """Say what is out of order, for all cases or those of some categories."""
    return _said(await service.announce(tx, caller, new), response)


@announcing.put("/announcements/{announcement_id}")
async def change_announcement(
    announcement_id: UUID, wanted: NewAnnouncement, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> AnnouncementView:
    """Say it otherwise, or that it is over."""
    return _said(await service.change_announcement(tx, caller, announcement_id, wanted, version), response)


async def _announcements(tx: Tx, caller: Caller, *, ever: bool = False) -> Announcements:
    found = await queries.announcements(tx, caller, ever=ever)
    return Announcements(items=[AnnouncementView.model_validate(one) for one in found])


def _said(said: Announcement, response: Response) -> AnnouncementView:
    response.headers["etag"] = f'"{said.version}"'
    return AnnouncementView.model_validate(said)
