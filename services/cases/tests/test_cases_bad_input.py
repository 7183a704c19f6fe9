"""Wrong input gets a sentence, never a 5xx; and what each route costs in statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event

from kit.db import Database
from kit.testing import Served, contact, staff

GOOD = {"subject": "Printer", "body": "It blinks."}


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "", "body": "B"},
        {"subject": "S"},
        GOOD | {"colour": "red"},
        GOOD | {"priority": "purple"},
        GOOD | {"subject": "a\x00b"},
        GOOD | {"subject": "x" * 201},
        GOOD | {"document_ids": ["not-an-id"]},
        GOOD | {"document_ids": ["00000000-0000-0000-0000-000000000000"] * 21},
        GOOD | {"body": ["no", "text"]},
        [],
        None,
        "text",
        7,
    ],
)
async def test_a_wrong_body_is_told_where_it_is_wrong(cases: Served, tenant: UUID, acme: UUID, body: object) -> None:
    refused = await cases.by(contact(tenant, acme)).post("/cases", body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"]


@pytest.mark.parametrize(
    "raw", [b"{", b'{"subject": "\xff"}', b'{"subject":"\\ud800","body":"B"}', b"[" * 100_000, b""]
)
async def test_a_body_that_is_no_json_is_refused(cases: Served, tenant: UUID, acme: UUID, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    refused = await cases.by(contact(tenant, acme))("POST", "/cases", content=raw, headers=headers)
    assert refused.status_code in (400, 422)
    assert refused.headers["content-type"] == "application/problem+json"


async def test_an_oversize_body_is_refused(cases: Served, tenant: UUID, acme: UUID) -> None:
    refused = await cases.by(contact(tenant, acme)).post("/cases", GOOD | {"body": "x" * 3_000_000})
    assert refused.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        "cursor=!!!",
        "cursor=W10",
        "cursor=WyJ4IiwgInkiXQ",
        "limit=0",
        "limit=1000",
        "status=purple",
        "sort=subject",
        "colour=red",
        "q=a%00b",
        "created_from=yesterday",
        "assignee=sam",
        "assignee=------------------------------------",
        "q=" + "x" * 201,
    ],
)
async def test_a_wrong_address_is_refused(cases: Served, tenant: UUID, acme: UUID, query: str) -> None:
    refused = await cases.by(contact(tenant, acme)).get(f"/cases?{query}")
    assert refused.status_code in (400, 422), refused.text
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["q=%25", "q=_", "q=%5C", "q='", "q=" + "9" * 40, "q=%F0%9F%96%A8", "q=case-"])
async def test_a_search_takes_any_text_literally(cases: Served, tenant: UUID, acme: UUID, query: str) -> None:
    await cases.by(contact(tenant, acme, scopes={"cases": "organisation"})).post("/cases", GOOD)
    found = await cases.by(contact(tenant, acme, scopes={"cases": "organisation"})).get(f"/cases?{query}")
    assert found.status_code == 200, found.text
    assert found.json()["items"] == []


@pytest.mark.parametrize("name", ["CASE-0", "CASE-x", "17", "CASE-99999999999", "a" * 36, "CASE-1;DROP"])
async def test_a_name_that_names_no_case_is_refused(cases: Served, tenant: UUID, acme: UUID, name: str) -> None:
    assert (await cases.by(contact(tenant, acme)).get(f"/cases/{name}")).status_code == 422


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def test_no_route_takes_more_than_four_statements(
    cases: Served, tenant: UUID, acme: UUID, database: Database
) -> None:
    ann, sam = cases.by(contact(tenant, acme)), cases.by(staff(tenant))
    spent: dict[str, int] = {}
    with counted(database) as statements:

        async def spend(name: str, answer: object) -> None:
            spent[name] = len(statements)
            statements.clear()

        await spend("open", await ann.post("/cases", GOOD))
        await spend("list", await ann.get("/cases"))
        await spend("read", await ann.get("/cases/CASE-1001"))
        await spend("note", await sam.post("/cases/CASE-1001/notes", {"body": "Hello"}))
        await spend("change", await sam.patch("/cases/CASE-1001", {"priority": "low"}, headers={"if-match": "2"}))
        await spend("counts", await ann.get("/cases/counts"))
        await spend("close", await ann.post("/cases/CASE-1001/close"))
        await spend("reopen", await sam.post("/cases/CASE-1001/reopen"))
    assert spent == {"open": 2, "list": 1, "read": 2, "note": 3, "change": 3, "counts": 1, "close": 3, "reopen": 3}
