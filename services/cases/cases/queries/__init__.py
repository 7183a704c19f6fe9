"""Reads of cases and projects: plain rows off the ORM, each one inside the policy's scope."""

from cases.queries.cases import assignee_name, by_key, one, open_counts, page, watcher_ids
from cases.queries.people import person, staff_name
from cases.queries.project_parts import entries, milestones, one_milestone, one_task, tasks
from cases.queries.projects import contact_ids, known_names, one_project, project_by_key, project_page
from cases.queries.timeline import timeline

__all__ = [
    "assignee_name",
    "by_key",
    "contact_ids",
    "entries",
    "known_names",
    "milestones",
    "one",
    "one_milestone",
    "one_project",
    "one_task",
    "open_counts",
    "page",
    "person",
    "project_by_key",
    "project_page",
    "staff_name",
    "tasks",
    "timeline",
    "watcher_ids",
]
