"""Routes of what the CRM brings and takes of what was said on its cases, and of what it calls those of others."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from cases import queries, service
from cases.api.shown import case_view
from cases.errors import CaseNotFound
from cases.schemas.cases import CaseView
from cases.schemas.fed_notes import NoteBatch, NoteBatchResult, NoteRecord, NoteResult, NoteRow
from cases.schemas.keys import CaseKey
from cases.service.fed_notes import Noted
from kit.batches import counted, in_order, read_rows, row_result
from kit.edge import Caller, Tx, of_module, router
from kit.naming import NameView, NewName, name_view
from kit.paging import CursorText
from kit.schemas import ExternalId
from kit.versions import IfMatchSent, unless_stale

api = router(tags=["cases"], dependencies=[of_module("cases")])


@api.get("/cases/by-external-id/{external_id}")
async def read_case(
    external_id: Annotated[ExternalId, Path()], caller: Caller, tx: Tx, response: Response, before: CursorText = None
) -> CaseView:
    """F102, F109: a case by what the CRM calls it, with what was said; `before` pages that back."""
    row = await queries.one_of(tx, caller, external_id)
    if row is None:
        raise CaseNotFound()
    entries, earlier = await queries.timeline(tx, caller, row.id, before)
    response.headers["etag"] = f'"{row.version}"'
    return case_view(caller, row, entries, earlier)


@api.put("/cases/by-external-id/{external_id}/notes/{note_external_id}", responses={201: {"model": NoteResult}})
async def put_note(
    external_id: Annotated[ExternalId, Path()],
    note_external_id: Annotated[ExternalId, Path()],
    note: NoteRecord,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> NoteResult:
    """F109: the CRM writes a note on a case (201), or changes its words; nobody is mailed unless it says so.

    `If-Match` names the case's version.
    """
    row = NoteRow(external_id=note_external_id, case_external_id=external_id, **note.model_dump(exclude_unset=True))
    [noted] = await service.write_notes(tx, caller, {note_external_id: row})
    if noted.problem:
        raise noted.problem
    told = row_result(NoteResult, 0, noted, _shown)
    unless_stale(version, (told.version or 0) - (told.result != "unchanged"))
    response.status_code = 201 if told.result == "created" else 200
    response.headers["etag"] = f'"{told.version}"'
    return told


@api.post("/cases/notes/batch")
async def put_notes(sent: NoteBatch, caller: Caller, tx: Tx) -> NoteBatchResult:
    """F109: the CRM writes or changes up to 1,000 notes; each row is taken or refused by itself."""
    read = read_rows(NoteRow, sent.rows)
    noted = await service.write_notes(tx, caller, read.by_key)
    return counted(NoteBatchResult, in_order(NoteResult, read, noted, _shown))


@api.put("/cases/{case}/external-id")
async def name_case(case: CaseKey, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F102: the CRM says once what it calls a case that was opened here."""
    return name_view(await service.name_case(tx, caller, case, new.external_id))


@api.put("/cases/{case}/notes/{note_id}/external-id")
async def name_note(case: CaseKey, note_id: UUID, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F109: the CRM says once what it calls a note that was written here."""
    return name_view(*await service.name_note(tx, caller, case, note_id, new.external_id))


def _shown(one: Noted) -> dict[str, Any]:
    assert one.case is not None
    assert one.note is not None
    return {"id": one.note.id, "reference": one.case.reference, "version": one.case.version}
