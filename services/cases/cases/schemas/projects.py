"""What crosses HTTP about projects."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Person, Prose, Search, View

ProjectStatus = Literal["planned", "active", "on_hold", "completed", "cancelled"]
ProjectKind = Literal["project", "documents"]
TaskStatus = Literal["open", "in_progress", "done"]
AssigneeKind = Literal["staff", "contact"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Percent = Annotated[int, Field(ge=0, le=100)]
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ProjectKey = Annotated[str, StringConstraints(pattern=rf"^(PRJ-[1-9][0-9]{{0,8}}|{_UUID})$")]
"""A project's id, or its reference."""


class ProjectFields(Input):
    """What is said of a project. `progress` null: counted from the tasks that are done."""

    name: Line
    description: Text = ""
    kind: ProjectKind = "project"
    status: ProjectStatus = "planned"
    on_portal: bool = False
    documents_on_portal: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    progress: Percent | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> "ProjectFields":
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("a project does not end before it starts")
        return self


class NewProject(ProjectFields):
    """A project to begin. Whoever begins it owns it unless another member of staff is named."""

    organisation_id: UUID
    owner_id: UUID | None = None
    contact_ids: Annotated[list[UUID], Field(max_length=100)] = []


class ProjectChange(Input):
    """F153, F154: what staff change; what is not named stays."""

    name: Line | None = None
    description: Text | None = None
    kind: ProjectKind | None = None
    status: ProjectStatus | None = None
    on_portal: bool | None = None
    documents_on_portal: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    progress: Percent | None = None
    organisation_id: UUID | None = None
    owner_id: UUID | None = None
    contact_ids: Annotated[list[UUID], Field(max_length=100)] | None = None


class NewTask(Input):
    """A step to add; an `internal` one is never shown to customers."""

    title: Line
    body: Text = ""
    status: TaskStatus = "open"
    internal: bool = False
    assignee_kind: AssigneeKind | None = None
    assignee_name: Name = ""
    due_on: date | None = None
    milestone_id: UUID | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class TaskChange(Input):
    """What of a task is others now; what is not named stays."""

    title: Line | None = None
    body: Text | None = None
    status: TaskStatus | None = None
    internal: bool | None = None
    assignee_kind: AssigneeKind | None = None
    assignee_name: Name | None = None
    due_on: date | None = None
    milestone_id: UUID | None = None
    position: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class NewMilestone(Input):
    """A day by which something is to stand."""

    title: Line
    due_on: date | None = None
    reached_on: date | None = None


class MilestoneChange(Input):
    """What of a milestone is others now; what is not named stays."""

    title: Line | None = None
    due_on: date | None = None
    reached_on: date | None = None


class NewComment(Input):
    """F182: something to say on a project, or on one of its tasks. `internal` is staff's: among themselves."""

    body: Prose
    visibility: Literal["customer", "internal"] = "customer"
    task_id: UUID | None = None
    author_name: Line | None = None
    """Who of the tenant's people said it, where the CRM brings it; whoever is logged in writes under their own name."""


class NewReport(Input):
    """F180: how the project stands, for the customer to read."""

    body: Prose
    visibility: Literal["customer", "internal"] = "customer"
    author_name: Line | None = None
    """As of a comment."""


class ProjectFilters(BaseModel):
    """Which projects to list, from where; those last changed first."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[list[ProjectStatus], Field(max_length=5)] = []
    kind: ProjectKind | None = None
    archived: bool = False
    organisation_id: UUID | None = None
    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class Labelled(View):
    """A status and the words a customer reads for it."""

    key: str
    label: str


class Organisation(View):
    """An organisation, as a list shows it."""

    id: UUID
    name: str | None


class ProjectRow(View):
    """F179: one line of a list."""

    id: UUID
    reference: str
    name: str
    kind: ProjectKind
    status: Labelled
    organisation: Organisation
    progress: int
    on_portal: bool
    documents_on_portal: bool
    starts_on: date | None
    ends_on: date | None
    archived: bool
    updated_at: datetime


class ProjectPage(View):
    """One page of a list."""

    items: list[ProjectRow]
    next: str | None
    total: Total


class TaskRow(View):
    """F180: a step, as the project's page lists it."""

    id: UUID
    title: str
    status: Labelled
    internal: bool
    assignee_kind: AssigneeKind | None
    assignee_name: str
    due_on: date | None
    milestone_id: UUID | None
    position: int
    external_id: str | None
    version: int


class MilestoneRow(View):
    """F180: a milestone, as the project's page lists it."""

    id: UUID
    title: str
    due_on: date | None
    reached_on: date | None
    external_id: str | None
    version: int


class EntryView(View):
    """A comment, a report, or a change, as pages tell it."""

    id: UUID
    kind: Literal["comment", "report", "change"]
    visibility: Literal["customer", "internal"]
    task_id: UUID | None
    author: Person
    body_html: str
    field: str | None
    old: str | None
    new: str | None
    created_at: datetime


class Choices(View):
    """Whom staff choose from: owners among staff, contacts of the project's organisation."""

    staff: list[Person]
    contacts: list[Person]


class ProjectView(ProjectRow):
    """F180: a project with its tasks, milestones, and the newest of what was said and changed."""

    external_id: str | None
    description: str
    description_html: str
    progress_by_tasks: bool
    owner: Person | None
    contacts: list[Person]
    version: int
    may: dict[str, bool]
    choices: Choices | None
    """For whoever may edit; null for everybody else."""
    tasks: list[TaskRow]
    milestones: list[MilestoneRow]
    entries: list[EntryView]
    next_entries: str | None


class Of(View):
    """The project that a task or milestone belongs to."""

    id: UUID
    reference: str
    name: str


class TaskView(TaskRow):
    """F181: a task by itself, with what was said on it."""

    project: Of
    body: str
    body_html: str
    milestone: MilestoneRow | None
    milestones: list[MilestoneRow]
    may: dict[str, bool]
    entries: list[EntryView]
    next_entries: str | None


class MilestoneView(MilestoneRow):
    """F181: a milestone by itself, with the tasks that lead to it."""

    project: Of
    may: dict[str, bool]
    tasks: list[TaskRow]


class ProjectState(View):
    """Where a project stands after a verb: enough to go on, or to change it again."""

    id: UUID
    reference: str
    name: str
    status: Labelled
    progress: int
    archived: bool
    version: int
