"""Tables of projects: what is done for a customer over months, step by step, and what is said on the way."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted
from kit.ids import now

PROJECT_STATUSES = {
    "planned": "Planned",
    "active": "In progress",
    "on_hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
}
TASK_STATUSES = {"open": "To do", "in_progress": "In progress", "done": "Done"}


class Project(Tenanted, Base):
    """F179: one undertaking for one organisation. People quote it as PRJ-<number>.

    `on_portal` shows it to those it is linked to; of kind `documents` it shows nowhere and only feeds files (F154).
    `progress` is a percentage: of the tasks customers may see that are done, or as somebody set it.
    """

    __tablename__ = "projects"

    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    external_id: Mapped[str | None]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="project")
    status: Mapped[str] = mapped_column(default="planned")
    on_portal: Mapped[bool] = mapped_column(default=False)
    documents_on_portal: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    progress: Mapped[int] = mapped_column(default=0)
    progress_by_tasks: Mapped[bool] = mapped_column(default=True)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def reference(self) -> str:
        """What people quote."""
        return f"PRJ-{self.number}"


class ProjectContact(Base):
    """A contact a project is linked to."""

    __tablename__ = "project_contacts"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)


class Milestone(Tenanted, Base):
    """F181: a day by which something stands."""

    __tablename__ = "milestones"

    project_id: Mapped[UUID]
    external_id: Mapped[str | None]
    title: Mapped[str]
    due_on: Mapped[date | None]
    reached_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class Task(Tenanted, Base):
    """F181: a step of a project. An `internal` one is staff's alone."""

    __tablename__ = "tasks"

    project_id: Mapped[UUID]
    milestone_id: Mapped[UUID | None]
    external_id: Mapped[str | None]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="open")
    internal: Mapped[bool] = mapped_column(default=False)
    assignee_kind: Mapped[str | None]
    assignee_name: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ProjectEntry(Tenanted, Base):
    """F182: something said on a project or one of its tasks; a report of how it stands; a change of a fact."""

    __tablename__ = "project_entries"

    project_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    kind: Mapped[str]
    visibility: Mapped[str]
    author_id: Mapped[UUID | None]
    author_kind: Mapped[str]
    author_name: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    field: Mapped[str | None]
    old: Mapped[str | None]
    new: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
