"""The worker's timer that checks large files: nobody waits for them in a request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog
from sqlalchemy import text

from documents import service
from documents.checking import check, scanner
from documents.models import Document
from documents.scan import Clamd
from documents.settings import DocumentsSettings
from documents.storage import Storage, kept_key, parts_away
from kit.away import is_away
from kit.db import Database
from kit.failpoints import failpoint
from kit.problems import Problem, Unavailable
from kit.worker import take_turns

log = structlog.get_logger()

BATCH = 20
RENEWED = 10.0
"""Seconds after which a worker that is still at work says so: well within its lease."""


class Lease:
    """The hold on a file while it is checked, however long that takes; from a worker that died it passes on soon."""

    def __init__(self, database: Database, document: Document) -> None:
        self.document = document
        self._database = database

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew it until the work is done."""
        done = asyncio.Event()
        keeper = asyncio.create_task(self._keep_until(done))
        try:
            yield
        finally:
            done.set()
            # Not cancelled: a renewal on its way is heard to its end, else nobody knew under which lease to go on.
            await keeper

    async def _keep_until(self, done: asyncio.Event) -> None:
        while not done.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEWED):
                    await done.wait()
                return
            try:
                await self._renew()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("documents.lease_not_renewed", error=repr(error))

    async def _renew(self) -> None:
        async with self._database.transaction(self.document.tenant_id) as tx:
            renewed = await service.renew(tx, self.document)
        self.document = renewed or self.document


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
            await self.check_one(tenant_id, document_id)

    async def check_one(self, tenant_id: UUID, document_id: UUID) -> None:
        """Check this file, unless somebody else is at it."""
        async with self._database.transaction(tenant_id) as tx:
            claimed = await service.take_up(tx, document_id)
            clamd = await scanner(tx, self._clamd)
        if claimed:
            await self._check(claimed, clamd)

    async def _check(self, claimed: Document, clamd: Clamd | None) -> None:
        lease = Lease(self._database, claimed)
        try:
            async with lease.kept():
                findings = await check(self._storage, clamd, claimed)
            await failpoint("documents.finish.before")
            async with self._database.transaction(claimed.tenant_id) as tx:
                await service.finish(tx, lease.document, findings)
        except Problem as problem:
            await self._failed(lease.document, problem)

    async def _failed(self, claimed: Document, problem: Problem) -> None:
        log.info("documents.not_passed", document_id=str(claimed.id), problem=problem.slug())
        async with self._database.transaction(claimed.tenant_id) as tx:
            if isinstance(problem, Unavailable):
                await service.postpone(tx, claimed)
                return
            rejected = await service.give_back(tx, claimed, problem)
        if rejected and claimed.object_id:
            await self._storage.forget(kept_key(claimed.tenant_id, claimed.object_id))
