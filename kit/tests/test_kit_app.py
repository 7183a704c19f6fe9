"""What a service answers when what it stands on is not there."""

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from kit.app import answer_problems

STARTING = asyncpg.CannotConnectNowError("the database system is starting up")


async def asked(error: Exception) -> httpx.Response:
    app = FastAPI()
    answer_problems(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return await client.get("/")


@pytest.mark.parametrize("error", [STARTING, DBAPIError("SELECT 1", {}, STARTING)])
async def test_a_database_that_is_away_is_a_503_and_no_error_beyond_the_access_log(error: Exception) -> None:
    answer = await asked(error)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


async def test_a_wrong_statement_is_still_an_error() -> None:
    with pytest.raises(DBAPIError):
        await asked(DBAPIError("SELECT nothing", {}, asyncpg.UndefinedColumnError("no such column")))
