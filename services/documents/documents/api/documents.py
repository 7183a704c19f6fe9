"""Routes of documents: listed, read, described, shown and hidden, downloaded, hung on records."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import BackgroundTasks, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from contracts import RecordKind
from documents import policy, queries, service
from documents.api.parts import Store, forget_later, versioned, viewed
from documents.errors import DocumentNotFound, NotReady, StorageAway, TooMuchToZip
from documents.previews import MOST_PAGES, TEXTS, beginning, page_of
from documents.schemas import (
    DocumentChange,
    DocumentFilters,
    DocumentPage,
    DocumentView,
    NewLink,
    PageOnly,
    ProjectDocument,
    ProjectDocuments,
    ProjectName,
)
from documents.storage import ObjectMissing, Storage, attachment, kept_key
from documents.zipping import MOST_BYTES, MOST_FILES, zipped
from kit.db import AnyRow
from kit.edge import Caller, Tx, router
from kit.paging import total
from kit.problems import NotFound
from kit.versions import IfMatch

DOWNLOAD_LASTS = timedelta(seconds=60)
PICTURE = {
    "cache-control": "private, max-age=300",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
}
"""How pictures travel: as nothing but a picture."""
PageNumber = Annotated[int, Path(ge=1, le=MOST_PAGES)]

documents = router(tags=["documents"])


@documents.get("/documents")
async def list_documents(filters: Annotated[DocumentFilters, Query()], caller: Caller, tx: Tx) -> DocumentPage:
    """F085, F113, F139, F149-F151: the documents the caller may see, newest first; those of one folder, of one case
    or of one record where it is named."""
    if not policy.lists(caller, on_a_case=filters.case_id is not None):
        raise NotFound()
    rows, cursor, counted = await queries.page(tx, caller, filters)
    items = [viewed(caller, row, row.links, row.records) for row in rows]
    return DocumentPage(items=items, next=cursor, total=total(counted))


@documents.get("/documents/projects")
async def list_by_project(filters: Annotated[PageOnly, Query()], caller: Caller, tx: Tx) -> ProjectDocuments:
    """F151, F154: My Documents: what hangs on the caller's projects, by the projects' names."""
    if not policy.lists(caller, on_a_case=False):
        raise NotFound()
    rows, cursor = await queries.on_projects(tx, caller, filters)
    items = [
        ProjectDocument(
            project=ProjectName(id=row.project_id, reference=row.project_reference, name=row.project_name),
            document=viewed(caller, row, row.links, row.records),
        )
        for row in rows
    ]
    return ProjectDocuments(items=items, next=cursor)


@documents.get("/documents/zip", response_class=StreamingResponse)
async def zip_documents(
    filters: Annotated[DocumentFilters, Query()], caller: Caller, store: Store, tx: Tx
) -> StreamingResponse:
    """F112, F139: the files of a list as one ZIP: of a case, a record, a folder; what the caller sees of it."""
    if not policy.lists(caller, on_a_case=filters.case_id is not None):
        raise NotFound()
    rows = await queries.all_of(tx, caller, filters, MOST_FILES)
    if not rows:
        raise DocumentNotFound()
    if len(rows) > MOST_FILES or sum(row.size for row in rows) > MOST_BYTES:
        raise TooMuchToZip()
    headers = {"content-disposition": attachment("documents.zip"), "cache-control": "no-store"}
    return StreamingResponse(zipped(store, rows), media_type="application/zip", headers=headers)


@documents.get("/documents/{document_id}")
async def read_document(
    document_id: UUID, caller: Caller, tx: Tx, request: Request, response: Response, text: bool = False
) -> DocumentView:
    """F156: one document; with `text`, how it begins where it is one."""
    row = await queries.one(tx, caller, document_id)
    if row is None:
        raise DocumentNotFound()
    view = versioned(response, viewed(caller, row, row.links, row.records))
    if not text or row.state != "ready" or row.content_type not in TEXTS:
        return view
    storage: Storage = request.app.state.storage
    try:
        begins = await storage.read(kept_key(row.tenant_id, row.object_id), beginning)
    except (ObjectMissing, StorageAway):
        return view
    return view.model_copy(update={"text": begins.text, "text_cut": begins.cut})


@documents.get("/documents/{document_id}/preview/{number}", response_class=Response)
async def read_page(document_id: UUID, number: PageNumber, caller: Caller, store: Store, tx: Tx) -> Response:
    """F156: one page of a document, drawn; a picture of ours, whatever the file holds."""
    row = await queries.one(tx, caller, document_id)
    if row is None or not row.pictured or number > row.preview_pages:
        raise DocumentNotFound()
    try:
        page = page_of(await store.read(kept_key(row.tenant_id, row.preview_id), b"".join), number)
    except ObjectMissing as error:
        raise DocumentNotFound() from error
    return Response(page, media_type="image/webp", headers=PICTURE)


@documents.patch("/documents/{document_id}")
async def change_document(
    document_id: UUID, change: DocumentChange, caller: Caller, tx: Tx, version: IfMatch, response: Response
) -> DocumentView:
    """F140, F141, F152: describe a document anew, file it in a folder, show it on the portal or hide it at once."""
    document, cases, records = await service.change_document(tx, caller, document_id, version, change)
    return versioned(response, viewed(caller, document, cases, records))


@documents.get("/documents/{document_id}/download", status_code=303, response_class=Response)
async def download_document(document_id: UUID, caller: Caller, store: Store, tx: Tx) -> Response:
    """F157: where the file can be fetched, for a minute."""
    return download(store, await queries.one(tx, caller, document_id))


def download(store: Storage, row: AnyRow | None) -> Response:
    """The way to a document's file. Raises DocumentNotFound, NotReady."""
    if row is None:
        raise DocumentNotFound()
    if row.state != "ready":
        raise NotReady()
    url = store.download_url(kept_key(row.tenant_id, row.object_id), row.file_name, DOWNLOAD_LASTS)
    return Response(status_code=303, headers={"location": url, "cache-control": "no-store"})


