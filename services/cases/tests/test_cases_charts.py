"""One's own cases in figures (F080-F082)."""

from uuid import UUID

import pytest

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.testing import Served, contact


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


async def resolved(database: Database, tenant: UUID, case: str, hours: int) -> None:
    """As if it had been opened so many hours before it was resolved, which is now."""
    put = "UPDATE cases SET status = 'closed', closed_at = now(), created_at = now() - make_interval(hours => $1)"
    async with database.transaction(tenant) as tx:
        await fetch(tx, put + " WHERE id = $2", hours, UUID(case))


async def test_open_ones_are_counted_by_priority_and_resolved_ones_by_month_f080_f081(
    cases: Served, database: Database, tenant: UUID, ann: Caller
) -> None:
    hers = cases.by(ann)
    opened = [
        (await hers.post("/cases", {"subject": "Printer", "body": "It blinks.", "priority": priority})).json()["id"]
        for priority in ("high", "high", "low", "normal", "normal")
    ]
    await resolved(database, tenant, opened[3], 4)
    await resolved(database, tenant, opened[4], 8)
    charts = (await hers.get("/cases/charts")).json()
    assert {one["priority"]: one["count"] for one in charts["open"]} == {"high": 2, "low": 1}
    this_month = f"{now():%Y-%m}"
    assert charts["resolved"] == [{"month": this_month, "priority": "normal", "count": 2, "hours": 6.0}]
    assert (len(charts["months"]), charts["months"][-1]) == (12, this_month)
    assert charts["months"] == sorted(set(charts["months"]))


@pytest.mark.parametrize("scope", ["own", "organisation"])
async def test_nobody_elses_cases_count_however_much_one_sees_f082(
    cases: Served, tenant: UUID, acme: UUID, ann: Caller, scope: str
) -> None:
    """Neither a colleague's, nor another organisation's, nor another tenant's."""
    others = contact(tenant, acme), contact(tenant, new_id()), contact(new_id(), acme)
    for other in others:
        await cases.by(other).post("/cases", {"subject": "Router", "body": "It blinks."})
    bob = ann.model_copy(update={"scopes": {"cases": scope}})
    charts = (await cases.by(bob).get("/cases/charts")).json()
    assert (charts["open"], charts["resolved"]) == ([], [])
