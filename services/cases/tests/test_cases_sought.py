"""F103, F118: a search within a list looks at everything the list may hold, however much newer there is beside it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.models import Group, GroupMember
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, staff

NEWER = 1_100
CATEGORY, DEPARTMENT, GROUP, ELSE = new_id(), new_id(), new_id(), new_id()
_CASES = """
INSERT INTO cases (tenant_id, id, number, subject, body, status, priority, organisation_id, contact_id, contact_name,
    assignee_id, category_id, department_id, group_id, version, created_at, updated_at, closed_at, resolution_due_at)
SELECT $1, gen_random_uuid(), n, 'Router ' || n, '', $4, $5, $6, $7, 'Ann Archer', $8, $9, $10, $11, 1,
    $12::timestamptz, $13::timestamptz, CASE WHEN $4 = 'closed' THEN $13::timestamptz ELSE $12::timestamptz END,
    $12::timestamptz
FROM generate_series($2::int, $3::int) AS n
"""
_OLD, _NEW, _NEWEST = datetime(2020, 1, 5, 12, tzinfo=UTC), *(datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6))
STAFFS = (
    *(
        "status=waiting&priority=urgent",
        "priority=urgent",
        "date=created&date_to=2020-12-31",
        "created_to=2020-01-05",
        "view=overdue&priority=urgent",
    ),
    *(
        f"date=closed&date_to=2020-01-05&category_id={CATEGORY}",
        f"category_id={CATEGORY}",
        f"department_id={DEPARTMENT}",
        f"group_id={GROUP}",
    ),
    *("assignee=me", "scope=mine", "view=mine", "view=groups", "view=waiting&priority=urgent"),
)
"""What a member of staff narrows a list by, so that it holds the older case and none of the newer."""


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme, scopes={"cases": "organisation"})  # type: ignore[arg-type]


@pytest.fixture
async def sam(database: Database, tenant: UUID, ann: Caller, acme: UUID) -> Caller:
    """Staff of a tenant with an old case of theirs, one of nobody's, and more newer ones than a search finds."""
    sam = staff(tenant, "cases.answer")
    old = ("waiting", "urgent", acme, ann.id, sam.id, CATEGORY, DEPARTMENT, GROUP, _OLD, _OLD)
    nobodys = ("waiting", "high", acme, new_id(), None, None, None, None, _NEW, _OLD)
    newer = ("closed", "low", acme, new_id(), new_id(), ELSE, ELSE, ELSE, _NEW, _NEW)
    async with database.transaction(tenant) as tx:
        tx.add_all([Group(id=GROUP, name="Network", position=1, archived=False, version=1)])
        await tx.flush()
        tx.add(GroupMember(group_id=GROUP, person_id=sam.id))
        for first, last, values in ((1, 1, old), (2, 2, nobodys), (1000, 999 + NEWER, newer)):
            await fetch(tx, _CASES, tenant, first, last, *values)
    return sam


async def found(cases: Served, caller: Caller, query: str) -> list[str]:
    answer = await cases.by(caller).get(f"/cases?q=router&limit=50&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == {"count": len(answer.json()["items"]), "capped": False}, query
    return [row["reference"] for row in answer.json()["items"]]


async def test_an_older_match_is_found_behind_a_thousand_newer_ones_that_the_filters_leave_out_f118(
    cases: Served, database: Database, ann: Caller, sam: Caller, acme: UUID
) -> None:
    """F103: each filter by itself, also where enough of the newest fit for the newest to be walked through."""
    mine = f"contact_id={ann.id}"
    for query in (*STAFFS, mine, "date=updated&date_to=2020-01-05&priority=urgent", f"organisation_id={acme}&{mine}"):
        assert (query, await found(cases, sam, query)) == (query, ["CASE-1"])
    for query in ("assignee=none", "view=unassigned", "priority=high", "view=all&priority=high"):
        assert (query, await found(cases, sam, query)) == (query, ["CASE-2"])
    for query in ("scope=mine", "status=waiting&priority=urgent", f"category_id={CATEGORY}"):
        assert (query, await found(cases, ann, query)) == (query, ["CASE-1"])
    assert await found(cases, sam, "scope=mine&assignee=none") == []
    fit = ("waiting", "urgent", acme, ann.id, sam.id, CATEGORY, DEPARTMENT, GROUP, _OLD, _NEWEST)
    async with database.transaction(sam.tenant_id) as tx:
        await fetch(tx, _CASES, sam.tenant_id, 5001, 5020, *fit)
    for query in STAFFS:
        assert (query, (await found(cases, sam, query))[-1]) == (query, "CASE-1")
        assert len(await found(cases, sam, query)) == 21, query


async def test_a_search_that_is_narrowed_stays_in_its_tenant_and_within_its_reach_f118(
    cases: Served, database: Database, ann: Caller, sam: Caller
) -> None:
    """The function takes the tenant from the setting: no tenant, nothing found; nothing in what is asked widens it."""
    sought = "SELECT id FROM cases_sought('router', 5000, $1, $2, $3)"
    asked = '{"status": ["waiting"], "tenant_id": "' + str(sam.tenant_id) + '"}'
    counts = []
    for tenant, organisations, person in (
        (sam.tenant_id, None, None),
        (sam.tenant_id, [new_id()], None),
        (sam.tenant_id, [], None),
        (sam.tenant_id, [ann.organisation_id], ann.id),
        (new_id(), None, None),
        (None, None, None),
    ):
        async with database.transaction(tenant) as tx:
            counts.append(len(await fetch(tx, sought, organisations, person, asked)))
    assert counts == [2, 0, 0, 1, 0, 0]
    eve = contact(sam.tenant_id, new_id(), scopes={"cases": "organisation"})  # type: ignore[arg-type]
    for other in (eve, staff(new_id())):
        assert await found(cases, other, "status=waiting") == []
