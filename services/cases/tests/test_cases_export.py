"""F119: the list as a file."""

import csv
import io
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest
from test_cases_lists import fill, walked

from cases import queries
from cases.api.exports import CUSTOMERS, STAFFS, _lines
from cases.models import Case
from cases.schemas.lists import ExportFilters
from kit.caller import Caller
from kit.db import AnyRow, Database
from kit.ids import new_id
from kit.tables import sheet_of
from kit.testing import As, Served, contact, guest, key, staff

ROWS = 1_500


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


async def exported(client: As, query: str = "") -> list[list[str]]:
    answer = await client.get(f"/cases/export?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_it_holds_the_rows_of_the_list_in_its_order_and_its_columns_f119(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 1_150)
    for query in (
        "scope=mine&status=new&status=waiting&sort=-priority&date_from=2026-03-10",
        "sort=reference&q=router",
        "q=router&scope=all",
    ):
        head, *rows = await exported(cases.by(ann), query)
        shown = await walked(cases.by(ann), query, limit=100)
        assert [row[0] for row in rows] == [row["reference"] for row in shown]
        assert len(rows) == 1_150 if "q=" in query else len(rows) > 200, "a search pages on behind its first thousand"
    first = (await cases.by(ann).get("/cases?q=router&limit=1")).json()
    second = (await cases.by(ann).get(f"/cases?q=router&limit=1&cursor={first['next']}")).json()
    assert first["total"] == second["total"] == {"count": 1_000, "capped": True}
    assert head == list(CUSTOMERS)
    assert (await exported(cases.by(ann), "scope=mine&status=new"))[0] == [n for n in CUSTOMERS if n != "Opened by"]
    assert (await exported(cases.by(staff(ann.tenant_id)), "q=case-7"))[0] == list(STAFFS)


async def test_it_holds_what_the_caller_may_see_and_no_more_f119(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 3)
    eve, other = contact(ann.tenant_id, new_id()), contact(new_id(), ann.organisation_id)  # type: ignore[arg-type]
    for caller in (eve, other, guest(ann.tenant_id), key(ann.tenant_id, "crm.write"), staff(new_id())):
        assert len(await exported(cases.by(caller))) == 1
    without = ann.model_copy(update={"modules": frozenset({"articles"})})
    assert (await cases.by(without).get("/cases/export")).status_code == 404
    assert (await cases.by(ann).get("/cases/export?cursor=nonsense")).status_code == 200, "it begins at the beginning"


async def test_no_cell_is_a_formula_and_the_file_says_its_day_f119(
    cases: Served, database: Database, ann: Caller
) -> None:
    wicked = {"organisation_id": ann.organisation_id, "contact_id": ann.id, "contact_name": "@Ann", "body": ""}
    async with database.transaction(ann.tenant_id) as tx:
        tx.add(Case(subject='=HYPERLINK("https://elsewhere.example","Refund")', category="+1", **wicked))
    answer = await cases.by(ann).get("/cases/export")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert not (await cases.by(ann).get("/cases/export?mark=false")).content.startswith(b"\xef\xbb\xbf")
    [row] = (await exported(cases.by(ann)))[1:]
    assert row[1].startswith("'=HYPERLINK")
    assert row[5] == "'@Ann"
    assert answer.headers["content-disposition"].startswith('attachment; filename="cases-20')


async def test_four_times_the_rows_pass_through_the_same_room_f119(database: Database, ann: Caller) -> None:
    """A list read over and over: writing as many rows takes the time of ten other tests."""
    await fill(database, ann, ROWS)

    async def room_for(rounds: int) -> int:
        async def slices() -> AsyncIterator[Sequence[AnyRow]]:
            for _ in range(rounds):
                async for rows in queries.every(database, ann, ExportFilters(sort="-created_at")):
                    yield rows

        answer = await sheet_of("cases.csv", CUSTOMERS, _lines(slices(), CUSTOMERS))
        tracemalloc.start()
        count = 0
        async for piece in answer.body_iterator:
            count += bytes(piece).count(b"\r\n")  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rounds * ROWS + 1
        return peak

    few = await room_for(3)  # from the second on, one slice is made while the last is still there
    assert await room_for(12) < 1.2 * few
