"""What crosses HTTP about one case: what opens it, what changes it, and how it is read."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from cases.schemas.forms import Answer, Answers
from cases.schemas.keys import CaseKey, Category, Named, Priority, Status, StatusKey
from cases.schemas.lists import CaseRow, Promise
from kit.schemas import Input, Line, Person, Prose, View


class Asset(Input):
    """F098: what a case is about, by whatever the customer or another system calls it."""

    id: Annotated[str, StringConstraints(max_length=100)] | None = None
    label: Line


class NewCase(Input):
    """F094: a case to open. `contact_id` is staff's, and a manager's of their colleagues: whom they open it for.

    `category` names one by its name. A template fills in category, product and priority where they are not named.
    """

    subject: Line
    body: Prose
    category: Category | None = None
    category_id: UUID | None = None
    department_id: UUID | None = None
    product_id: UUID | None = None
    template_id: UUID | None = None
    priority: Priority = "normal"
    fields: Answers = {}
    asset: Asset | None = None
    document_ids: Annotated[list[UUID], Field(max_length=20)] = []
    contact_id: UUID | None = None
    linked_from: CaseKey | None = None
    """F125: the closed case this one goes on from."""


class NewNote(Input):
    """F108: something to add. `internal` is staff's: among themselves."""

    body: Prose
    visibility: Literal["customer", "internal"] = "customer"
    document_ids: Annotated[list[UUID], Field(max_length=20)] = []
    status: Literal["in_progress", "waiting", "resolved"] | None = None
    """Staff's: how the case stands once this is said."""
    seen_at: datetime | None = None
    """When the writer last looked: if somebody else wrote since, nothing is sent and they are told."""


class CaseChange(Input):
    """What staff change, and of it what customers may (F120); what is not named stays."""

    subject: Line | None = None
    status: StatusKey | None = None
    priority: Priority | None = None
    category: Category | None = None
    """By its name; `category_id` comes before it."""
    category_id: UUID | None = None
    department_id: UUID | None = None
    product_id: UUID | None = None
    group_id: UUID | None = None
    """F101: the group that is to share it."""
    asset: Asset | None = None
    assignee_id: UUID | None = None


class TimelineEntry(View):
    """A note, a change, or a file, as the case page tells it."""

    id: UUID
    kind: Literal["note", "change", "file"]
    visibility: Literal["customer", "internal"]
    author: Person
    body_html: str
    field: str | None
    old: str | None
    new: str | None
    created_at: datetime


class Colleague(Person):
    """F060: somebody a case may be given to."""

    on_duty: bool


class AfterClose(View):
    """F125: what the desk allows once a case is closed, and until when."""

    policy: Literal["locked", "reopen", "reopen_within_days", "new_linked_case"]
    until: datetime | None = None


class OtherCase(View):
    """Another case, as a line beside this one."""

    reference: str
    subject: str
    status: Status
    contact_name: str


class History(View):
    """What else the contact asked, and the rest of the organisation."""

    contact: list[OtherCase]
    organisation: list[OtherCase]


class Choice(View):
    """Something to choose, by its name."""

    id: UUID
    title: str


class NamedArticle(View):
    """An article that helps with the case, as its readers find it."""

    id: UUID
    slug: str
    title: str
    audience: Literal["public", "customers", "internal"]


class CaseView(CaseRow):
    """F106: a case, what was said on it, and what this caller may do."""

    body_html: str
    category_id: UUID | None
    department_id: UUID | None
    product_id: UUID | None
    product: str | None
    group: Named | None
    """F101: who shares it, where the caller is staff."""
    asset: Asset | None
    fields: list[Answer]
    """The answers to its category's questions; customers see their own only."""
    opened_via: Literal["portal", "staff", "mail", "api", "guest"]
    requester_email: str | None
    external_id: str | None
    closed_at: datetime | None
    version: int
    may: dict[str, bool]
    articles: list[NamedArticle]
    """Those that staff named, of those the caller reads."""
    watchers: list[Person]
    """F111: who is told of what is said, besides the contact."""
    participants: list[Person]
    """Who wrote on it."""
    followable: list[Person]
    """Whom the caller may let follow it."""
    editable: list[str]
    """F120: what a customer may change on it."""
    promises: list[Promise]
    """What was promised to the customer and is not kept yet, what comes first leading."""
    after_close: AfterClose
    rating: int | None
    rating_comment: str | None
    rated_at: datetime | None
    merged_into: str | None
    """The case it went into, for who may see that one."""
    linked_from: str | None
    canned: list[Choice]
    """Ready-made replies the caller may use here."""
    writing: list[Person]
    """Colleagues who are writing on it just now."""
    history: History | None
    colleagues: list[Colleague]
    """F107: whom this caller may give the case to, by name; nobody for who may not."""
    timeline: list[TimelineEntry]
    next_timeline: str | None


class CaseState(View):
    """Where a case stands after a verb: enough to go on, or to change it again."""

    id: UUID
    reference: str
    status: Status
    priority: Priority
    category: str | None
    assignee_id: UUID | None
    group_id: UUID | None
    version: int
