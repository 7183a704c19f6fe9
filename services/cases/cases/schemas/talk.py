"""What crosses HTTP about what happens on a case after it is opened."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from cases.schemas.keys import CaseKey, Priority, StatusKey
from kit.schemas import Input, Line, Person, Prose, View

BULK = 200
"""How many cases one bulk change takes."""


class Follower(Input):
    """Who is to follow a case; nobody named is the caller."""

    person_id: UUID | None = None


class Followers(View):
    """Who follows a case besides the contact it is for."""

    watchers: list[Person]


class Rating(Input):
    """How well a case was solved: 5 is best."""

    rating: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] | None = None


class Merge(Input):
    """The case another one goes into."""

    into: CaseKey


class Split(Input):
    """A note that becomes a case of its own."""

    note_id: UUID
    subject: Line


class BulkChange(Input):
    """The same change to many cases."""

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=BULK)]
    status: StatusKey | None = None
    priority: Priority | None = None
    assignee_id: UUID | None = None
    group_id: UUID | None = None

    @model_validator(mode="after")
    def _something(self) -> "BulkChange":
        if not self.model_fields_set - {"case_ids"}:
            raise ValueError("name what to change")
        return self


class BulkRow(View):
    """What became of one case of a bulk change."""

    case_id: UUID
    reference: str | None
    outcome: Literal["changed", "unchanged", "refused"]
    detail: str | None = None


class BulkResult(View):
    """What became of each, in the order they were named."""

    rows: list[BulkRow]


class Views(View):
    """How many cases each view of the queue holds, each counted up to a cap; `saved` by the id of the kept ones."""

    mine: int
    unassigned: int
    groups: int
    overdue: int
    waiting: int
    all: int
    saved: dict[UUID, int] = {}


class NewCannedReply(Input):
    """A ready-made reply. `{{contact_name}}`, `{{reference}}`, `{{subject}}` and `{{agent_name}}` are filled in."""

    title: Line
    body: Prose
    group_id: UUID | None = None


class CannedReplyView(View):
    """A ready-made reply as it is kept."""

    id: UUID
    title: str
    body: str
    group_id: UUID | None
    version: int


class CannedReplies(View):
    """Those the caller may use, by title."""

    items: list[CannedReplyView]


class Writers(View):
    """Colleagues who are writing on a case just now."""

    writing: list[Person]


class DayOff(Input):
    """A day on which the desk does not work."""

    on_date: date
    name: Line


class Holidays(Input):
    """All of them."""

    days: Annotated[list[DayOff], Field(max_length=500)]


class DayOffView(View):
    """A day off, as it is kept."""

    on_date: date
    name: str


class HolidaysView(View):
    """The days off, in their order; version 0 until they are set for the first time."""

    days: list[DayOffView]
    version: int
