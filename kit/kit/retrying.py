"""The worker's timer over its inbox."""

import asyncio

import structlog
from sqlalchemy import text

from kit import telemetry
from kit.away import is_away
from kit.db import Database
from kit.inbox import Inbox

log = structlog.get_logger()


async def keep_retrying(inbox: Inbox, database: Database) -> None:
    """The worker's timer: retries what is due, counts what waits and is parked, clears what is old."""
    turn = 0
    while True:
        try:
            await inbox.retry_due()
            if turn % 15 == 0:
                async with database.transaction(None) as tx:
                    state = (await tx.execute(text("SELECT waiting, parked FROM inbox_state()"))).one()
                    if turn % 3600 == 0:
                        await tx.execute(text("SELECT machinery_purge()"))
                telemetry.INBOX_WAITING.set(state.waiting)
                telemetry.INBOX_PARKED.set(state.parked)
        except Exception as error:
            if not is_away(error):
                log.exception("inbox.retry_failed")
        turn += 1
        await asyncio.sleep(1)
