"""What documents says: a checked file hangs on a record."""

from typing import Literal
from uuid import UUID

from contracts.event import Actor, Event


class DocumentLinked(Event):
    """A checked file was hung on a case."""

    type = "document.linked.v1"
    document_id: UUID
    case_id: UUID
    visibility: Literal["customer", "internal"]
    file_name: str
    title: str
    size: int
    linked_by: Actor
