"""Tables of cases: the cases, what was said on them, and copies of who is who."""

from cases.models.base import Base
from cases.models.cases import OPEN_STATUSES, PRIORITIES, STATUSES, Case, Entry, Watcher
from cases.models.people import KnownOrganisation, KnownPerson

__all__ = [
    "OPEN_STATUSES",
    "PRIORITIES",
    "STATUSES",
    "Base",
    "Case",
    "Entry",
    "KnownOrganisation",
    "KnownPerson",
    "Watcher",
]
