"""Small pictures of documents."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import Document


async def keep_thumbnail(tx: AsyncSession, document_id: UUID, thumbnail_id: UUID | None) -> None:
    """F155: write down the picture that was drawn, or that there is none; whoever was first stays."""
    values = {"thumbnail_id": thumbnail_id, "thumbnail": "made" if thumbnail_id else "none"}
    undrawn = (Document.id == document_id, Document.thumbnail.is_(None))
    await tx.execute(update(Document).where(*undrawn).values(**values))
