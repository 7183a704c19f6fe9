"""The worker process of cases."""

import asyncio

from cases import service
from cases.handlers import hears
from cases.settings import CasesSettings
from kit.app import begin
from kit.db import Database, fetch
from kit.serve import serve_worker
from kit.worker import Worker

LOOK_SECONDS = 20
AT_ONCE = 200


def worker(settings: CasesSettings, database: Database) -> Worker:
    """Relay, consumer and retries, and a timer that says which promises were not kept."""

    async def watch_promises() -> None:
        while True:
            while await say_missed(database) >= AT_ONCE:
                pass
            await asyncio.sleep(LOOK_SECONDS)

    return Worker(settings, database, hears, [watch_promises])


async def say_missed(database: Database) -> int:
    """Look for broken promises of all tenants and say each; returns how many were said."""
    async with database.transaction(None) as tx:
        due = await fetch(tx, "SELECT tenant_id, id FROM promises_missed($1)", AT_ONCE)
    said = 0
    for row in due:
        async with database.transaction(row["tenant_id"]) as tx:
            said += await service.miss(tx, row["id"])
    return said


if __name__ == "__main__":
    settings = CasesSettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
