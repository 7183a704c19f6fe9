"""Tables of cases: the cases, what was said on them, and copies of who is who."""

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
from cases.models.talk import CannedReply, Holiday, Presence

__all__ = [
    "OPEN_STATUSES",
    "PRIORITIES",
    "STATUSES",
    "Base",
    "CannedReply",
    "Case",
    "Category",
    "Department",
    "DeskRow",
    "Entry",
    "Group",
    "GroupMember",
    "Holiday",
    "IncomingMail",
    "KnownOrganisation",
    "KnownPerson",
    "Presence",
    "Product",
    "RequestTemplate",
    "Watcher",
]
