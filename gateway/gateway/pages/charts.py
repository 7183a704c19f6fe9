"""One's own cases as pictures: a ring of what is open, a line for how long things take.

Only geometry is made here; the template draws it, with tables beside it that say the same in words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response

from gateway.pages.visit import Contact

pages = APIRouter()

PRIORITIES = ("urgent", "high", "normal", "low")
WIDTH, HEIGHT, EDGE = 640.0, 200.0, 12.0
"""Of the lines, in the picture's own units."""


@pages.get("/cases/charts")
async def read_charts(visit: Contact) -> Response:
    """F080-F082: the visitor's own cases in figures."""
    found = await visit.get("/cases/charts")
    return visit.page("portal/charts.html", ring=ring(found["open"]), **lines(found["months"], found["resolved"]))


def ring(counted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each priority's share of the ring in percent and where it begins, the most urgent first."""
    counts = {one["priority"]: one["count"] for one in counted}
    whole, begun, parts = sum(counts.values()), 0.0, []
    for priority in (one for one in PRIORITIES if counts.get(one)):
        share = 100 * counts[priority] / whole
        parts.append(
            {"priority": priority, "count": counts[priority], "share": round(share, 2), "from": round(begun, 2)}
        )
        begun += share
    return parts


def lines(months: Sequence[str], resolved: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A line for each priority that something was resolved of; `most` hours stand at the top."""
    hours = {(one["priority"], one["month"]): one["hours"] for one in resolved}
    most = max(hours.values(), default=0.0) or 1.0
    drawn = [
        {"priority": priority, "points": _points(months, most, {m: hours.get((priority, m)) for m in months})}
        for priority in PRIORITIES
        if any((priority, month) in hours for month in months)
    ]
    return {"lines": drawn, "months": list(months), "most": most, "resolved": list(resolved)}


def _points(months: Sequence[str], most: float, hours: Mapping[str, float | None]) -> list[tuple[float, float]]:
    step = (WIDTH - 2 * EDGE) / max(len(months) - 1, 1)
    known = ((number, hours[month]) for number, month in enumerate(months))
    return [(round(EDGE + step * at, 1), _height(found, most)) for at, found in known if found is not None]


def _height(hours: float, most: float) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * hours / most, 1)
