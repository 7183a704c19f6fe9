"""What is said on the bus: every event, declared once."""

from contracts.cases import (
    CaseChanged,
    CaseClosed,
    CaseMerged,
    CaseNoteAdded,
    CaseOpened,
    CasePromiseMissed,
    CaseRated,
    CaseReopened,
    CaseReplyBegun,
    CaseWatched,
    NoteName,
    ProjectChanged,
    ProjectCommentAdded,
)
from contracts.documents import DocumentChanged, DocumentLinked, DocumentRecord, DocumentRequestChanged, RecordKind
from contracts.event import EVENTS, Actor, Envelope, Event
from contracts.identity import (
    AccessIssued,
    ContactChanged,
    OrganisationChanged,
    PortalSettingsChanged,
    StaffChanged,
    SupportEndNeared,
)
from contracts.knowledge import ArticleChanged

PUBLIC: dict[str, type[Event]] = {name: event for name, event in EVENTS.items() if event.read_with is not None}
"""The events that a tenant's own programs may hear of, each with a key that reads such records."""

__all__ = [
    "EVENTS",
    "PUBLIC",
    "AccessIssued",
    "Actor",
    "ArticleChanged",
    "CaseChanged",
    "CaseClosed",
    "CaseMerged",
    "CaseNoteAdded",
    "CaseOpened",
    "CasePromiseMissed",
    "CaseRated",
    "CaseReopened",
    "CaseReplyBegun",
    "CaseWatched",
    "ContactChanged",
    "DocumentChanged",
    "DocumentLinked",
    "DocumentRecord",
    "DocumentRequestChanged",
    "Envelope",
    "Event",
    "NoteName",
    "OrganisationChanged",
    "PortalSettingsChanged",
    "ProjectChanged",
    "ProjectCommentAdded",
    "RecordKind",
    "StaffChanged",
    "SupportEndNeared",
]
