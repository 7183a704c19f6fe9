"""What crosses HTTP about mails, and in the changes feed."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kit.paging import CursorText, Limit
from kit.schemas import Person, View, storable

State = Literal["queued", "sending", "sent", "failed", "unknown"]


class MailFilters(BaseModel):
    """Which mails to list, from where. `to` is a whole address."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[list[State], Field(max_length=5)] = []
    to: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, max_length=254),
        AfterValidator(lambda address: address and storable(address)),
    ] = None
    cursor: CursorText = None
    limit: Limit = 25


class MailRow(View):
    """One mail, as staff see it: to whom and how it fared, never what it says.

    `about` is the reference of what it tells of. `next_at` is when it is tried again; none when it never is.
    """

    id: UUID
    recipient: Person
    template: str
    about: str | None
    state: State
    tries: int
    error: str | None
    created_at: datetime
    next_at: datetime | None
    sent_at: datetime | None


class MailPage(View):
    """One page of the list."""

    items: list[MailRow]
    next: str | None


class OutgoingView(View):
    """F202: whether the outgoing server answers, since when it is so, and when it was last asked."""

    answers: bool
    since: datetime | None
    checked_at: datetime | None
    error: str | None


NOW = "now"
"""Where a program begins that loads all records first and follows the feed from then on."""


class ChangesAsked(BaseModel):
    """Which changes, from where, how many; and how long to wait where there are none."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[
        str | None, Field(max_length=300, description="A cursor of this feed, or `now`; all that is kept without it.")
    ] = None
    types: Annotated[
        list[Annotated[str, StringConstraints(max_length=100)]],
        Field(max_length=50, description="Only these events; all that the key may read without it."),
    ] = []
    limit: Limit = 100
    wait: Annotated[float, Field(ge=0, le=25, description="Seconds to wait until something happens.")] = 0


class ChangeRow(View):
    """One event as it was said, with the cursor that goes on behind it. `version` is its record's own."""

    cursor: str
    id: UUID
    type: str
    occurred_at: datetime
    version: int
    data: dict[str, Any]


class ChangePage(View):
    """Some of the feed. `next` is always there, to be asked for next; with `more` there is more behind it already."""

    items: list[ChangeRow]
    next: str
    more: bool
