"""Tables of cases: the cases and projects, what was said on them, and copies of who is who."""

from cases.models.articles import CaseArticle, KnownArticle
from cases.models.base import Base
from cases.models.cases import OPEN_STATUSES, PRIORITIES, STATUSES, Case, Entry, Watcher
from cases.models.desk import (
    Category,
    Department,
    DeskRow,
    Group,
    GroupMember,
    IncomingMail,
    Product,
    RequestTemplate,
)
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
from cases.models.talk import CannedReply, Holiday, Presence
from cases.models.views import SavedView

__all__ = [
    "OPEN_STATUSES",
    "PRIORITIES",
    "PROJECT_STATUSES",
    "STATUSES",
    "TASK_STATUSES",
    "Base",
    "CannedReply",
    "Case",
    "CaseArticle",
    "Category",
    "Department",
    "DeskRow",
    "Entry",
    "Group",
    "GroupMember",
    "Holiday",
    "IncomingMail",
    "KnownArticle",
    "KnownOrganisation",
    "KnownPerson",
    "Milestone",
    "Presence",
    "Product",
    "Project",
    "ProjectContact",
    "ProjectEntry",
    "RequestTemplate",
    "SavedView",
    "Task",
    "Watcher",
]
