"""Reads of cases: plain rows off the ORM, each one inside `policy.visible`."""

from cases.queries.canned import canned_replies, canned_reply, usable
from cases.queries.cases import assignee_name, by_key, one, open_counts, page, watcher_ids
from cases.queries.listed import listed
from cases.queries.opening import chosen_for, offered
from cases.queries.people import person, staff_name
from cases.queries.timeline import timeline
from cases.queries.views import counts as view_counts

__all__ = [
    "assignee_name",
    "by_key",
    "canned_replies",
    "canned_reply",
    "chosen_for",
    "listed",
    "offered",
    "one",
    "open_counts",
    "page",
    "person",
    "staff_name",
    "timeline",
    "usable",
    "view_counts",
    "watcher_ids",
]
