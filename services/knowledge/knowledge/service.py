"""What can be done to articles. The only place that writes them."""

import html
import re
import textwrap
import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

import nh3
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import ArticleChanged
from kit.batches import Result
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit
from kit.problems import VersionStale
from kit.text import rendered
from knowledge import queries
from knowledge.errors import (
    AnnouncementNotFound,
    ArticleNotFound,
    MayNotAnnounce,
    MayNotFeed,
    MayNotPublish,
    MayNotWrite,
    WrittenAtTheSameMoment,
)
from knowledge.models import Announcement, Article
from knowledge.policy import announces, can, feeds, visible
from knowledge.schemas import ArticleChange, FedArticle, NewAnnouncement, NewArticle

SUMMARY_LENGTH = 200
SLUG_LENGTH = 80
SAID_AT_ONCE = 500
RESERVED = frozenset({"new", "suggestions", "by-external-id"})
"""Words that addresses below /articles have for something else."""


async def write_article(tx: AsyncSession, caller: Caller, new: NewArticle) -> Article:
    """Begin an article, as a draft."""
    article = Article(id=new_id(), slug="", title="", summary="", body="", plain="", state="draft")
    if not can(caller, "edit", article):
        raise MayNotWrite()
    await _fill(tx, article, new.model_dump())
    await _add(tx, article)
    return article


async def change_article(tx: AsyncSession, caller: Caller, key: str, change: ArticleChange, version: int) -> Article:
    """Change what an article says. Raises VersionStale when it has moved on."""
    article = await _load(tx, visible(caller) & queries.by_key(key))
    if article is None:
        raise ArticleNotFound()
    if article.version != version:
        raise VersionStale()
    if not can(caller, "edit", article):
        raise MayNotPublish() if caller.has("articles.write") else MayNotWrite()
    if await _fill(tx, article, change.model_dump(exclude_unset=True)):
        await _touch(tx, article)
    return article


async def publish_article(tx: AsyncSession, caller: Caller, key: str) -> Article:
    """Show an article to its audience; a published one stays as it is."""
    return await _turn(tx, caller, key, "published")


async def archive_article(tx: AsyncSession, caller: Caller, key: str) -> Article:
    """Take an article away from its readers; an archived one stays as it is."""
    return await _turn(tx, caller, key, "archived")


async def _turn(tx: AsyncSession, caller: Caller, key: str, state: str) -> Article:
    article = await _load(tx, visible(caller) & queries.by_key(key))
    if article is None:
        raise ArticleNotFound()
    if article.state == state:
        return article
    if not can(caller, "publish" if state == "published" else "archive", article):
        raise MayNotPublish()
    _set_state(article, state)
    await _touch(tx, article)
    return article


async def feed_article(tx: AsyncSession, caller: Caller, external_id: str, fed: FedArticle) -> tuple[Article, Result]:
    """Make or change the article the CRM calls so; the same content changes nothing. What became of it?"""
    if not feeds(caller):
        raise MayNotFeed()
    article = await _load(tx, Article.external_id == external_id)
    result: Result = "unchanged" if article else "created"
    article = article or Article(
        id=new_id(), slug="", title="", summary="", body="", plain="", state="draft", external_id=external_id
    )
    changed = await _fill(tx, article, fed.model_dump(exclude={"state", "slug"}), fed.slug)
    changed |= _set_state(article, fed.state)
    if result == "created":
        await _add(tx, article)
    elif changed:
        await _touch(tx, article)
        result = "updated"
    return article, result


async def _load(tx: AsyncSession, which: ColumnElement[bool]) -> Article | None:
    return (await tx.execute(select(Article).where(which).with_for_update())).scalar_one_or_none()


