"""Projects as the CRM brings them: all of each, every time."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cases.schemas.projects import AssigneeKind, Name, ProjectFields, TaskStatus, Text
from kit.schemas import Input, Line, View, storable

MOST = 1_000
"""Rows in one request."""

ExternalId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)
]
"""What the CRM calls a record."""


class FedMilestone(Input):
    """A milestone of a project, by the CRM's own id."""

    external_id: ExternalId
    title: Line
    due_on: date | None = None
    reached_on: date | None = None


class FedTask(Input):
    """A task of a project, by the CRM's own id; tasks keep the order they come in."""

    external_id: ExternalId
    title: Line
    body: Text = ""
    status: TaskStatus = "open"
    internal: bool = False
    assignee_kind: AssigneeKind | None = None
    assignee_name: Name = ""
    due_on: date | None = None
    milestone_external_id: ExternalId | None = None


class FedProject(ProjectFields):
    """A project as the CRM has it. Its tasks and milestones that are not named any more are taken away; those that
    staff added here stay. The owner is named by the address of a member of staff."""

    organisation_external_id: ExternalId
    contact_external_ids: Annotated[list[ExternalId], Field(max_length=100)] = []
    owner_email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] | None = None
    archived: bool = False
    milestones: Annotated[list[FedMilestone], Field(max_length=100)] = []
    tasks: Annotated[list[FedTask], Field(max_length=500)] = []


class ProjectRowIn(FedProject):
    """A project of a batch."""

    external_id: ExternalId


class ProjectBatch(BaseModel):
    """Up to 1,000 projects; each is checked by itself, so that a wrong one is refused alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Annotated[list[Any], Field(min_length=1, max_length=MOST)]


class FieldError(View):
    """What is wrong with a field."""

    field: str
    detail: str


class ProjectResult(View):
    """How one row fared. `row` counts from 0."""

    row: int
    external_id: str | None
    result: Literal["created", "updated", "unchanged", "failed"]
    id: UUID | None = None
    reference: str | None = None
    version: int | None = None
    errors: list[FieldError] = []


class ProjectBatchResult(View):
    """How the rows fared, in their order, and how many fared how."""

    results: list[ProjectResult]
    created: int
    updated: int
    unchanged: int
    failed: int
