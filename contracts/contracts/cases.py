"""What cases says: a case's life, from opened to closed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from contracts.event import Actor, Event


class CaseOpened(Event):
    """A case was opened, by a contact, by staff for them, or by mail."""

    type = "case.opened.v1"
    read_with = "cases.read"
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
    category: str | None = None
    department: str | None = None
    product: str | None = None
    group_id: UUID | None = None
    """F101: the group it was given to, which has these members."""
    group_member_ids: list[UUID] = []
    opened_via: str = "portal"
    """portal, staff, mail, api or guest."""
    external_id: str | None = None
    """What the CRM calls it, where the CRM brought it."""
    notify: bool = False
    """Of what the CRM brought nobody is mailed, unless it says so: it wrote to its customers itself."""


class CaseNoteAdded(Event):
    """Somebody wrote on a case: to the customer, or among staff."""

    type = "case.note_added.v1"
    read_with = "cases.read"
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
    notify: bool = True
    """Not where the CRM brought it, which wrote to its customers itself: it is shown, and nobody is mailed."""
    group_member_ids: list[UUID] = []
    """F101: who is in the group that shares the case."""


class NoteName(BaseModel):
    """A note, and what the CRM calls it."""

    id: UUID
    external_id: str


class CaseChanged(Event):
    """A case has another status, priority, category, department, product, asset, group, assignee or external id."""

    type = "case.changed.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    subject: str
    status: str
    priority: str
    assignee_id: UUID | None
    changed_by: Actor
    fields: list[str]
    category: str | None = None
    group_id: UUID | None = None
    group_member_ids: list[UUID] = []
    """F101: who is in the group that shares the case."""
    external_id: str | None = None
    """What the CRM calls it."""
    note: NoteName | None = None
    """The note on it that the CRM has just named."""


class CaseClosed(Event):
    """A case was closed: nothing more can be written on it."""

    type = "case.closed.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    subject: str
    closed_by: Actor
    contact_id: UUID
    assignee_id: UUID | None
    watcher_ids: list[UUID]
    organisation_id: UUID | None = None
    """Whose case it is."""
    notify: bool = True
    """Not where the CRM closed it, which wrote to its customers itself."""


class CaseReopened(Event):
    """A closed case is worked on again."""

    type = "case.reopened.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    subject: str
    reopened_by: Actor
    contact_id: UUID
    assignee_id: UUID | None
    watcher_ids: list[UUID]
    organisation_id: UUID
    group_member_ids: list[UUID] = []
    """F101: who is in the group that shares the case."""


class CaseWatched(Event):
    """Other people follow a case now: `watcher_ids` are all of them."""

    type = "case.watched.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    contact_id: UUID
    watcher_ids: list[UUID]
    organisation_id: UUID


class CaseRated(Event):
    """The customer said how well a closed case was solved, from 1 to 5."""

    type = "case.rated.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    subject: str
    rating: int
    comment: str | None
    rated_by: Actor
    assignee_id: UUID | None


class CaseMerged(Event):
    """A case was closed as part of another one: what was said and what hung on it is there now."""

    type = "case.merged.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    into_id: UUID
    into_reference: str
    merged_by: Actor
    watcher_ids: list[UUID]
    """All who follow the case it went into."""
    organisation_id: UUID


class CasePromiseMissed(Event):
    """A case was not answered, or not solved, by when it was promised. Said once for each promise of a case."""

    type = "case.promise_missed.v1"
    read_with = "cases.read"
    case_id: UUID
    reference: str
    subject: str
    promise: Literal["response", "resolution"]
    due_at: datetime
    assignee_id: UUID | None
    group_id: UUID | None
    organisation_id: UUID
    group_member_ids: list[UUID] = []
    """F101: who is in the group that shares the case."""


class CaseReplyBegun(Event):
    """A member of staff began to write on a case: for their colleagues' open pages, who see it or not."""

    type = "case.reply_begun.v1"
    read_with = None
    case_id: UUID
    visibility: Literal["internal"] = "internal"
    by: Actor


class ProjectChanged(Event):
    """A project was made, changed, hidden or archived: all that others keep of it."""

    type = "project.changed.v1"
    read_with = "projects.read"
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
    external_id: str | None = None
    """What the CRM calls it."""


class ProjectCommentAdded(Event):
    """Somebody wrote on a project or one of its tasks: to the customer, or among staff."""

    type = "project.comment_added.v1"
    read_with = "projects.read"
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
