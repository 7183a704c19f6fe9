"""Reads of articles: plain rows off the ORM, each one inside `policy.visible`."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, column, func, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow
from knowledge.models import Announcement, Article
from knowledge.policy import reach, reads_announcements, visible
from knowledge.schemas import ArticleFilters

SUGGESTIONS = 5
ANNOUNCED = 50
CATEGORIES = 50
LIKELY = 0.1
"""The rank a suggestion needs: a word of the title suffices, one somewhere in the text does not."""

MARK, UNMARK = "\ue000", "\ue001"
"""Stand around what matched until the text is escaped; no stored text has them."""

_HEADLINE = f'StartSel={MARK}, StopSel={UNMARK}, MaxWords=30, MinWords=15, MaxFragments=2, FragmentDelimiter=" … "'
_HEADLINE_READS = 20_000
"""Characters of a text that an excerpt is looked for in."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROW: AnyQuery = select(
    Article.id,
    Article.slug,
    Article.title,
    Article.summary,
    Article.category,
    Article.audience,
    Article.state,
    Article.updated_at,
    Article.published_at,
)


async def page(tx: AsyncSession, caller: Caller, filters: ArticleFilters) -> tuple[Sequence[AnyRow], str | None]:
    """F190, F193: one page of the articles a caller may see, the newest first, and the cursor of the next."""
    order = (Article.updated_at, Article.id)
    query = _ROW.where(*_matching(caller, filters)).order_by(*(c.desc() for c in order)).limit(filters.limit + 1)
    if after := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < after)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.updated_at, last.id) if last else None)


async def count(tx: AsyncSession, caller: Caller, filters: ArticleFilters) -> int:
    """How many articles match, counted no further than the cap."""
    matching: AnyQuery = select(literal_column("1")).select_from(Article).where(*_matching(caller, filters))
    counted = matching.limit(paging.COUNT_CAP + 1).subquery()
    return (await tx.execute(select(func.count()).select_from(counted))).scalar_one()


async def categories(tx: AsyncSession, caller: Caller) -> Sequence[str]:
    """The categories of the articles a caller may see, by name."""
    named = select(Article.category).where(visible(caller), Article.category.is_not(None))
    found = (await tx.execute(named.distinct().order_by(Article.category).limit(CATEGORIES))).scalars()
    return [category for category in found if category]


def _matching(caller: Caller, filters: ArticleFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [visible(caller)]
    if filters.category:
        found.append(Article.category == filters.category)
    if filters.state:
        found.append(Article.state.in_(filters.state))
    if filters.audience:
        found.append(Article.audience.in_(filters.audience))
    return found


async def search(tx: AsyncSession, caller: Caller, words: str, filters: ArticleFilters) -> Sequence[AnyRow]:
    """F185: the best matches, typos forgiven, each with an excerpt and `found`, the number of all of them."""
    audiences, states = reach(caller)
    hits = func.article_search(
        words,
        [audience for audience in audiences if audience in (filters.audience or audiences)],
        [state for state in states if state in (filters.state or states)],
        filters.category,
        paging.COUNT_CAP + 1,
    ).table_valued(column("id", Uuid), "rank", name="hits")
    best = (
        _ROW.add_columns(Article.plain, hits.c.rank, func.count().over().label("found"))
        .join(hits, hits.c.id == Article.id)
        .where(*_matching(caller, filters))
        .order_by(hits.c.rank.desc(), Article.id.desc())
        .limit(filters.limit)
        .subquery()
    )
    text = func.left(best.c.plain, _HEADLINE_READS)
    excerpt = func.ts_headline(literal_column("'stems'::regconfig"), text, func.any_word(words), _HEADLINE)
    query: AnyQuery = select(*(c for c in best.c if c.key != "plain"), excerpt.label("excerpt"))
    return (await tx.execute(query.order_by(best.c.rank.desc(), best.c.id.desc()))).all()


async def suggestions(tx: AsyncSession, caller: Caller, words: str) -> Sequence[AnyRow]:
    """The few articles most likely to answer what is being typed."""
    rows = await search(tx, caller, words, ArticleFilters(limit=SUGGESTIONS, state=["published"]))
    return [row for row in rows if row.rank >= LIKELY]


async def one(tx: AsyncSession, caller: Caller, key: str) -> AnyRow | None:
    """One article, or None when missing or not for this caller."""
    query = _ROW.add_columns(Article.body, Article.version).where(visible(caller), by_key(key))
    return (await tx.execute(query)).one_or_none()


def by_key(key: str) -> ColumnElement[bool]:
    """An article by its slug or its id; no slug looks like an id."""
    return Article.id == UUID(key) if is_id(key) else Article.slug == key


def is_id(key: str) -> bool:
    """Does this look like an id?"""
    return _ID.fullmatch(key) is not None


async def taken(tx: AsyncSession, slugs: Sequence[str]) -> set[str]:
    """Those of these slugs that an article of this tenant has."""
    return set((await tx.execute(select(Article.slug).where(Article.slug.in_(slugs)))).scalars())


async def announcements(tx: AsyncSession, caller: Caller, *, ever: bool = False) -> Sequence[Announcement]:
    """What is out of order now, the newest first; with `ever`, also what was and what will be."""
    if not reads_announcements(caller):
        return []
    query = select(Announcement).order_by(Announcement.starts_at.desc(), Announcement.id.desc()).limit(ANNOUNCED)
    if not ever:
        going_on = or_(Announcement.ends_at.is_(None), Announcement.ends_at > func.now())
        query = query.where(Announcement.starts_at <= func.now(), going_on)
    return (await tx.execute(query)).scalars().all()
