"""What keeps rows and objects together: each side is held against the other, and what nobody wants is removed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy import text

from documents import service
from documents.errors import StorageAway
from documents.settings import DocumentsSettings
from documents.storage import INCOMING, Storage, Stored, kept_key
from kit.away import is_away
from kit.db import Database
from kit.failpoints import failpoint
from kit.ids import now

log = structlog.get_logger()

ORPHANS = Gauge(
    "portico_documents_orphans",
    "Found by the last pass: objects and uploads in parts without a row (removed), rows without object (an alarm)",
    ["side"],
)
AGE = timedelta(hours=1)
"""How old an object without a row must be: a check in progress has both within seconds."""
BATCH = 1_000
_ZERO = UUID(int=0)

Key = tuple[UUID, UUID]
"""A tenant, and a document or object of theirs."""


class Sweeper:
    """The worker's timer."""

    def __init__(self, settings: DocumentsSettings, database: Database, storage: Storage) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage

    async def run(self) -> None:
        """Sweep until cancelled; a part that is away is tried again at the next turn."""
        turns = max(1, round(self._settings.reconcile_seconds / self._settings.sweep_seconds))
        turn = 0
        while True:
            try:
                await self._storage.open()
                await self.expire()
                if turn % turns == 0:
                    await self.reconcile()
                turn += 1
            except Exception as error:
                if not isinstance(error, StorageAway) and not is_away(error):
                    raise
                log.warning("documents.sweep_postponed", error=repr(error))
            await asyncio.sleep(self._settings.sweep_seconds)

    async def expire(self) -> None:
        """Uploads that nobody finished: first their bytes go, then their row."""
        before = now() - service.GRACE
        statement = "SELECT tenant_id, id FROM uploads_expired(:before, :most)"
        for tenant_id, document_id in await self._ask(statement, before=before, most=BATCH):
            async with self._database.transaction(tenant_id) as tx:
                held = await service.hold(tx, document_id)
            ids = (held.object_id, held.upload_id) if held else (None, None)
            await self._storage.remove_upload(tenant_id, document_id, *ids)
            await failpoint("documents.expire.between")
            async with self._database.transaction(tenant_id) as tx:
                await service.expire(tx, document_id, held)

    async def reconcile(self) -> None:
        """Objects without a row are removed; rows without their object are counted and said."""
        removed = await self._remove_orphans(INCOMING, "uploads_open")
        removed += await self._remove_orphans("", "objects_known")
        ORPHANS.labels("object").set(removed)
        ORPHANS.labels("upload").set(await self._abort_orphans())
        ORPHANS.labels("row").set(await self._count_missing())

    async def _remove_orphans(self, prefix: str, known_to: str) -> int:
        removed = 0
        async for page in self._pages(prefix):
            old = [one for one in page if one.modified < now() - AGE]
            keyed = [(key, one) for one in old if (key := _read(prefix, one.key))]
            known = await self._known(known_to, [key for key, _ in keyed])
            for key, stored in keyed:
                if key not in known:
                    log.info("documents.orphan_removed", key=stored.key)
                    await self._storage.remove(stored.key)
                    removed += 1
        return removed

    async def _abort_orphans(self) -> int:
        """Uploads in parts that no row knows of: their parts take room that nobody sees."""
        old = [one for one in await self._storage.begun() if one.modified < now() - AGE]
        keyed = [(key, one) for one in old if (key := _read("", one.key))]
        known = await self._known("objects_known", [key for key, _ in keyed])
        orphans = [one for key, one in keyed if key not in known]
        for one in orphans:
            log.info("documents.upload_aborted", key=one.key)
            await self._storage.abort(one.key, one.upload_id)
        return len(orphans)

    async def _pages(self, prefix: str) -> AsyncIterator[list[Stored]]:
        after = ""
        while page := await self._storage.page(prefix, after, BATCH):
            yield page
            after = page[-1].key

    async def _known(self, function: str, keys: Sequence[Key]) -> set[Key]:
        # The function's name is one of two in this file; only ids are parameters.
        statement = f"SELECT tenant_id, id FROM {function}(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[]))"  # noqa: S608
        tenants, ids = [tenant for tenant, _ in keys], [found for _, found in keys]
        return set(await self._ask(statement, tenants=tenants, ids=ids))

    async def _count_missing(self) -> int:
        missing, last = 0, (_ZERO, _ZERO)
        statement = "SELECT tenant_id, id FROM objects_after(:tenant, :id, :most)"
        while rows := await self._ask(statement, tenant=last[0], id=last[1], most=BATCH):
            there = await self._there(last, rows[-1])
            for tenant_id, object_id in (row for row in rows if row not in there):
                log.error("documents.object_missing", key=kept_key(tenant_id, object_id))
                missing += 1
            last = rows[-1]
        return missing

    async def _there(self, first: Key, last: Key) -> set[Key]:
        """The keys of objects from after the first to the last."""
        found: set[Key] = set()
        after, end = kept_key(*first), kept_key(*last)
        while after < end and (page := await self._storage.page("", after, BATCH)):
            found |= {key for stored in page if (key := _read("", stored.key))}
            after = page[-1].key
        return found

    async def _ask(self, statement: str, **values: object) -> list[Key]:
        async with self._database.transaction(None) as tx:
            return [(row[0], row[1]) for row in await tx.execute(text(statement), values)]


def _read(prefix: str, key: str) -> Key | None:
    """The ids in a key; None for one that is not ours to touch."""
    tenant, _, found = key.removeprefix(prefix).partition("/")
    try:
        return UUID(tenant), UUID(found)
    except ValueError:
        return None
