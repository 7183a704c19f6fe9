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

__all__ = [
    "EVENTS",
    "AccessIssued",
    "Actor",
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
    "OrganisationChanged",
    "PortalSettingsChanged",
    "ProjectChanged",
    "ProjectCommentAdded",
    "RecordKind",
    "StaffChanged",
    "SupportEndNeared",
]
