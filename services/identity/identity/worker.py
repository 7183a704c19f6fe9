"""The worker process of identity."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from sqlalchemy import text

from identity.nameserver import Nameserver
from identity.service import hosts, import_rows
from identity.service.renewals import look_for_renewals
from identity.settings import IdentitySettings
from kit.app import begin
from kit.away import is_away
from kit.caller import Caller
from kit.db import Database, fetch
from kit.hears import Hears
from kit.seal import Seal
from kit.serve import serve_worker
from kit.worker import Worker

log = structlog.get_logger()

PURGE_SECONDS = 600
HOSTS_SECONDS = 600
RENEWAL_SECONDS = 600
RENEWALS_AT_ONCE = 500
HOSTS_AT_ONCE = 50
IMPORTS_SECONDS = 1
IMPORTS_AT_ONCE = 10


def worker(settings: IdentitySettings, database: Database) -> Worker:
    """The relay, and timers: what is long over is cleared away, hosts are looked after, files are brought in.

    Identity hears nothing.
    """

    async def keep_tidy() -> None:
        while True:
            async with database.transaction(None) as tx:
                await tx.execute(text("SELECT identity_purge()"))
            await asyncio.sleep(PURGE_SECONDS)

    async def tell_renewals() -> None:
        while True:
            while await look_for_renewals(database, RENEWALS_AT_ONCE) == RENEWALS_AT_ONCE:
                pass
            await asyncio.sleep(RENEWAL_SECONDS)

    timers = [keep_tidy, tell_renewals, _keeping_hosts(settings, database), _importing(settings, database)]
    return Worker(settings, database, Hears(), timers=timers)


def _keeping_hosts(settings: IdentitySettings, database: Database) -> Callable[[], Awaitable[None]]:
    nameserver, seal = Nameserver(settings.dns), Seal(settings.mail_keys.get_secret_value())

    async def keep_hosts() -> None:
        while True:
            while await look_at_hosts(database, nameserver, seal) == HOSTS_AT_ONCE:
                pass
            await asyncio.sleep(HOSTS_SECONDS)

    return keep_hosts


async def look_at_hosts(database: Database, nameserver: Nameserver, seal: Seal) -> int:
    """F005: look for the records of proven hosts that were not looked for since yesterday, and end old claims.

    Returns how many were due. Where nobody could be asked, nothing is held against the host; where all is as it
    was, no tenant is entered.
    """
    async with database.transaction(None) as tx:
        await tx.execute(text("SELECT hosts_lapse()"))
        due = await fetch(tx, "SELECT * FROM hosts_due($1)", HOSTS_AT_ONCE)
    for row in due:
        found = await nameserver.texts(hosts.record_name(row["host"]))
        as_it_was = found is not None and hosts.record_value(row["token"]) in found and not row["missing_since"]
        if found is not None and not as_it_was:
            async with database.transaction(row["tenant_id"]) as tx:
                system = Caller(kind="system", tenant_id=row["tenant_id"], name="identity")
                await hosts.seen_again(tx, system, seal, row["host"], found)
    return len(due)


def _importing(settings: IdentitySettings, database: Database) -> Callable[[], Awaitable[None]]:
    seal = Seal(settings.mail_keys.get_secret_value())

    async def keep_importing() -> None:
        while True:
            while await bring_in(database, seal):
                pass
            await asyncio.sleep(IMPORTS_SECONDS)

    return keep_importing


async def bring_in(database: Database, seal: Seal) -> int:
    """Do some rows of each file that waits, in a transaction each. Returns how many files went on."""
    async with database.transaction(None) as tx:
        due = await fetch(tx, "SELECT tenant_id, id FROM imports_due($1)", IMPORTS_AT_ONCE)
    return sum([await _bring_in(database, seal, row["tenant_id"], row["id"]) for row in due])


async def _bring_in(database: Database, seal: Seal, tenant_id: UUID, import_id: UUID) -> bool:
    try:
        async with database.transaction(tenant_id) as tx:
            return await import_rows.advance(tx, import_id, seal)
    except Exception as error:
        if is_away(error):
            raise
        log.error("import.failed", import_id=str(import_id), exc_info=error)
        async with database.transaction(tenant_id) as tx:
            await import_rows.trip(tx, import_id)
        return False


if __name__ == "__main__":
    settings = IdentitySettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
