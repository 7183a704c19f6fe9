"""F155: the worker's timer that has small pictures drawn, each by a short-lived process that is shut in."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import text

from documents import queries, service
from documents.drawing import SECONDS
from documents.errors import StorageAway
from documents.kinds import DRAWN
from documents.previews import MOST_PAGES, packed
from documents.settings import DocumentsSettings
from documents.storage import ObjectMissing, Storage, kept_key
from kit.away import is_away
from kit.confined import confined
from kit.db import AnyRow, Database
from kit.failpoints import failpoint
from kit.ids import new_id

log = structlog.get_logger()

DRAWN_FILES = Counter("portico_documents_thumbnails", "Files that were to be drawn, by what became of it", ["result"])
LARGEST = 50 * 1024**2
"""Bytes of a file that is drawn; a larger one keeps its icon."""
BATCH = 20


class Thumbnails:
    """One worker draws at a time what is due; two would draw some twice, and the first one's picture is swept."""

    def __init__(self, settings: DocumentsSettings, database: Database, storage: Storage) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage

    async def run(self) -> None:
        """Draw until cancelled; a part that is away is tried again at the next turn."""
        while True:
            try:
                await self._storage.open()
                more = await self.draw_due()
            except Exception as error:
                if not isinstance(error, StorageAway) and not is_away(error):
                    raise
                log.warning("documents.drawing_postponed", error=repr(error))
                more = False
            if not more:
                await asyncio.sleep(self._settings.thumbnail_seconds)

    async def draw_due(self) -> bool:
        """Draw the longest-waiting files. Returns whether there may be more."""
        async with self._database.transaction(None) as tx:
            statement = text("SELECT tenant_id, id FROM thumbnails_due(:most)")
            due = [(row[0], row[1]) for row in await tx.execute(statement, {"most": BATCH})]
        for tenant_id, document_id in due:
            await self.draw(tenant_id, document_id)
        return len(due) == BATCH

    async def draw(self, tenant_id: UUID, document_id: UUID) -> None:
        """Draw one file, and write down what became of it."""
        async with self._database.transaction(tenant_id) as tx:
            row = await queries.to_draw(tx, document_id)
        due = row is not None and row.content_type in DRAWN and row.size <= LARGEST
        small, pages = await self._pictures(row) if row and due else (None, [])
        thumbnail_id = await self._put(tenant_id, small)
        preview_id = await self._put(tenant_id, packed(pages) if pages else None)
        await failpoint("documents.thumbnail.between")
        async with self._database.transaction(tenant_id) as tx:
            await service.keep_thumbnail(tx, document_id, thumbnail_id, preview_id, len(pages))
        DRAWN_FILES.labels("drawn" if small else "none").inc()

    async def _put(self, tenant_id: UUID, content: bytes | None) -> UUID | None:
        if content is None:
            return None
        object_id = new_id()
        await self._storage.put(kept_key(tenant_id, object_id), content)
        return object_id

    async def _pictures(self, row: AnyRow) -> tuple[bytes | None, list[bytes]]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "file"), Path(folder, "picture")
            try:
                await self._storage.read(kept_key(row.tenant_id, row.object_id), lambda chunks: _write(source, chunks))
            except ObjectMissing:
                return None, []
            if (status := await drawn(source, target)) != 0:
                log.info("documents.not_drawn", document_id=str(row.id), status=status)
            return await asyncio.to_thread(_read, target)


def _read(target: Path) -> tuple[bytes | None, list[bytes]]:
    """What was drawn: of a file that was too much in the end, the pages before that."""
    pages = [target.with_suffix(f".{number}") for number in range(1, MOST_PAGES + 1)]
    return (target.read_bytes() if target.exists() else None), [page.read_bytes() for page in pages if page.exists()]


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with path.open("wb") as opened:
        for chunk in chunks:
            opened.write(chunk)


async def drawn(source: Path, target: Path) -> int | None:
    """Have one file drawn. Returns how the process ended; None when it took too long and was killed."""
    files = str(source), str(target)
    return await confined("documents.drawing", *files, folder=source.parent, seconds=2 * SECONDS)
