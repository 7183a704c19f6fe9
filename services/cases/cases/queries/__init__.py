"""Reads of cases: plain rows off the ORM, each one inside `policy.visible`."""

from cases.queries.cases import assignee_name, by_key, one, open_counts, page, watcher_ids
from cases.queries.people import person, staff_name
from cases.queries.timeline import timeline

__all__ = ["assignee_name", "by_key", "one", "open_counts", "page", "person", "staff_name", "timeline", "watcher_ids"]
