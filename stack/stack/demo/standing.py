"""How a case of the demo stands at its desk: whose it is, what was promised, how it was rated.

Promises are counted in hours of business of their own, from 8 to 18 on weekdays: what anybody changes on a case, the
service works out anew by the desk's own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from stack.demo.desk import desks, group_of, id_of
from stack.demo.history import Case

Columns = dict[str, Any]
FROM, TO = 8, 18
RATED_FOR = timedelta(days=120)
THANKS = (
    *("Quick and friendly.", "Solved at once.", "Thank you, that was easy.", ""),
    *("It took a day longer than promised, but it works.", "I had to ask twice."),
)


def standing(slug: str, tenant_id: UUID, case: Case, staff: Mapping[str, Any], now: datetime) -> Columns:
    """The columns of a case that its desk fills."""
    return _shared(slug, tenant_id, case) | _promised(slug, case, staff, now) | _rated(case, now)


def _shared(slug: str, tenant_id: UUID, case: Case) -> Columns:
    desk = desks()[slug]
    category: dict[str, Any] = next((one for one in desk["categories"] if one["name"] == case.category), {})
    return {
        "category_id": id_of(tenant_id, "categories", category.get("name")),
        "department_id": id_of(tenant_id, "departments", category.get("department") or desk["departments"][0]),
        "product_id": id_of(tenant_id, "products", category.get("product")),
        "group_id": id_of(tenant_id, "groups", group_of(desk, category)),
    }


def _promised(slug: str, case: Case, staff: Mapping[str, Any], now: datetime) -> Columns:
    settings = desks()[slug]["settings"]
    target = settings["targets"].get(case.priority, {})
    answers = [one.at for one in case.entries if one.author in staff and not one.field and one.visibility == "customer"]
    solved = case.status in ("resolved", "closed")
    news = (answers[-1] if answers else case.opened) + timedelta(days=settings["update_days"])
    return {
        "response_due_at": due(case.opened, target.get("response_minutes")),
        "resolution_due_at": due(case.opened, target.get("resolution_minutes")),
        "first_response_at": answers[0] if answers else None,
        "resolved_at": case.changed if solved else None,
        "paused_since": case.changed if case.status == "waiting" else None,
        "next_update_on": max(news, now).date() if case.status in ("new", "in_progress") else None,
    }


def _rated(case: Case, now: datetime) -> Columns:
    nothing = dict.fromkeys(("rating", "rating_comment", "rated_at"))
    if case.status != "closed" or now - case.changed > RATED_FOR:
        return nothing
    rng = Random(f"{case.subject} {case.contact}")
    said = rng.choice(THANKS)
    rating = rng.choices((5, 4, 3, 2), (60, 28, 9, 3))[0] if said not in THANKS[-2:] else 3
    told = {"rating": rating, "rating_comment": said or None, "rated_at": min(case.changed + timedelta(hours=3), now)}
    return told if rng.random() < 0.4 else nothing


def due(begin: datetime, minutes: int | None) -> datetime | None:
    """When so many minutes of business are over."""
    if minutes is None:
        return None
    at, left = begin, timedelta(minutes=minutes)
    while True:
        opens, shuts = at.replace(hour=FROM, minute=0, second=0), at.replace(hour=TO, minute=0, second=0)
        at = max(at, opens)
        if at.weekday() < 5 and at < shuts:
            if left <= shuts - at:
                return at + left
            left -= shuts - at
        at = opens + timedelta(days=1)
