"""The worker process of identity."""

import asyncio

from sqlalchemy import text

from identity.settings import IdentitySettings
from kit.app import begin
from kit.db import Database
from kit.inbox import Hears
from kit.serve import serve_worker
from kit.worker import Worker

PURGE_SECONDS = 600


def worker(settings: IdentitySettings, database: Database) -> Worker:
    """The relay, and a timer that clears away sessions long over and tries long ago. Identity hears nothing."""

    async def keep_tidy() -> None:
        while True:
            async with database.transaction(None) as tx:
                await tx.execute(text("SELECT identity_purge()"))
            await asyncio.sleep(PURGE_SECONDS)

    return Worker(settings, database, Hears(), timers=[keep_tidy])


if __name__ == "__main__":
    settings = IdentitySettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
