"""What the plugin gives to other packages' tests."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import asyncpg

from stack import databases
from stack.databases import Database
from stack.s3 import Storage
from stack.testing import Parts


def test_it_gives_a_bucket_of_ones_own(s3: Storage) -> None:
    assert s3.client().bucket_exists(s3.bucket)
    assert s3.bucket.startswith("test-")


def test_it_gives_a_virtual_host_of_ones_own(amqp_url: str, parts: Parts) -> None:
    assert amqp_url != parts.amqp
    assert "/test-" in amqp_url


def test_parked_events_are_replayed_from_the_command_line(
    service_database: Callable[[str], Database], superuser: str
) -> None:
    database = service_database("notifier")
    databases.replay(database)
    asyncio.run(park_one(superuser.rsplit("/", 1)[0] + "/" + database.app_url.rsplit("/", 1)[1]))
    assert databases.replay(database) == 1
    assert databases.replay(database) == 0


async def park_one(address: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(
        "INSERT INTO inbox (tenant_id, event_id, type, state) VALUES ($1, $2, 'case.opened.v1', 'parked')",
        uuid4(),
        uuid4(),
    )
    await connection.close()
