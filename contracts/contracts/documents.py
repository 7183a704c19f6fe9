"""What documents says: what becomes of checked files, and where they hang."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from contracts.event import Actor, Event

RecordKind = Literal["case", "project", "invoice", "quote", "order", "contact", "organisation"]


class DocumentLinked(Event):
    """A checked file was hung on a case."""

    type = "document.linked.v1"
    read_with = "documents.read"
    document_id: UUID
    case_id: UUID
    visibility: Literal["customer", "internal"]
    file_name: str
    title: str
    size: int
    linked_by: Actor


class DocumentRecord(BaseModel):
    """A record that a document hangs on, or somebody whom it is for."""

    kind: RecordKind
    id: UUID


class DocumentChanged(Event):
    """F159: a checked file was added, described anew, shown, hidden, hung somewhere or taken off, replaced or removed.

    It tells all there is to know of the file as it is now, so that a CRM can keep a copy.
    """

    type = "document.changed.v1"
    read_with = "documents.read"
    document_id: UUID
    external_id: str | None
    change: Literal["added", "described", "shown", "hidden", "linked", "replaced", "removed"]
    title: str
    description: str
    file_name: str
    content_type: str
    size: int
    sha256: str | None
    folder: Literal["public", "private"] | None
    on_portal: bool
    records: list[DocumentRecord]
    organisation_id: UUID | None
    """For whom a contact uploaded it."""
    uploaded_by: Actor
    changed_by: Actor
    tell_id: UUID | None = None
    """F145: the member of staff whom the tenant's settings name, of a file that a customer added."""
    tell_text: str = ""
    """F145: what the mail to them says, in the tenant's own words, above the usual ones."""


class DocumentRequestChanged(Event):
    """A contact was asked for a document, brought it, was reminded; or it was sent back, or is awaited no longer."""

    type = "document_request.changed.v1"
    read_with = "documents.read"
    request_id: UUID
    change: Literal["asked", "received", "returned", "closed", "due_soon", "due"]
    title: str
    note: str
    reason: str
    due_on: date | None
    contact_id: UUID
    organisation_id: UUID
    case_id: UUID | None
    document_id: UUID | None
    asked_by: Actor
    changed_by: Actor