@documents.get("/documents/{document_id}/thumbnail", response_class=Response)
async def read_thumbnail(document_id: UUID, caller: Caller, store: Store, tx: Tx) -> Response:
    """F155: the small picture of a document, for those who see the document."""
    row = await queries.one(tx, caller, document_id)
    if row is None or not row.pictured:
        raise DocumentNotFound()
    try:
        picture = await store.read(kept_key(row.tenant_id, row.thumbnail_id), b"".join)
    except ObjectMissing as error:
        raise DocumentNotFound() from error
    return Response(picture, media_type="image/webp", headers=PICTURE)


@documents.post("/documents/{document_id}/links", status_code=201)
async def link_document(document_id: UUID, new: NewLink, caller: Caller, tx: Tx, response: Response) -> DocumentView:
    """F114, F158, F183: hang a document on a case or another record, or say whom it is for."""
    found = await service.link(tx, caller, document_id, *new.record)
    return versioned(response, viewed(caller, found.document, found.cases, found.records))


@documents.delete("/documents/{document_id}/links/{kind}/{record_id}")
async def unlink_document(
    document_id: UUID, kind: RecordKind, record_id: UUID, caller: Caller, tx: Tx, response: Response
) -> DocumentView:
    """F158: staff take a document off a record, or from somebody whom it was for."""
    found = await service.unlink(tx, caller, document_id, kind, record_id)
    return versioned(response, viewed(caller, found.document, found.cases, found.records))


@documents.delete("/documents/{document_id}", status_code=204)
async def remove_document(
    document_id: UUID, version: IfMatch, caller: Caller, store: Store, tx: Tx, after: BackgroundTasks
) -> None:
    """F141: staff who may publish remove a document for good, with the versions it had; not one on legal hold."""
    objects = await service.remove(tx, caller, document_id, version)
    forget_later(after, store, caller, objects)
