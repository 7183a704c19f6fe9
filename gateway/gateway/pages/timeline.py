"""Milestones as a picture: where each stands between a project's first day and its last.

Only geometry is made here, in percent of the picture's width, so that text keeps its size on any screen. The template
draws it, with a table beside it that says the same in words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

EDGE = 4.0
"""Percent kept free at either end, for half a mark."""
APART = 9.0
"""Percent between two marks, so that their numbers can be read."""


def state_of(milestone: Mapping[str, Any], today: date) -> str:
    """reached, late (its day has passed) or ahead."""
    if milestone["reached_on"]:
        return "reached"
    return "late" if milestone["due_on"] and date.fromisoformat(milestone["due_on"]) < today else "ahead"


def numbered(milestones: Sequence[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """The milestones as picture and table both name them."""
    return [{**one, "number": number, "state": state_of(one, today)} for number, one in enumerate(milestones, 1)]


def drawn(project: Mapping[str, Any], today: date) -> dict[str, Any] | None:
    """`marks` with their `x`, the `first` and `last` day, and where `today` is; None where no two days are known."""
    marks = [one for one in numbered(project["milestones"], today) if _day(one)]
    days = [_day(one) for one in marks] + [project["starts_on"], project["ends_on"]]
    known = sorted(date.fromisoformat(day) for day in days if day)
    if not marks or known[0] == known[-1]:
        return None
    first, last = known[0], known[-1]

    def place(day: date) -> float:
        return EDGE + (100 - 2 * EDGE) * (day - first).days / (last - first).days

    return {
        "marks": _apart([one | {"x": place(date.fromisoformat(_day(one)))} for one in marks]),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "today": round(place(today), 1) if first <= today <= last else None,
        "reached": sum(one["state"] == "reached" for one in marks),
    }


def _day(milestone: Mapping[str, Any]) -> str:
    """The day it stood, or is to stand."""
    return milestone["reached_on"] or milestone["due_on"] or ""


def _apart(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In their order from the left; whoever would cover another moves on a little, and back from the end."""
    marks.sort(key=lambda mark: mark["x"])
    step = min(APART, (100 - 2 * EDGE) / max(len(marks) - 1, 1))
    for before, mark in pairwise(marks):
        mark["x"] = max(mark["x"], before["x"] + step)
    marks[-1]["x"] = min(marks[-1]["x"], 100 - EDGE)
    for mark, after in zip(marks[-2::-1], marks[:0:-1], strict=False):
        mark["x"] = min(mark["x"], after["x"] - step)
    return [mark | {"x": round(mark["x"], 1)} for mark in marks]
