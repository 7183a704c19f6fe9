"""Routes of uploads: announced, committed, and put in their place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import BackgroundTasks, Request

from documents import service
from documents.api.in_parts import begun, in_one_piece, in_parts, most
from documents.api.parts import Store, short, viewed
from documents.checking import all_there, check, scanner
from documents.errors import BeingChecked
from documents.examine import Findings
from documents.models import Document
from documents.scan import Clamd
from documents.schemas import DocumentView, NewUpload, Placement, UploadView
from documents.settings import DocumentsSettings
from documents.storage import Storage, incoming_key, kept_key
from kit import caller as callers
from kit.edge import Caller, Tx, router, transaction
from kit.failpoints import failpoint
from kit.idempotency import outside_first
from kit.problems import Problem

uploads = router(tags=["documents"])


@uploads.post("/documents/uploads", status_code=201)
async def announce_upload(new: NewUpload, caller: Caller, store: Store, tx: Tx, request: Request) -> UploadView:
    """F143, F148: announce a file; the answer says where its bytes go. Commit it when they are there."""
    settings: DocumentsSettings = request.app.state.settings
    if new.in_parts:
        return begun(await in_parts(tx, caller, new, store, settings))
    document = await service.announce(tx, caller, new, most(settings, in_parts=False))
    return in_one_piece(store, caller.tenant_id, document)


@uploads.post("/documents/{document_id}/commit")
@outside_first
async def commit_upload(
    document_id: UUID, caller: Caller, store: Store, request: Request, after: BackgroundTasks
) -> DocumentView:
    """F143, F147: the bytes are there: check them and make them a document. Asked again, it answers the same."""
    settings: DocumentsSettings = request.app.state.settings
    async with short(request) as tx:
        claimed = await service.claim(tx, caller, document_id, settings.upload_limit)
        if claimed is None:
            ready = await service.settled(tx, caller, document_id)
            return viewed(caller, ready, ready.links, ready.records)
        clamd = await scanner(tx, request.app.state.clamd)
    if claimed.upload_id and claimed.size > settings.upload_limit:
        return await _left_to_worker(request, store, caller, claimed)
    findings = await _checked(request, store, clamd, claimed)
    await failpoint("documents.finish.before")
    finished = await service.finish(await transaction(request), claimed, findings)
    # Only once the answer is on its way, and so the commit: until then another try needs the upload.
    after.add_task(store.forget, incoming_key(claimed.tenant_id, claimed.id))
    return viewed(caller, finished.document, finished.cases, finished.records)


async def _checked(request: Request, store: Storage, clamd: Clamd | None, claimed: Document) -> Findings:
    async with _given_back(request, store, claimed):
        return await check(store, clamd, claimed)


async def _left_to_worker(request: Request, store: Storage, caller: callers.Caller, claimed: Document) -> DocumentView:
    """Large files are put together and checked when nobody waits: a storage may take minutes for that, and no browser
    has so much patience. The answer says `checking`."""
    assert claimed.object_id is not None
    async with _given_back(request, store, claimed):
        await all_there(store, claimed, kept_key(claimed.tenant_id, claimed.object_id))
    left = await service.leave_to_worker(await transaction(request), claimed)
    if left is None:
        raise BeingChecked()
    return viewed(caller, left, None, None)


@asynccontextmanager
async def _given_back(request: Request, store: Storage, claimed: Document) -> AsyncIterator[None]:
    """What goes wrong with a check ends it, for good or until the next try."""
    try:
        yield
    except Problem as problem:
        async with short(request) as tx:
            rejected = await service.give_back(tx, claimed, problem)
        assert claimed.object_id is not None
        kept, incoming = kept_key(claimed.tenant_id, claimed.object_id), incoming_key(claimed.tenant_id, claimed.id)
        # The object of a file that came in parts is all there is of it, until it is refused.
        leftovers = [kept, incoming] if rejected else [] if claimed.upload_id else [kept]
        await store.forget(*leftovers)
        raise


@uploads.post("/documents/placements", status_code=204)
async def place_documents(placement: Placement, caller: Caller, tx: Tx) -> None:
    """F143, F148: say of one's own files, just uploaded, what they are and in which folder they go."""
    await service.place(tx, caller, placement)
