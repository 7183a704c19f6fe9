"""How changes of documents are told to everybody else."""

from collections.abc import Iterable
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Actor, DocumentChanged, DocumentRecord
from documents.models import Document
from kit.caller import Caller
from kit.outbox import emit

Change = Literal["added", "described", "shown", "hidden", "linked", "replaced", "removed"]


class Told(NamedTuple):
    """F145: who hears of a customer's upload, and the tenant's own words for it."""

    id: UUID | None = None
    text: str | None = None


NOBODY = Told()


def say(
    tx: AsyncSession,
    document: Document,
    change: Change,
    who: Actor,
    records: Iterable[tuple[str, UUID]],
    tell: Told = NOBODY,
) -> None:
    """F159: tell of a change of a checked file, and what it is now."""
    event = DocumentChanged(
        document_id=document.id,
        external_id=document.external_id,
        change=change,
        title=document.title,
        description=document.description,
        file_name=document.file_name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
        folder="public" if document.folder == "public" else "private" if document.folder else None,
        on_portal=document.on_portal,
        records=[DocumentRecord.model_validate({"kind": kind, "id": record}) for kind, record in sorted(set(records))],
        organisation_id=document.organisation_id,
        uploaded_by=uploader(document),
        changed_by=who,
        tell_id=tell.id,
        tell_text=(tell.text or "") if tell.id else "",
    )
    emit(tx, event, version=document.version)


def read_records(cases: Iterable[UUID] | None, records: Iterable[str] | None) -> list[tuple[str, UUID]]:
    """The records of a document, out of the two columns that queries answer."""
    others = [one.split(":") for one in records or ()]
    return [("case", case_id) for case_id in cases or ()] + [(kind, UUID(record)) for kind, record in others]


def actor(caller: Caller) -> Actor:
    """Who did it, as events name them."""
    return Actor(id=caller.id, kind=caller.kind, name=caller.name)


def uploader(document: Document) -> Actor:
    """Who uploaded a document, as events name them."""
    return Actor(id=document.uploaded_by_id, kind=document.uploaded_by_kind, name=document.uploaded_by_name)
