"""Projects as the CRM brings them: all of each, every time."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cases.schemas.projects import AssigneeKind, Name, ProjectFields, TaskStatus, Text
from kit.batches import MOST, BatchResult, RowResult, raw
from kit.schemas import ExternalId, Input, Line


class FedMilestone(Input):
    """A milestone of a project, by the CRM's own id."""

    external_id: ExternalId
    title: Line
    due_on: date | None = None
    reached_on: date | None = None


class TaskRecord(Input):
    """A task as the CRM has it."""

    title: Line
    body: Text = ""
    status: TaskStatus = "open"
    internal: bool = False
    assignee_kind: AssigneeKind | None = None
    assignee_name: Name = ""
    due_on: date | None = None
    milestone_external_id: ExternalId | None = None


class FedTask(TaskRecord):
    """A task of a project, by the CRM's own id; tasks keep the order they come in."""

    external_id: ExternalId


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

    rows: Annotated[list[Annotated[Any, raw(ProjectRowIn)]], Field(min_length=1, max_length=MOST)]


class ProjectResult(RowResult):
    """How one row fared, with what people quote of the project."""

    reference: str | None = None


class ProjectBatchResult(BatchResult[ProjectResult]):
    """How the rows fared, in their order, and how many fared how."""
