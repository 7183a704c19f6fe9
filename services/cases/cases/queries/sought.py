"""F118: what a search of cases finds, within all that its list asks.

Trigram operators are not leakproof: under row-level security their index is used only from inside the one function
that takes the tenant from the setting itself. It finds the newest thousand, so whatever narrows the list is told to it:
what the list left out afterwards would have taken the place of older cases that belong there.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from cases.policy import reach
from cases.schemas.lists import CaseFilters
from kit import paging
from kit.caller import Caller
from kit.ids import now

_PLAIN = {"id", "status", "priority", "contact_id", "organisation_id", "category_id", "department_id", "group_id"}


FAR, ALL = 20_000, 2**31 - 1
"""How many of the newest a search looks at for an order in which the newest do not come first, and for a file."""


def hits(caller: Caller, filters: CaseFilters, after: datetime | None = None, most: int = 0) -> ColumnElement[Any]:
    """The ids, as an array. Once for the page and its count. `after` on later pages: when the last row was changed."""
    organisations, person = reach(caller)
    whose = cast(organisations, ARRAY(Uuid)), cast(person, Uuid)
    narrowed = literal(_asked(caller, filters, after), JSONB)
    most = most or (paging.COUNT_CAP + 1 if filters.sort == "-updated_at" else FAR)
    sought = func.cases_sought(filters.q, most, *whose, narrowed).table_valued("id")
    found = select(sought.c.id).cte("hits_behind" if after else "hits")
    return func.array(select(found.c.id).scalar_subquery())


def _asked(caller: Caller, filters: CaseFilters, after: datetime | None) -> dict[str, Any]:
    """What narrows the list, by the names the function knows. Where two of them contradict, the list holds nothing."""
    asked = filters.model_dump(mode="json", include=_PLAIN, exclude_defaults=True)
    asked |= _viewed(caller, filters) | _assigned(caller, filters.assignee)
    asked |= _dated(filters, after)
    if filters.scope == "mine":
        asked |= _own(caller)
    return {
        name: str(value) if isinstance(value, UUID) else value for name, value in asked.items() if value is not None
    }


def _own(caller: Caller) -> dict[str, Any]:
    """F115: the caller's own (`policy.mine`)."""
    if caller.kind == "staff":
        return {"assignee_id": caller.id}
    return {"contact_id": caller.id, "organisation_id": caller.organisation_id}


def _viewed(caller: Caller, filters: CaseFilters) -> dict[str, Any]:
    """The staff's view of open cases (`views.held_by`)."""
    views: dict[str, dict[str, Any]] = {
        "mine": {"open": True, "assignee_id": caller.id},
        "unassigned": {"open": True, "unassigned": True},
        "groups": {"open": True, "member_id": caller.id},
        "overdue": {"overdue_at": now().isoformat()},
        "waiting": {"status": ["waiting"]},
        "all": {"open": True},
    }
    return views[filters.view] if filters.view else {}


def _assigned(caller: Caller, assignee: str | None) -> dict[str, Any]:
    if assignee in (None, "none"):
        return {"unassigned": True} if assignee else {}
    return {"assignee_id": caller.id if assignee == "me" else assignee}


def _dated(filters: CaseFilters, after: datetime | None) -> dict[str, Any]:
    """From a day to a day, both included; of two that ask about the same moment, the narrower.

    Behind a row of the newest come those of the same moment and older ones.
    """
    days: dict[str, list[date]] = {}
    for name, first, last in (
        ("created", filters.created_from, filters.created_to),
        (filters.date, filters.date_from, filters.date_to),
    ):
        for end, day in (("from", first), ("to", last)):
            days.setdefault(f"{name}_{end}", []).extend([day] if day else [])
    edges = {name: midnight(max(of)) if name.endswith("from") else next_day(min(of)) for name, of in days.items() if of}
    if after:
        behind = after + timedelta(microseconds=1)
        edges["updated_to"] = min(edges.get("updated_to", behind), behind)
    return {name: edge.isoformat() for name, edge in edges.items()}


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), UTC)


def next_day(day: date) -> datetime:
    """When a day is over."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else midnight(day + timedelta(days=1))
