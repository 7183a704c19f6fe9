"""What crosses HTTP about a tenant's desk: the choices that hold for all its cases."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from cases.schemas.keys import Priority, StatusKey
from kit.schemas import Input, View

_Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
_Minutes = Annotated[int, Field(ge=1, le=525_600)]
_Days = Annotated[int, Field(ge=1, le=365)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
PRIORITIES: list[Priority] = ["low", "normal", "high", "urgent"]


def _in_order(span: tuple[str, str]) -> tuple[str, str]:
    if span[0] >= span[1]:
        raise ValueError("must end after it begins")
    return span


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise ValueError("is not the name of a time zone, such as Europe/London") from error
    return zone


Span = Annotated[tuple[_Time, _Time], AfterValidator(_in_order)]
"""From when to when, such as ["09:00", "17:00"]."""
Spans = Annotated[list[Span], Field(max_length=4)]
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]


class Week(Input):
    """When the desk works; a day without a span is a day off."""

    mon: Spans = [("09:00", "17:00")]
    tue: Spans = [("09:00", "17:00")]
    wed: Spans = [("09:00", "17:00")]
    thu: Spans = [("09:00", "17:00")]
    fri: Spans = [("09:00", "17:00")]
    sat: Spans = []
    sun: Spans = []


class BusinessHours(Input):
    """When time counts towards a promise."""

    zone: Zone = "UTC"
    days: Week = Week()


class Target(Input):
    """How soon a case of a priority is answered and solved, in minutes of business; None promises nothing."""

    response_minutes: _Minutes | None = None
    resolution_minutes: _Minutes | None = None


class Desk(Input):
    """The choices that hold for all cases of a tenant. What is not named keeps the value it has."""

    after_close: Literal["locked", "reopen", "reopen_within_days", "new_linked_case"] = "locked"
    """F125, F126: what a customer can do with a case that was closed."""
    reopen_days: _Days = 14
    default_assignee_id: UUID | None = None
    """F100: who gets cases that nobody else gets."""
    default_group_id: UUID | None = None
    """F101: the group that does; it comes before `default_assignee_id`."""
    alias: Literal["cases", "tickets"] = "cases"
    """F128: what the module is called; references stay CASE-1042."""
    business_hours: BusinessHours = BusinessHours()
    targets: dict[Priority, Target] = {}
    update_days: _Days | None = None
    """How often a customer is promised news, in days."""
    status_words: dict[StatusKey, _Words] = {}
    """What customers read for a status; without a word of its own it is called as everywhere."""
    priorities: Annotated[list[Priority], Field(min_length=1, max_length=4)] = PRIORITIES
    """Which priorities customers choose from."""
    customers_set_priority: bool = True
    history_for_customers: bool = True
    """F122: customers see what was changed on a case, and when."""
    managers_close: bool = False
    """F123: a manager of an organisation closes its cases as who opened them does."""
    assignee_email: bool = False
    """F106: customers see the e-mail address of who has their case; the name they always see."""
    rating: bool = True
    customers_edit: Annotated[list[Literal["subject", "priority"]], Field(max_length=2)] = ["subject", "priority"]
    """F120: what customers may change on an open case of theirs."""


class DeskView(View):
    """The desk, who set it so, and whether that can be undone."""

    desk: Desk
    version: int
    changed_by: str | None
    changed_at: datetime | None
    can_undo: bool
