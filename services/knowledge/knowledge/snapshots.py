"""E7: every article said again, for whoever keeps copies and has lost them, or was not there when they were said.

    python -m knowledge.snapshots

Needs PORTICO_DATABASE_URL. Copies that are as new already take no notice, so it may run at any time, and twice.
"""

import asyncio
import os
from uuid import UUID

from kit.db import Database, fetch
from knowledge import service


async def say_everything_again(database: Database) -> int:
    """Every tenant's articles, batch by batch. Returns how many were said."""
    async with database.transaction(None) as tx:
        tenants = await fetch(tx, "SELECT tenant_id FROM article_tenants()")
    return sum([await _of_tenant(database, row["tenant_id"]) for row in tenants])


async def _of_tenant(database: Database, tenant_id: UUID) -> int:
    many, last = 0, UUID(int=0)
    while True:
        async with database.transaction(tenant_id) as tx:
            said = await service.say_again(tx, last)
        if not said:
            return many
        many, last = many + len(said), said[-1]


async def _main() -> None:
    database = Database(os.environ["PORTICO_DATABASE_URL"], pool_size=1)
    try:
        print(f"{await say_everything_again(database)} articles were said again.")
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main())
