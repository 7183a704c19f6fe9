"""Routes of the versions of a document before the newest."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.api.documents import DOWNLOAD_LASTS
from documents.api.parts import Store
from documents.errors import DocumentNotFound
from documents.schemas import VersionList, VersionView
from documents.storage import kept_key
from kit import caller as callers
from kit.db import AnyRow
from kit.edge import Caller, Tx, router
from kit.schemas import Person

versions = router(tags=["documents"])

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@versions.get("/documents/{document_id}/versions")
async def list_versions(document_id: UUID, caller: Caller, tx: Tx) -> VersionList:
    """F156: the files a document had before; for customers where the tenant shows them."""
    return VersionList(items=[_view(row) for row in await _versions(tx, caller, document_id)])


@versions.get("/documents/{document_id}/versions/{number}/download", status_code=303, response_class=Response)
async def download_version(document_id: UUID, number: Number, caller: Caller, store: Store, tx: Tx) -> Response:
    """F157: where one of them can be fetched, for a minute."""
    found = await _versions(tx, caller, document_id)
    row = next((row for row in found if row.number == number), None)
    if row is None:
        raise DocumentNotFound()
    url = store.download_url(kept_key(row.tenant_id, row.object_id), row.file_name, DOWNLOAD_LASTS)
    return Response(status_code=303, headers={"location": url, "cache-control": "no-store"})


async def _versions(tx: AsyncSession, caller: callers.Caller, document_id: UUID) -> Sequence[AnyRow]:
    if await queries.one(tx, caller, document_id) is None:
        raise DocumentNotFound()
    return await queries.versions(tx, caller, document_id)


def _view(row: AnyRow) -> VersionView:
    return VersionView(
        number=row.number,
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        scan=row.scan,
        uploaded_by=Person(id=row.uploaded_by_id, name=row.uploaded_by_name, kind=row.uploaded_by_kind),
        ready_at=row.ready_at,
    )
