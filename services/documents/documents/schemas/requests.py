"""What crosses HTTP about requests for a document."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from documents.schemas.shared import Description
from kit.paging import CursorText, Limit
from kit.schemas import Input, Line, View


class NewRequest(Input):
    """What is asked for, of whom, for which case, until which day."""

    title: Line
    note: Description = ""
    contact_id: UUID
    contact_name: Line
    organisation_id: UUID
    case_id: UUID | None = None
    due_on: date | None = None


class RequestAnswer(Input):
    """F143: the file that was asked for, uploaded by whoever was asked."""

    document_id: UUID


class SentBack(Input):
    """Why what came is not what was asked for; the contact reads it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class RequestFilters(BaseModel):
    """Which requests to list, the newest first; `overdue` are open ones whose day is over."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "overdue", "received", "closed"] | None = None
    case_id: UUID | None = None
    contact_id: UUID | None = None
    cursor: CursorText = None
    limit: Limit = 25


class RequestView(View):
    """A request for a document, and what came."""

    id: UUID
    title: str
    note: str
    contact_id: UUID
    contact_name: str
    organisation_id: UUID
    case_id: UUID | None
    due_on: date | None
    overdue: bool
    state: Literal["open", "received", "closed"]
    document_id: UUID | None
    reason: str
    asked_by_name: str
    created_at: datetime
    version: int


class RequestPage(View):
    """One page of requests."""

    items: list[RequestView]
    next: str | None
