"""The worker's timer that reminds of what was asked for: before the day, and on it."""

from datetime import date

import structlog
from sqlalchemy import text

from documents import service
from documents.settings import DocumentsSettings
from kit.db import Database
from kit.failpoints import failpoint
from kit.ids import now
from kit.worker import take_turns

log = structlog.get_logger()

BATCH = 200


class Reminders:
    """Any number of workers may look: a request is told of under its lock, once each."""

    def __init__(self, settings: DocumentsSettings, database: Database) -> None:
        self._settings = settings
        self._database = database

    async def run(self) -> None:
        """Look until cancelled."""
        seconds = self._settings.remind_seconds
        await take_turns(lambda: self.remind(now().date()), seconds, "documents.reminders_postponed")

    async def remind(self, today: date) -> None:
        """Tell of what is due soon, and of what is due."""
        asked = text("SELECT tenant_id, id FROM requests_due(:today, :soon, :most)")
        values = {"today": today, "soon": today + service.SOON, "most": BATCH}
        async with self._database.transaction(None) as tx:
            due = (await tx.execute(asked, values)).all()
        for tenant_id, request_id in due:
            async with self._database.transaction(tenant_id) as tx:
                told = await service.remind(tx, request_id, today)
            await failpoint("documents.remind.after")
            log.info("documents.reminded", request_id=str(request_id), told=told)
