"""What crosses HTTP about lists of cases: which to list, in which order, and what a line says."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cases.schemas.keys import Assignee, Named, Priority, Status, StatusKey
from kit.paging import CursorText, Limit
from kit.schemas import Person, Search, View

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


class Promise(View):
    """What a customer is promised next: an answer, a solution, or news. `due` is a moment, for news a day."""

    kind: Literal["response", "resolution", "update"]
    due: datetime | date
    state: Literal["due", "overdue", "paused"]


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
    promise: Promise | None = None
    excerpt: str | None = None
    """F083: how it begins, where that was asked for."""


class Counts(View):
    """Open cases by status and by priority."""

    by_status: dict[str, int]
    by_priority: dict[str, int]
    capped: bool
