"""Tables of the cases themselves, and of what was said on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted
from kit.ids import now

OPEN_STATUSES = ("new", "in_progress", "waiting", "resolved")
STATUSES = {
    "new": "New",
    "in_progress": "In progress",
    "waiting": "Waiting for you",
    "resolved": "Resolved",
    "closed": "Closed",
}
PRIORITIES = ("low", "normal", "high", "urgent")


class Case(Tenanted, Base):
    """One request of a contact. `number` counts per tenant; people quote it as CASE-<number>."""

    __tablename__ = "cases"

    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    subject: Mapped[str]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default="new")
    priority: Mapped[str] = mapped_column(default="normal")
    category: Mapped[str | None]
    """What its category was called when it was chosen."""
    category_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    product_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    """F101: the group that shares it."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """The answers to its category's questions, by their keys."""
    asset: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    opened_via: Mapped[str] = mapped_column(default="portal")
    """portal, staff, mail, api or guest."""
    external_id: Mapped[str | None]
    requester_email: Mapped[str | None]
    """F129: who asked without logging in."""
    organisation_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    contact_name: Mapped[str]
    assignee_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    response_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    response_missed_at: Mapped[datetime | None]
    resolution_missed_at: Mapped[datetime | None]
    next_update_on: Mapped[date | None]
    paused_since: Mapped[datetime | None]
    """Since when the clock stands still, waiting for the customer."""
    paused_minutes: Mapped[int] = mapped_column(default=0)
    """Minutes of business for which it has stood still before."""
    merged_into_id: Mapped[UUID | None]
    linked_from_id: Mapped[UUID | None]
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None]
    rated_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What people quote."""
        return f"CASE-{self.number}"


class Entry(Tenanted, Base):
    """One line of a case's timeline: a note, a change of a field, a file."""

    __tablename__ = "entries"

    case_id: Mapped[UUID]
    kind: Mapped[str]
    visibility: Mapped[str]
    author_id: Mapped[UUID | None]
    author_kind: Mapped[str]
    author_name: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    field: Mapped[str | None]
    old: Mapped[str | None]
    new: Mapped[str | None]
    external_id: Mapped[str | None]
    """What the CRM calls a note."""
    named: Mapped[bool] = mapped_column(default=False)
    """Written here, and named by the CRM afterwards: it may not change the words."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class Watcher(Base):
    """Somebody who follows a case besides the contact it is for: they read and answer, no more."""

    __tablename__ = "watchers"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
