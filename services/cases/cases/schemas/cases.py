"""What crosses HTTP about cases."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cases.schemas.forms import Answer, Answers
from kit.paging import CursorText, Limit
from kit.schemas import Input, Line, Person, Prose, Search, View

Priority = Literal["low", "normal", "high", "urgent"]
StatusKey = Literal["new", "in_progress", "waiting", "resolved", "closed"]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sort = Literal[
    "-updated_at",
    "updated_at",
    "-created_at",
    "created_at",
    "-priority",
    "priority",
    "-status",
    "status",
    "-reference",
    "reference",
]
"""F103: `priority` begins with the lowest, `status` with the closed ones; a minus turns it round."""
Column = Literal[
    "status",
    "priority",
    "category",
    "department",
    "organisation",
    "opened_by",
    "assigned_to",
    "created",
    "updated",
]
"""F104: what a line of the list says of a case besides its reference and subject."""
Columns = Annotated[list[Column], Field(max_length=9)]
Day = date
"""Under another name, because a filter is called `date`."""
DateField = Literal["created", "updated", "closed", "due"]
Queue = Literal["mine", "unassigned", "groups", "overdue", "waiting", "all"]
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
Assignee = Annotated[str | None, StringConstraints(pattern=rf"^(me|none|{_UUID})$")]
CaseKey = Annotated[str, StringConstraints(pattern=rf"^(CASE-[1-9][0-9]{{0,8}}|{_UUID})$")]
"""A case's id, or its reference."""


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


class CaseFilters(BaseModel):
    """Which cases to list, in which order, from where."""

    model_config = ConfigDict(extra="forbid")

    scope: Literal["mine", "all"] = "all"
    view: Queue | None = None
    """One of the staff's views of open cases."""
    id: Annotated[list[UUID], Field(max_length=50)] = []
    """These alone, for a page that names several: one question instead of one a case."""
    status: Annotated[list[StatusKey], Field(max_length=5)] = []
    priority: Annotated[list[Priority], Field(max_length=4)] = []
    q: Search = None
    assignee: Assignee = None
    contact_id: UUID | None = None
    organisation_id: UUID | None = None
    category_id: UUID | None = None
    department_id: UUID | None = None
    group_id: UUID | None = None
    """Which group shares a case is staff's to know: nothing matches for anybody else."""
    date: DateField = "created"
    """Which day `date_from` and `date_to` are about."""
    date_from: Day | None = None
    date_to: Day | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    sort: Sort = "-updated_at"
    cursor: CursorText = None
    limit: Limit = 25


class ExportFilters(CaseFilters):
    """F119: a list as its filters have it, as a file. `mark` begins it as spreadsheets know UTF-8 by.

    `columns` are those of the list on the screen, in the list's own order; without any, those that it begins with.
    """

    columns: Columns = []
    mark: bool = True


class Status(View):
    """A status and the words a customer reads for it."""

    key: StatusKey
    label: str


class Named(View):
    """An organisation or a group, as a list shows it."""

    id: UUID
    name: str | None


class CaseRow(View):
    """F104: one line of a list. `promise` is the next one to be kept."""

    id: UUID
    reference: str
    subject: str
    status: Status
    priority: Priority
    category: str | None
    department: str | None
    organisation: Named
    opened_by: Person
    assignee: Person | None
    created_at: datetime
    updated_at: datetime
    promise: "Promise | None" = None


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


class Promise(View):
    """What a customer is promised next: an answer, a solution, or news. `due` is a moment, for news a day."""

    kind: Literal["response", "resolution", "update"]
    due: datetime | date
    state: Literal["due", "overdue", "paused"]


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


class Counts(View):
    """Open cases by status and by priority."""

    by_status: dict[str, int]
    by_priority: dict[str, int]
    capped: bool
