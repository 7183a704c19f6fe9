"""The worker process of identity."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from identity.nameserver import Nameserver
from identity.service import hosts
from identity.service.renewals import look_for_renewals
from identity.settings import IdentitySettings
from kit.app import begin
from kit.caller import Caller
from kit.db import Database, fetch
from kit.inbox import Hears
from kit.seal import Seal
from kit.serve import serve_worker
from kit.worker import Worker

PURGE_SECONDS = 600
HOSTS_SECONDS = 600
RENEWAL_SECONDS = 600
RENEWALS_AT_ONCE = 500
HOSTS_AT_ONCE = 50


def worker(settings: IdentitySettings, database: Database) -> Worker:
    """The relay, and a timer that clears away sessions long over and tries long ago. Identity hears nothing."""

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

    return Worker(settings, database, Hears(), timers=[keep_tidy, tell_renewals, _keeping_hosts(settings, database)])


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

    Returns how many were due. Where nobody could be asked, nothing is held against the host.
    """
    async with database.transaction(None) as tx:
        await tx.execute(text("SELECT hosts_lapse()"))
        due = await fetch(tx, "SELECT * FROM hosts_due($1)", HOSTS_AT_ONCE)
    for row in due:
        found = await nameserver.texts(hosts.record_name(row["host"]))
        if found is not None:
            async with database.transaction(row["tenant_id"]) as tx:
                system = Caller(kind="system", tenant_id=row["tenant_id"], name="identity")
                await hosts.seen_again(tx, system, seal, row["host"], found)
    return len(due)


if __name__ == "__main__":
    settings = IdentitySettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
