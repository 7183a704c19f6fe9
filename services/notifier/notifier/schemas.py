"""What crosses HTTP about mails."""

from datetime import datetime
from typing import Annotated, Literal
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
