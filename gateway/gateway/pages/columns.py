"""F104: the columns of a list of cases, those that were chosen and those it begins with."""

from collections.abc import Collection, Sequence
from typing import Any

from gateway.pages.languages import later as _

COLUMNS = [
    {"key": "status", "label": _("Status")},
    {"key": "priority", "label": _("Priority")},
    {"key": "category", "label": _("Category")},
    {"key": "department", "label": _("Department")},
    {"key": "organisation", "label": _("Organisation")},
    {"key": "opened_by", "label": _("Opened by")},
    {"key": "assigned_to", "label": _("Assigned to")},
    {"key": "created", "label": _("Created")},
    {"key": "updated", "label": _("Changed")},
]
"""All there are, in the list's own order."""


def wanted(asked: Collection[str]) -> list[str]:
    """Of the columns an address names those there are, each once, in the list's own order."""
    return [one["key"] for one in COLUMNS if one["key"] in asked]


def of_customers(filters: dict[str, Any], rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """What the portal's list shows: what was chosen, else what its rows can fill."""
    usual = ["status", "priority", "created", "updated"]
    usual += ["opened_by"] if filters["scope"] == "all" else []
    usual += ["department"] if any(row["department"] for row in rows) else []
    return _of(filters["columns"] or usual)


def of_staff(filters: dict[str, Any]) -> list[dict[str, str]]:
    """What the console's queue shows."""
    usual = ["status", "priority", "organisation", "updated"]
    usual += ["assigned_to"] if filters["view"] == "all" else []
    return _of(filters["columns"] or usual)


def _of(keys: Collection[str]) -> list[dict[str, str]]:
    return [one for one in COLUMNS if one["key"] in keys]
