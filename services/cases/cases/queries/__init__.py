"""Reads of cases and projects: plain rows off the ORM, each one inside the policy's scope."""

from cases.queries.canned import canned_replies, canned_reply, usable
from cases.queries.cases import assignee_name, by_key, one, one_of, open_counts, watcher_ids
from cases.queries.listed import listed
from cases.queries.lists import bodies, every, page
from cases.queries.nouns import member_ids, nouns
from cases.queries.opening import chosen_for, offered
from cases.queries.people import person, staff_name
from cases.queries.project_parts import entries, milestones, one_milestone, one_task, tasks
from cases.queries.projects import contact_ids, known_names, one_project, project_by_key, project_of, project_page
from cases.queries.saved import owned, saved_counts, saved_views
from cases.queries.timeline import timeline
from cases.queries.views import counts as view_counts

__all__ = [
    "assignee_name",
    "bodies",
    "by_key",
    "canned_replies",
    "canned_reply",
    "chosen_for",
    "contact_ids",
    "entries",
    "every",
    "known_names",
    "listed",
    "member_ids",
    "milestones",
    "nouns",
    "offered",
    "one",
    "one_milestone",
    "one_of",
    "one_project",
    "one_task",
    "open_counts",
    "owned",
    "page",
    "person",
    "project_by_key",
    "project_of",
    "project_page",
    "saved_counts",
    "saved_views",
    "staff_name",
    "tasks",
    "timeline",
    "usable",
    "view_counts",
    "watcher_ids",
]
