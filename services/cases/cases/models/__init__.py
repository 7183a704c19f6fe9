"""Tables of cases: the cases and projects, what was said on them, and copies of who is who."""

from cases.models.base import Base
from cases.models.cases import OPEN_STATUSES, PRIORITIES, STATUSES, Case, Entry, Watcher
from cases.models.people import KnownOrganisation, KnownPerson
from cases.models.projects import (
    PROJECT_STATUSES,
    TASK_STATUSES,
    Milestone,
    Project,
    ProjectContact,
    ProjectEntry,
    Task,
)

__all__ = [
    "OPEN_STATUSES",
    "PRIORITIES",
    "PROJECT_STATUSES",
    "STATUSES",
    "TASK_STATUSES",
    "Base",
    "Case",
    "Entry",
    "KnownOrganisation",
    "KnownPerson",
    "Milestone",
    "Project",
    "ProjectContact",
    "ProjectEntry",
    "Task",
    "Watcher",
]
