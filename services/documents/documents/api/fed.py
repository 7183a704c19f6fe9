"""Routes of the files that the CRM brings and takes, by what it calls them; and of what it calls those of others."""

from collections import Counter
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import BackgroundTasks, Path, Request, Response

from documents import queries, service
from documents.api.documents import download
from documents.api.in_parts import beginning, begun, in_one_piece, most
from documents.api.parts import Store, forget_later, versioned, viewed
from documents.errors import DocumentNotFound
from documents.schemas import (
    DocumentView,
    FileBatch,
    FileBatchResult,
    FileFared,
    FileOutcome,
    FileRecord,
    FileResult,
    FileRow,
)
from documents.settings import DocumentsSettings
from documents.storage import Storage
from kit.batches import FieldError, Read, read_rows
from kit.edge import Caller, Tx, router
from kit.naming import NameView, NewName, name_view
from kit.schemas import ExternalId
from kit.versions import IfMatchSent, unless_stale

fed = router(tags=["documents"])

Name = Annotated[ExternalId, Path()]


@fed.get("/documents/by-external-id/{external_id}")
async def read_file(external_id: Name, caller: Caller, tx: Tx, response: Response) -> DocumentView:
    """F159: a document by what the CRM calls it."""
    row = await queries.one_of(tx, caller, external_id)
    if row is None:
        raise DocumentNotFound()
    return versioned(response, viewed(caller, row, row.links, row.records))


@fed.get("/documents/by-external-id/{external_id}/download", status_code=303, response_class=Response)
async def download_file(external_id: Name, caller: Caller, store: Store, tx: Tx) -> Response:
    """F157: where the file can be fetched, for a minute."""
    return download(store, await queries.one_of(tx, caller, external_id))


@fed.put("/documents/by-external-id/{external_id}", responses={201: {"model": FileFared}})
async def put_file(
    external_id: Name,
    record: FileRecord,
    version: IfMatchSent,
    caller: Caller,
    store: Store,
    tx: Tx,
    request: Request,
    response: Response,
) -> FileFared:
    """F158, F159: the CRM brings a file (201: send its bytes, commit it), or changes what is said of it."""
    settings: DocumentsSettings = request.app.state.settings
    largest = most(settings, in_parts=record.in_parts)
    begin = beginning(caller.tenant_id, store, settings) if record.in_parts else None
    [brought] = await service.write_files(tx, caller, {external_id: record}, largest, begin)
    if brought.problem:
        raise brought.problem
    unless_stale(version, brought.before)
    response.status_code = 201 if brought.coming else 200
    told = FileFared(**_shown(store, caller.tenant_id, brought))
    if brought.before:
        response.headers["etag"] = f'"{told.version}"'
    return told


@fed.delete("/documents/by-external-id/{external_id}", status_code=204)
async def remove_file(
    external_id: Name, version: IfMatchSent, caller: Caller, store: Store, tx: Tx, after: BackgroundTasks
) -> None:
    """F159: the CRM removes a file of its own for good, with the versions it had; not one on legal hold."""
    objects = await service.remove(tx, caller, external_id, version)
    forget_later(after, store, caller, objects)


@fed.post("/documents/batch")
async def put_files(sent: FileBatch, caller: Caller, store: Store, tx: Tx, request: Request) -> FileBatchResult:
    """F158, F159: the CRM brings or changes up to 1,000 files; each row is taken or refused by itself."""
    settings: DocumentsSettings = request.app.state.settings
    read = read_rows(FileRow, sent.rows)
    brought = await service.write_files(tx, caller, read.by_key, most(settings, in_parts=False))
    results = _in_order(store, caller.tenant_id, read, {one.external_id: one for one in brought})
    fared = Counter(one.result for one in results)
    return FileBatchResult(results=results, **{name: fared[name] for name in get_args(FileOutcome)})


@fed.put("/documents/{document_id}/external-id")
async def name_document(document_id: UUID, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F159: the CRM says once what it calls a file that was brought here."""
    return name_view(await service.name_document(tx, caller, document_id, new.external_id))


def _in_order(
    store: Storage, tenant_id: UUID, read: Read[FileRow], brought: dict[str, service.Brought]
) -> list[FileResult]:
    told = {
        number: FileResult(row=number, **_shown(store, tenant_id, brought[row.external_id]))
        for number, row in read.rows.items()
    }
    for number, (key, errors) in read.wrong.items():
        told[number] = FileResult(row=number, external_id=key, result="failed", errors=errors)
    return [told[number] for number in sorted(told)]


def _shown(store: Storage, tenant_id: UUID, one: service.Brought) -> dict[str, Any]:
    shown: dict[str, Any] = {"external_id": one.external_id, "result": one.result}
    if one.problem:
        wrong = one.problem.errors or [{"field": "row", "detail": one.problem.detail}]
        return shown | {"errors": [FieldError(**error) for error in wrong]}
    assert one.document is not None
    shown |= {"document_id": one.document.id, "version": one.document.version}
    if one.coming is None:
        return shown
    view = begun(one.coming) if one.coming.upload_id else in_one_piece(store, tenant_id, one.coming)
    return shown | dict(view)
