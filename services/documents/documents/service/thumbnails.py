"""Pictures of documents: the small one, and their first pages."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import Document


async def keep_thumbnail(
    tx: AsyncSession, document_id: UUID, thumbnail_id: UUID | None, preview_id: UUID | None, pages: int
) -> None:
    """F155, F156: write down the pictures that were drawn, or that there are none; whoever was first stays."""
    values: dict[str, Any] = {"thumbnail_id": thumbnail_id, "thumbnail": "made" if thumbnail_id else "none"}
    values |= {"preview_id": preview_id, "preview_pages": pages}
    undrawn = (Document.id == document_id, Document.thumbnail.is_(None))
    await tx.execute(update(Document).where(*undrawn).values(**values))
