"""What a document says of itself, in which folder it stands, and whether contacts see it at all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import DocumentNotFound, MayNotDoThat, MayNotPublish
from documents.models import Document
from documents.policy import can, visible
from documents.schemas import DocumentChange, Placement
from documents.service.said import Change, actor, read_records, say
from kit.caller import Caller
from kit.db import AnyRow
from kit.problems import VersionStale


async def change_document(
    tx: AsyncSession, caller: Caller, document_id: UUID, version: int, change: DocumentChange
) -> AnyRow:
    """F140, F141, F152: describe a document anew, file it, show it on the portal or hide it; it acts at once."""
    found = await _found(tx, caller, [document_id])
    if not found:
        raise DocumentNotFound()
    document, values = found[0][0], change.values
    _may(caller, document, values)
    if document.version != version:
        raise VersionStale()
    _write(tx, caller, found[0], values)
    await tx.flush()
    return found[0]


async def place(tx: AsyncSession, caller: Caller, placement: Placement) -> None:
    """F143, F148: say of one's own files, just uploaded, what they are and in which folder they go."""
    found = await _found(tx, caller, placement.document_ids)
    if len(found) < len(set(placement.document_ids)):
        raise DocumentNotFound()
    given = {"title": placement.title, "description": placement.description, "folder": placement.folder}
    values = {name: value for name, value in given.items() if value}
    for row in found:
        _may(caller, row[0], values)
        _write(tx, caller, row, values)
    await tx.flush()


async def _found(tx: AsyncSession, caller: Caller, document_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Documents to be changed, with their records: checked ones, for only those others know of."""
    query = (
        select(Document, queries.links_of(None), queries.records_of(None))
        .where(visible(caller), Document.id.in_(document_ids), Document.state == "ready")
        .with_for_update(of=Document)
    )
    return (await tx.execute(query)).all()


def _may(caller: Caller, document: Document, values: dict[str, Any]) -> None:
    """Raises MayNotPublish for what lets others see or keep the file, or nobody, and MayNotDoThat for the rest."""
    refiled = values.get("folder", document.folder) != document.folder
    seen_by_others = bool(values.keys() & {"on_portal", "legal_hold"}) or (
        refiled and caller.kind != "contact" and document.on_portal
    )
    if seen_by_others and not can(caller, "publish"):
        raise MayNotPublish()
    only_where = seen_by_others and values.keys() <= {"on_portal", "folder", "legal_hold"}
    if not only_where and not can(caller, "describe", document):
        raise MayNotDoThat("Only the person who uploaded a file, or staff, can describe it.")


def _write(tx: AsyncSession, caller: Caller, row: AnyRow, values: dict[str, Any]) -> None:
    document: Document = row[0]
    changed = {name: value for name, value in values.items() if getattr(document, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(document, name, value)
    document.version += 1
    what: Change = "described"
    if "on_portal" in changed:
        what = "shown" if document.on_portal else "hidden"
    say(tx, document, what, actor(caller), read_records(row[1], row[2]))
