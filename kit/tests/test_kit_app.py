"""What a service answers when what it stands on is not there."""

from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
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


class Thing(BaseModel):
    name: str


JSON = {"content-type": "application/json"}
WRONG: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "sent as a form, as curl does unasked": ("POST", "/", {"data": {"name": "x"}}, "Content-Type: application/json."),
    "a list": ("POST", "/", {"json": []}, "body: is not a JSON object"),
    "no UTF-8": (
        "POST",
        "/",
        {"content": b'{"name": "\xff"}', "headers": {"content-type": "application/json"}},
        "UTF-8",
    ),
    "no such address": ("GET", "/nothing", {}, "nothing at this address"),
    "no such method": ("GET", "/", {}, "not used with this method"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_the_framework_refuses_is_said_so_that_one_can_act_on_it(what: str) -> None:
    app = FastAPI()
    answer_problems(app)

    @app.post("/")
    async def take(thing: Thing) -> None: ...

    method, path, sent, said = WRONG[what]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        assert said in (await client.request(method, path, **sent)).json()["detail"]
