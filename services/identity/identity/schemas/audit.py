"""The audit trail, as those who may read it read it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.paging import CursorText, Limit
from kit.schemas import Input, Search, View

Word = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)?$", max_length=60)]


class AuditFilters(Input):
    """Which lines to list. `action` is a whole one (contact.changed) or a kind of record (contact)."""

    subject_id: UUID | None = None
    action: Annotated[list[Word], Field(max_length=20)] = []
    actor_id: UUID | None = None
    actor: Search = None
    """A part of the name of whoever did it."""
    on_from: date | None = None
    on_to: date | None = None
    cursor: CursorText = None
    limit: Limit = 25


class AuditView(View):
    """O+8: one thing that was done: by whom, from where, to what, and field by field what was before and after."""

    number: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    place: str
    action: str
    subject_kind: str
    subject_id: UUID | None
    subject_name: str
    changes: dict[str, Any]


class AuditPage(View):
    """One page of the trail, newest first."""

    items: list[AuditView]
    next: str | None


class AuditVerdict(View):
    """Whether every line is there and as it was written; else the first that is not."""

    whole: bool
    lines: int
    broken_at: int | None
