"""The database that goes away: told apart from something wrong with what was asked."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kit.at_last import at_last, gather_at_last, insert_at_last
from kit.away import is_away
from kit.db import Database
from stack import databases


@pytest.fixture
async def database(service_database: Callable[[str], databases.Database]) -> AsyncIterator[Database]:
    opened = Database(service_database("cases").app_url, pool_size=1)
    yield opened
    await opened.close()


async def test_a_connection_that_the_server_ended_counts_as_away(database: Database) -> None:
    with pytest.raises(DBAPIError) as ended:
        async with database.transaction(None) as tx:
            await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_away(ended.value)
    async with database.transaction(None) as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar() == 1


@pytest.mark.parametrize("error", [asyncpg.AdminShutdownError, asyncpg.CrashShutdownError])
def test_a_server_going_down_counts_as_away(error: type[Exception]) -> None:
    assert is_away(error("terminating connection"))


async def test_a_pool_with_nothing_left_to_give_counts_as_away(
    service_database: Callable[[str], databases.Database],
) -> None:
    database = Database(service_database("cases").app_url, pool_size=1, pool_timeout=0.1)
    try:
        async with database.transaction(None):
            with pytest.raises(PoolTimeout) as full:
                async with database.transaction(None):
                    pass
    finally:
        await database.close()
    assert is_away(full.value)


async def test_a_statement_that_is_wrong_does_not_count_as_away(database: Database) -> None:
    with pytest.raises(DBAPIError) as wrong:
        async with database.transaction(None) as tx:
            await tx.execute(text("SELECT nothing"))
    assert not is_away(wrong.value)


@pytest.mark.parametrize("text_", ["it's", "a\\'; DROP TABLE cases; --", 'quotes " and \\\\', "ünï", "line\nbreak"])
async def test_what_is_called_at_last_gets_its_argument_to_the_letter(
    service_database: Callable[[str], databases.Database], text_: str
) -> None:
    owner = Database(service_database("cases").migrator_url, pool_size=1)
    try:
        async with owner.transaction(None) as tx:
            await tx.execute(text("CREATE TABLE IF NOT EXISTS said (what text)"))
            for argument, body in {"t text": "VALUES ($1)", "t text[]": "SELECT unnest($1)"}.items():
                made = f"CREATE OR REPLACE FUNCTION say({argument}) RETURNS void LANGUAGE sql"
                await tx.execute(text(f"{made} AS 'INSERT INTO said {body}'"))
            at_last(tx, "say", text_)
            gather_at_last(tx, "say", text_)
            gather_at_last(tx, "say", "and more")
            insert_at_last(tx, "said", what=text_)
        async with owner.transaction(None) as tx:
            said = (await tx.execute(text("SELECT what FROM said"))).scalars().all()
        assert said == [text_] * 3 + ["and more"]
    finally:
        async with owner.transaction(None) as tx:
            await tx.execute(text("DROP TABLE said CASCADE"))
            await tx.execute(text("DROP FUNCTION say(text)"))
            await tx.execute(text("DROP FUNCTION say(text[])"))
        await owner.close()


async def test_what_fails_at_last_undoes_everything(database: Database) -> None:
    with pytest.raises(asyncpg.UndefinedFunctionError):
        async with database.transaction(None) as tx:
            at_last(tx, "nothing_of_this_name", "x")
    async with database.transaction(None) as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar() == 1
