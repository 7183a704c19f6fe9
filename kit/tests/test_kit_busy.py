"""A database with no connection left is a matter of trying again, not an error of ours."""

from collections.abc import Callable

import pytest

from kit.away import is_away
from kit.db import Database
from stack import databases


async def test_waiting_in_vain_for_a_connection_counts_as_away(
    service_database: Callable[[str], databases.Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(service_database("cases").app_url, pool_size=1)
    monkeypatch.setattr(database._engine.pool, "_timeout", 0.1)
    async with database.transaction(None):
        with pytest.raises(Exception, match="QueuePool limit") as raised:
            async with database.transaction(None):
                raise AssertionError("there was a second connection")
    assert is_away(raised.value)
    await database.close()
