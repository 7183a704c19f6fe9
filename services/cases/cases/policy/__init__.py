"""Who may see and do what, by noun. One scope for list, count, search and object alike."""

from cases.policy.cases import VERBS, Verb, can, mine, sees_internal, visible
from cases.policy.projects import (
    PROJECT_VERBS,
    can_on_project,
    customers_see,
    may_write_projects,
    visible_projects,
    visible_tasks,
)

__all__ = [
    "PROJECT_VERBS",
    "VERBS",
    "Verb",
    "can",
    "can_on_project",
    "customers_see",
    "may_write_projects",
    "mine",
    "sees_internal",
    "visible",
    "visible_projects",
    "visible_tasks",
]
