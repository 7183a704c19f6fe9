"""The worker's timer that checks large files: nobody waits for them in a request."""

import structlog
from sqlalchemy import text

from documents import service
from documents.checking import check
from documents.models import Document
from documents.scan import Clamd
from documents.settings import DocumentsSettings
from documents.storage import Storage, kept_key, parts_away
from kit.db import Database
from kit.failpoints import failpoint
from kit.problems import Problem, Unavailable
from kit.worker import take_turns

log = structlog.get_logger()

BATCH = 20


class Checks:
    """One file at a time; a worker that dies leaves its file to the next, once its lease is over."""

    def __init__(self, settings: DocumentsSettings, database: Database, storage: Storage) -> None:
        self._settings = settings
        self._database = database
        self._storage = storage
        self._clamd = Clamd.of(settings)

    async def run(self) -> None:
        """Check until cancelled; a part that is away is tried again at the next turn."""
        await take_turns(self._turn, self._settings.check_seconds, "documents.checks_postponed", parts_away)

    async def _turn(self) -> None:
        await self._storage.open()
        await self.check_due()

    async def check_due(self) -> None:
        """Check the longest-waiting files."""
        async with self._database.transaction(None) as tx:
            due = (await tx.execute(text("SELECT tenant_id, id FROM checks_due(:most)"), {"most": BATCH})).all()
        for tenant_id, document_id in due:
            async with self._database.transaction(tenant_id) as tx:
                claimed = await service.take_up(tx, document_id)
            if claimed:
                await self._check(claimed)

    async def _check(self, claimed: Document) -> None:
        try:
            findings = await check(self._storage, self._clamd, claimed)
            await failpoint("documents.finish.before")
            async with self._database.transaction(claimed.tenant_id) as tx:
                await service.finish(tx, claimed, findings)
        except Problem as problem:
            await self._failed(claimed, problem)

    async def _failed(self, claimed: Document, problem: Problem) -> None:
        log.info("documents.not_passed", document_id=str(claimed.id), problem=problem.slug())
        async with self._database.transaction(claimed.tenant_id) as tx:
            if isinstance(problem, Unavailable):
                await service.postpone(tx, claimed)
                return
            rejected = await service.give_back(tx, claimed, problem)
        if rejected and claimed.object_id:
            await self._storage.forget(kept_key(claimed.tenant_id, claimed.object_id))
