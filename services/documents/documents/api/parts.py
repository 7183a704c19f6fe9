"""What the routes share: the object storage, and a row made into what crosses HTTP."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any
from uuid import UUID

from fastapi import BackgroundTasks, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from documents import policy
from documents.kinds import PREVIEWS
from documents.schemas import DocumentLink, DocumentView
from documents.storage import Storage, kept_key
from kit.caller import Caller
from kit.db import Database
from kit.schemas import Person

FOR = ("contact", "organisation")
"""Kinds of records that a document is for, rather than on."""


async def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    await storage.open()
    return storage


Store = Annotated[Storage, Depends(_storage)]
"""The object storage; a request that needs it is told when it is away."""


def short(request: Request) -> AbstractAsyncContextManager[AsyncSession]:
    """A transaction of its own, before the request's: what it says must hold while the outside work is done."""
    database: Database = request.app.state.database
    return database.transaction(request.state.caller.tenant_id)


def versioned(response: Response, view: DocumentView) -> DocumentView:
    """The same, and its version as the ETag, for the If-Match of the next change."""
    response.headers["etag"] = f'"{view.version}"'
    return view


def forget_later(after: BackgroundTasks, store: Storage, caller: Caller, objects: Sequence[UUID]) -> None:
    """Remove objects that no row names any more, once that is committed; what is left then is the sweeper's."""
    after.add_task(store.forget, *(kept_key(caller.tenant_id, one) for one in objects))


def viewed(caller: Caller, row: Any, cases: Sequence[UUID] | None, records: Sequence[str] | None) -> DocumentView:
    """A document, as this caller may see it."""
    named = [one.split(":") for one in sorted(records or [])]
    others = [DocumentLink.model_validate({"kind": kind, "id": record}) for kind, record in named]
    return DocumentView(
        id=row.id,
        external_id=row.external_id if caller.kind in ("key", "staff") else None,
        title=row.title,
        description=row.description,
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        state=row.state,
        scan=row.scan,
        folder=row.folder,
        on_portal=row.on_portal,
        links=[DocumentLink(kind="case", id=case_id) for case_id in cases or []]
        + [one for one in others if one.kind not in FOR],
        shared_with=[one for one in others if one.kind in FOR],
        names=_names(row, {*(cases or []), *(one.id for one in others)}),
        uploaded_by=Person(id=row.uploaded_by_id, name=row.uploaded_by_name, kind=row.uploaded_by_kind),
        created_at=row.created_at,
        version=row.version,
        number=row.number,
        preview_pages=row.preview_pages if getattr(row, "pictured", False) else 0,
        preview=row.state == "ready" and row.content_type in PREVIEWS,
        # Of a row that was just written nobody has asked: its picture is not there yet, or shows with the next read.
        thumbnail=bool(getattr(row, "pictured", False)),
        legal_hold=row.legal_hold and caller.kind != "contact",
        may_publish=policy.publishes(caller),
    )


def _names(row: Any, shown: set[UUID]) -> dict[UUID, str]:
    """The names of those records that are shown, where they were asked for."""
    named: dict[str, str] = getattr(row, "names", None) or {}
    return {UUID(key): name for key, name in named.items() if UUID(key) in shown}
