"""What crosses HTTP about articles."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Prose, Search, View, storable

Audience = Literal["public", "customers", "internal"]
State = Literal["draft", "published", "archived"]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
ArticleKey = Annotated[str, StringConstraints(max_length=100), AfterValidator(storable)]
"""An article's slug, or its id."""
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
"""What the CRM calls the article."""


class NewArticle(Input):
    """An article to write. It begins as a draft; without a summary its first words are it."""

    title: Line
    body: Prose
    summary: Summary | None = None
    category: Category | None = None
    audience: Audience = "customers"


class ArticleChange(Input):
    """What to change; what is not named stays. A summary of null is made from the body."""

    title: Line | None = None
    body: Prose | None = None
    summary: Summary | None = None
    category: Category | None = None
    audience: Audience | None = None

    @model_validator(mode="before")
    @classmethod
    def _keep_what_every_article_has(cls, values: Any) -> Any:
        for field in ("title", "body", "audience"):
            if isinstance(values, dict) and field in values and values[field] is None:
                raise ValueError(f"{field} cannot be taken away")
        return values


class FedArticle(Input):
    """An article as the CRM has it. `slug` is a wish: taken, it gets an ending; once published, it stays."""

    title: Line
    body: Prose
    audience: Audience
    state: State
    slug: Slug | None = None
    summary: Summary | None = None
    category: Category | None = None


class ArticleFilters(BaseModel):
    """Which articles to list. With `q`, the best matches come on one page of at most 50. With `categories`, the
    answer also names the categories there are."""

    model_config = ConfigDict(extra="forbid")

    q: Search = None
    category: Annotated[Category | None, AfterValidator(lambda t: t and storable(t))] = None
    state: Annotated[list[State], Field(max_length=3)] = []
    audience: Annotated[list[Audience], Field(max_length=3)] = []
    categories: bool = False
    announcements: bool = False
    """Name the current announcements besides."""
    cursor: CursorText = None
    limit: Limit = 25


class ArticleRow(View):
    """F190: one line of a list. `excerpt_html` is a search's: escaped text with <mark> around what matched."""

    id: UUID
    slug: str
    title: str
    summary: str
    category: str | None
    audience: Audience
    state: State
    updated_at: datetime
    published_at: datetime | None
    excerpt_html: str | None = None


class ArticlePage(View):
    """One page of a list; `best_only` says that these are a search's best matches and no page follows.
    `categories`, when asked for, are those of all articles the caller may read."""

    items: list[ArticleRow]
    next: str | None
    total: Total
    best_only: bool = False
    categories: list[str] = []
    announcements: list["AnnouncementView"] = []


class NewAnnouncement(Input):
    """What is known to be out of order. Without categories it concerns every case."""

    title: Line
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000)]
    categories: Annotated[list[Category], Field(max_length=50)] = []
    starts_at: datetime | None = None
    """Now, where nothing is said."""
    ends_at: datetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "NewAnnouncement":
        for moment in (self.starts_at, self.ends_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("times are said with their zone")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must come after starts_at")
        return self


class AnnouncementView(View):
    """An announcement, as its readers and its writers see it."""

    id: UUID
    title: str
    text: str
    categories: list[str]
    starts_at: datetime
    ends_at: datetime | None
    version: int


class Announcements(View):
    """The current ones; for who publishes, all of the newest."""

    items: list[AnnouncementView]


class Suggestion(View):
    """An article that may answer what somebody is typing."""

    slug: str
    title: str
    excerpt_html: str


class Suggestions(View):
    """The few best."""

    items: list[Suggestion]


class ArticleView(ArticleRow):
    """An article as a page shows it; `body`, its Markdown, only for who may write."""

    body_html: str
    body: str | None
    version: int
    may: dict[str, bool]


class ArticleState(View):
    """Where an article stands after a verb."""

    id: UUID
    slug: str
    external_id: str | None
    audience: Audience
    state: State
    published_at: datetime | None
    version: int
