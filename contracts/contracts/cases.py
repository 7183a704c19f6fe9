"""What cases says: a case's life, from opened to closed."""

from typing import Literal
from uuid import UUID

from contracts.event import Actor, Event


class CaseOpened(Event):
    """A case was opened, by a contact, by staff for them, or by mail."""

    type = "case.opened.v1"
    case_id: UUID
    reference: str
    subject: str
    status: str
    priority: str
    organisation_id: UUID
    opened_by: Actor
    contact_id: UUID
    assignee_id: UUID | None
    document_ids: list[UUID]


class CaseNoteAdded(Event):
    """Somebody wrote on a case: to the customer, or among staff."""

    type = "case.note_added.v1"
    case_id: UUID
    reference: str
    subject: str
    note_id: UUID
    visibility: Literal["customer", "internal"]
    author: Actor
    contact_id: UUID
    assignee_id: UUID | None
    watcher_ids: list[UUID]
    excerpt: str
    document_ids: list[UUID]
    organisation_id: UUID | None = None
    """Whose case it is."""
    author_organisation_id: UUID | None = None
    """For whom a contact wrote: the organisation they acted for."""


class CaseChanged(Event):
    """A case has another status, priority, category or assignee."""

    type = "case.changed.v1"
    case_id: UUID
    reference: str
    subject: str
    status: str
    priority: str
    assignee_id: UUID | None
    changed_by: Actor
    fields: list[str]


class CaseClosed(Event):
    """A case was closed: nothing more can be written on it."""

    type = "case.closed.v1"
    case_id: UUID
    reference: str
    subject: str
    closed_by: Actor
    contact_id: UUID
    assignee_id: UUID | None
    watcher_ids: list[UUID]
    organisation_id: UUID | None = None
    """Whose case it is."""


class ProjectChanged(Event):
    """A project was made, changed, hidden or archived: all that others keep of it."""

    type = "project.changed.v1"
    project_id: UUID
    reference: str
    name: str
    kind: Literal["project", "documents"]
    """F154: `documents` hides the project, and still feeds My Documents."""
    on_portal: bool
    """F153: Show on Portal."""
    documents_on_portal: bool
    """F153: Show Documents on Portal."""
    organisation_id: UUID
    contact_ids: list[UUID]
    """Contacts linked to the project."""
    archived: bool


class ProjectCommentAdded(Event):
    """Somebody wrote on a project or one of its tasks: to the customer, or among staff."""

    type = "project.comment_added.v1"
    project_id: UUID
    reference: str
    name: str
    comment_id: UUID
    task_id: UUID | None
    task_title: str | None
    visibility: Literal["customer", "internal"]
    author: Actor
    owner_id: UUID | None
    organisation_id: UUID
    contact_ids: list[UUID]
    """Linked contacts who may read it on the portal: nobody for what is internal or not shown there."""
    excerpt: str
