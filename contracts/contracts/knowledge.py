"""What knowledge says: what becomes of articles."""

from typing import Literal
from uuid import UUID

from contracts.event import Event


class ArticleChanged(Event):
    """An article was written, changed, published or archived."""

    type = "article.changed.v1"
    read_with = "articles.read"
    article_id: UUID
    external_id: str | None
    slug: str
    title: str
    audience: Literal["public", "customers", "internal"]
    state: Literal["draft", "published", "archived"]
