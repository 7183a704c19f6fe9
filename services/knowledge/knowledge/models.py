"""Tables of knowledge: the articles."""

from datetime import datetime

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Tenanted
from kit.ids import now

AUDIENCES = ("public", "customers", "internal")
"""Who an article is for: everybody, logged-in contacts, staff alone (F191)."""

STATES = ("draft", "published", "archived")


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES


class Article(Tenanted, Base):
    """One article. `body` is Markdown as written, `plain` the same without its marks, for search and excerpts.

    `published_at` is when readers first saw it: from then on its slug stays.
    """

    __tablename__ = "articles"

    slug: Mapped[str]
    external_id: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    plain: Mapped[str]
    category: Mapped[str | None]
    audience: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]


class Announcement(Tenanted, Base):
    """What is known to be out of order, from when until when; without `categories` it concerns everybody."""

    __tablename__ = "announcements"

    title: Mapped[str]
    text: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    author_name: Mapped[str]