async def _fill(tx: AsyncSession, article: Article, wanted: dict[str, Any], slug: str | None = None) -> bool:
    """Set what is wanted and what is made of it: plain text, summary, slug. Did anything change?"""
    if "body" in wanted:
        wanted["plain"] = _plain(wanted["body"])
    made = article.summary == _summary(article.plain)
    if wanted.get("summary", "" if made else article.summary) in (None, ""):
        wanted["summary"] = _summary(wanted.get("plain", article.plain))
    if article.published_at is None and ("title" in wanted or slug):
        wanted["slug"] = await _free_slug(tx, article, slug or wanted["title"])
    changed = {field: value for field, value in wanted.items() if getattr(article, field) != value}
    for field, value in changed.items():
        setattr(article, field, value)
    return bool(changed)


def _plain(markdown: str) -> str:
    """The words alone, without the characters that excerpts are marked with."""
    text = html.unescape(nh3.clean(rendered(markdown), tags=set()))
    return text.replace(queries.MARK, "").replace(queries.UNMARK, "")


def _summary(plain: str) -> str:
    return textwrap.shorten(plain, SUMMARY_LENGTH, placeholder=" …")


async def _free_slug(tx: AsyncSession, article: Article, wish: str) -> str:
    """An address out of a title or a wish: the plain one, or with an ending of the article's own."""
    plain = slugified(wish) or "article"
    ending = f"{plain}-{article.id.hex[-6:]}"
    if article.slug in (plain, ending):
        return article.slug
    return ending if plain in await queries.taken(tx, [plain]) else plain


def slugified(title: str) -> str:
    """A title as an address: lower-case ASCII words and hyphens; empty when nothing of it is left."""
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only)[:SLUG_LENGTH].strip("-")
    return f"article-{slug}" if slug in RESERVED or queries.is_id(slug) else slug


def _set_state(article: Article, state: str) -> bool:
    if article.state == state:
        return False
    article.state = state
    if state == "published":
        article.published_at = article.published_at or now()
    return True


async def _add(tx: AsyncSession, article: Article) -> None:
    tx.add(article)
    await _flush(tx)
    _say(tx, article)


async def _touch(tx: AsyncSession, article: Article) -> None:
    article.version += 1
    article.updated_at = now()
    await _flush(tx)
    _say(tx, article)


async def say_again(tx: AsyncSession, after: UUID) -> list[UUID]:
    """E7: say the articles behind this id as they are, one batch of them. Returns which, in their order."""
    query = select(Article).where(Article.id > after).order_by(Article.id).limit(SAID_AT_ONCE)
    articles = (await tx.execute(query)).scalars().all()
    for article in articles:
        _say(tx, article)
    return [article.id for article in articles]


def _say(tx: AsyncSession, article: Article) -> None:
    names = ("external_id", "slug", "title", "audience", "state")
    event = ArticleChanged(article_id=article.id, **{name: getattr(article, name) for name in names})
    emit(tx, event, version=article.version)


async def _flush(tx: AsyncSession) -> None:
    try:
        await tx.flush()
    except IntegrityError as error:
        raise WrittenAtTheSameMoment() from error


async def announce(tx: AsyncSession, caller: Caller, new: NewAnnouncement) -> Announcement:
    """Say what is out of order."""
    if not announces(caller):
        raise MayNotAnnounce()
    said = Announcement(id=new_id(), author_name=caller.name, **_announced(new, now()))
    tx.add(said)
    await tx.flush()
    return said


async def change_announcement(
    tx: AsyncSession, caller: Caller, announcement_id: UUID, wanted: NewAnnouncement, version: int
) -> Announcement:
    """Say it otherwise, or until when: what ended is shown to no customer. Raises VersionStale."""
    if not announces(caller):
        raise MayNotAnnounce()
    query = select(Announcement).where(Announcement.id == announcement_id).with_for_update()
    said = (await tx.execute(query)).scalar_one_or_none()
    if said is None:
        raise AnnouncementNotFound()
    if said.version != version:
        raise VersionStale()
    for name, value in _announced(wanted, said.starts_at).items():
        setattr(said, name, value)
    said.version += 1
    return said


def _announced(new: NewAnnouncement, starts_at: datetime) -> dict[str, Any]:
    return new.model_dump() | {"starts_at": new.starts_at or starts_at}
