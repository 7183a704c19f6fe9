"""Articles that help with a case: copies of knowledge's, and on which cases they are named."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted
from kit.ids import now


class KnownArticle(Tenanted, Base):
    """A copy of what an article is called and whom it is for, fed by knowledge's events."""

    __tablename__ = "articles"

    slug: Mapped[str]
    title: Mapped[str]
    audience: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]


class CaseArticle(Base):
    """An article that staff named on a case."""

    __tablename__ = "case_articles"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    article_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
