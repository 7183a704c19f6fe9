"""Routes of documents: parse, call one verb or query, return."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import BackgroundTasks, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from documents import policy, queries, service
from documents.checking import check
from documents.errors import DocumentNotFound, NotReady
from documents.examine import Findings
from documents.kinds import PREVIEWS
from documents.models import Document
from documents.schemas import (
    DocumentFilters,
    DocumentLink,
    DocumentPage,
    DocumentView,
    NewLink,
    NewUpload,
    UploadTarget,
    UploadView,
)
from documents.settings import DocumentsSettings
from documents.storage import Storage, incoming_key, kept_key
from kit.db import Database
from kit.edge import Caller, Tx, outside_first, router, transaction
from kit.failpoints import failpoint
from kit.paging import total
from kit.problems import NotFound, Problem
from kit.schemas import Person

DOWNLOAD_LASTS = timedelta(seconds=60)

api = router(tags=["documents"])


async def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    await storage.open()
    return storage


Store = Annotated[Storage, Depends(_storage)]
"""The object storage; a request that needs it is told when it is away."""


@api.get("/documents")
async def list_documents(filters: Annotated[DocumentFilters, Query()], caller: Caller, tx: Tx) -> DocumentPage:
    """F085, F113, F139: the documents the caller may see, newest first; those of one case where it is named."""
    if not policy.lists(caller, on_a_case=filters.case_id is not None):
        raise NotFound()
    rows, cursor = await queries.page(tx, caller, filters)
    counted = await queries.count(tx, caller, filters)
    return DocumentPage(items=[_view(row, row.links) for row in rows], next=cursor, total=total(counted))


@api.post("/documents/uploads", status_code=201)
async def announce_upload(new: NewUpload, caller: Caller, store: Store, tx: Tx, request: Request) -> UploadView:
    """F143, F148: announce a file; the answer says where its bytes go. Commit it when they are there."""
    settings: DocumentsSettings = request.app.state.settings
    document = await service.announce(tx, caller, new, settings.upload_limit)
    url = store.upload_url(incoming_key(document.tenant_id, document.id), service.UPLOAD_LASTS)
    target = UploadTarget(url=url, headers={"content-type": "application/octet-stream"})
    return UploadView(document_id=document.id, upload=target, expires_at=document.expires_at)


@api.post("/documents/{document_id}/commit")
@outside_first
async def commit_upload(
    document_id: UUID, caller: Caller, store: Store, request: Request, after: BackgroundTasks
) -> DocumentView:
    """F143, F147: the bytes are there: check them and make them a document. Asked again, it answers the same."""
    async with _short(request) as tx:
        claimed = await service.claim(tx, caller, document_id)
        if claimed is None:
            ready = await service.settled(tx, caller, document_id)
            return _view(ready, ready.links)
    findings = await _checked(request, store, claimed)
    await failpoint("documents.finish.before")
    document = await service.finish(await transaction(request), claimed, findings)
    # Only once the answer is on its way, and so the commit: until then another try needs the upload.
    after.add_task(store.forget, incoming_key(document.tenant_id, document.id))
    return _view(document, [document.case_id] if document.case_id else [])


async def _checked(request: Request, store: Storage, claimed: Document) -> Findings:
    try:
        return await check(store, request.app.state.clamd, claimed)
    except Problem as problem:
        async with _short(request) as tx:
            rejected = await service.give_back(tx, claimed, problem)
        assert claimed.object_id is not None
        leftovers = [kept_key(claimed.tenant_id, claimed.object_id)]
        if rejected:
            leftovers.append(incoming_key(claimed.tenant_id, claimed.id))
        await store.forget(*leftovers)
        raise


@api.get("/documents/{document_id}")
async def read_document(document_id: UUID, caller: Caller, tx: Tx) -> DocumentView:
    """F156: one document."""
    row = await queries.one(tx, caller, document_id)
    if row is None:
        raise DocumentNotFound()
    return _view(row, row.links)


@api.get("/documents/{document_id}/download", status_code=303, response_class=Response)
async def download_document(document_id: UUID, caller: Caller, store: Store, tx: Tx) -> Response:
    """F157: where the file can be fetched, for a minute."""
    row = await queries.one(tx, caller, document_id)
    if row is None:
        raise DocumentNotFound()
    if row.state != "ready":
        raise NotReady()
    url = store.download_url(kept_key(row.tenant_id, row.object_id), row.file_name, DOWNLOAD_LASTS)
    return Response(status_code=303, headers={"location": url, "cache-control": "no-store"})


@api.post("/documents/{document_id}/links", status_code=201)
async def link_document(document_id: UUID, new: NewLink, caller: Caller, tx: Tx) -> DocumentView:
    """F114: hang a document on a case."""
    document, links = await service.link(tx, caller, document_id, new.case_id)
    return _view(document, links)


def _short(request: Request) -> AbstractAsyncContextManager[AsyncSession]:
    """A transaction of its own, before the request's: what it says must hold while the outside work is done."""
    database: Database = request.app.state.database
    return database.transaction(request.state.caller.tenant_id)


def _view(row: Any, links: Sequence[UUID] | None) -> DocumentView:
    return DocumentView(
        id=row.id,
        title=row.title,
        description=row.description,
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        state=row.state,
        scan=row.scan,
        links=[DocumentLink(id=case_id) for case_id in links or []],
        uploaded_by=Person(id=row.uploaded_by_id, name=row.uploaded_by_name, kind=row.uploaded_by_kind),
        created_at=row.created_at,
        preview=row.state == "ready" and row.content_type in PREVIEWS,
    )
