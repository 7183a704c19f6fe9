"""Routes of files that come in parts: begun, resumed, given up. Their bytes never pass here."""

from datetime import timedelta
from uuid import UUID

from fastapi import BackgroundTasks
from sqlalchemy.ext.asyncio import AsyncSession

from documents import service
from documents.api.parts import Store, forget_later
from documents.errors import NotInParts, UploadOver
from documents.models import Document
from documents.schemas import (
    NewUpload,
    PartNumbers,
    Parts,
    PartsView,
    PartTarget,
    PartTargets,
    PartView,
    UploadTarget,
    UploadView,
)
from documents.settings import DocumentsSettings
from documents.storage import Storage, UploadGone, incoming_key, kept_key
from kit import caller as callers
from kit.edge import Caller, Tx, router
from kit.failpoints import failpoint
from kit.ids import new_id, now

arriving = router(tags=["documents"])

PART_LASTS = timedelta(hours=1)


async def in_parts(
    tx: AsyncSession, caller: callers.Caller, new: NewUpload, store: Storage, settings: DocumentsSettings
) -> Document:
    """F143: announce a file that comes in parts."""
    begin = beginning(caller.tenant_id, store, settings)
    return await service.announce(tx, caller, new, most(settings, in_parts=True), begin)


def most(settings: DocumentsSettings, *, in_parts: bool) -> service.Most:
    """How large a file may be that comes so."""
    scannable = settings.clamd_limit if settings.clamd else None
    return service.Most(settings.large_upload_limit if in_parts else settings.upload_limit, scannable)


def beginning(tenant_id: UUID, store: Storage, settings: DocumentsSettings) -> service.Begin:
    """How a file in parts is begun at the storage. One that is then not written down is aborted by the sweeper."""

    async def begin(document: Document) -> None:
        document.object_id = new_id()
        await failpoint("documents.begin.before")
        document.upload_id = await store.begin_parts(kept_key(tenant_id, document.object_id))
        await failpoint("documents.begin.after")
        document.part_size, document.expires_at = settings.part_size, now() + service.LARGE_LASTS

    return begin


def in_one_piece(store: Storage, tenant_id: UUID, document: Document) -> UploadView:
    """What the sender of a file in one piece is told."""
    url = store.upload_url(incoming_key(tenant_id, document.id), service.UPLOAD_LASTS)
    target = UploadTarget(url=url, headers={"content-type": "application/octet-stream"})
    return UploadView(document_id=document.id, upload=target, expires_at=document.expires_at)


def begun(document: Document) -> UploadView:
    """What the sender of a file in parts is told."""
    coming = service.in_parts(document)
    parts = Parts(size=coming.part_size, count=coming.count)
    return UploadView(document_id=document.id, upload=None, parts=parts, expires_at=document.expires_at)


@arriving.get("/documents/uploads/{document_id}")
async def read_upload(document_id: UUID, caller: Caller, store: Store, tx: Tx) -> PartsView:
    """F147: which parts of one's own upload are there, to go on after a broken connection."""
    coming = await service.coming(tx, caller, document_id)
    try:
        found = await store.parts(_key(coming), coming.upload_id)
    except UploadGone as error:
        raise UploadOver() from error
    return PartsView(
        document_id=document_id,
        parts=Parts(size=coming.part_size, count=coming.count),
        arrived=[PartView(number=one.number, size=one.size) for one in found],
        expires_at=coming.document.expires_at,
    )


@arriving.post("/documents/uploads/{document_id}/parts")
async def link_parts(document_id: UUID, asked: PartNumbers, caller: Caller, store: Store, tx: Tx) -> PartTargets:
    """F143, F147: links for up to a hundred parts; the same part can be sent again, the last one counts."""
    coming = await service.coming(tx, caller, document_id)
    if max(asked.numbers) > coming.count:
        raise NotInParts()
    await service.linger(tx, document_id)
    targets = [PartTarget(number=number, upload=_target(store, coming, number)) for number in asked.numbers]
    return PartTargets(items=targets, expires_at=now() + PART_LASTS)


def _target(store: Storage, coming: service.Coming, number: int) -> UploadTarget:
    return UploadTarget(url=store.part_url(_key(coming), coming.upload_id, number, PART_LASTS), headers={})


@arriving.delete("/documents/uploads/{document_id}", status_code=204)
async def give_up_upload(document_id: UUID, caller: Caller, store: Store, tx: Tx, after: BackgroundTasks) -> None:
    """F147: forget one's own upload, and what there is of it: on its way, or there for less than an hour and on nothing
    but the case it was brought for."""
    if (objects := await service.take_back(tx, caller, document_id)) is not None:
        forget_later(after, store, caller, objects)
        return
    given_up = await service.give_up(tx, caller, document_id)
    after.add_task(store.forget_upload, given_up.tenant_id, given_up.id, given_up.object_id, given_up.upload_id)


def _key(coming: service.Coming) -> str:
    assert coming.document.object_id is not None
    return kept_key(coming.document.tenant_id, coming.document.object_id)
