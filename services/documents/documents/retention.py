"""The worker's timer that lets files go whose time is over."""

from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import text

from documents import service
from documents.settings import DocumentsSettings
from documents.storage import Storage, kept_key, parts_away
from kit.db import Database
from kit.failpoints import failpoint
from kit.ids import now
from kit.worker import take_turns

REMOVED = Counter("portico_documents_removed", "Objects of documents whose time was over")
BATCH = 100


class Retention:
    """First the rows go, in one transaction with what is said of them, then their objects: what a killed worker
    leaves is an object without a row, and the sweeper's."""

    def __init__(self, settings: DocumentsSettings, database: Database, storage: Storage) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage

    async def run(self) -> None:
        """Look until cancelled; a part that is away is tried again at the next turn."""
        await take_turns(self._turn, self._settings.retention_seconds, "documents.retention_postponed", parts_away)

    async def _turn(self) -> None:
        await self._storage.open()
        await self.pass_over()

    async def pass_over(self) -> None:
        """Every tenant that has a rule."""
        async with self._database.transaction(None) as tx:
            tenants = (await tx.execute(text("SELECT tenant_id FROM retention_tenants()"))).scalars().all()
        for tenant_id in tenants:
            while await self._stretch(tenant_id):
                pass

    async def _stretch(self, tenant_id: UUID) -> bool:
        async with self._database.transaction(tenant_id) as tx:
            objects = await service.remove_over(tx, now(), BATCH)
        if not objects:
            return False
        await failpoint("documents.retention.between")
        await self._storage.forget(*(kept_key(tenant_id, one) for one in objects))
        REMOVED.inc(len(objects))
        return True
