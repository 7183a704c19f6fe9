"""F103, F115-F119: the list's orders, dates and search, and its export."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from cases.models import Case, KnownPerson, Watcher
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

SORTS = ("updated_at", "created_at", "priority", "status", "reference")
_FILL = """
INSERT INTO cases (tenant_id, id, number, subject, body, status, priority, category, organisation_id, contact_id,
    contact_name, version, created_at, updated_at, closed_at)
SELECT $1, gen_random_uuid(), n, 'Router ' || n, '',
    (ARRAY['new', 'in_progress', 'waiting', 'resolved', 'closed'])[1 + n % 5],
    (ARRAY['low', 'normal', 'high', 'urgent'])[1 + n % 4], 'Network', $2, $3, 'Ann Archer', 1,
    timestamptz '2026-03-01 12:00Z' + n * interval '1 hour',
    timestamptz '2026-05-01 12:00Z' + (n % 7) * interval '1 day',
    CASE WHEN n % 5 = 4 THEN timestamptz '2026-06-01 12:00Z' END
FROM generate_series($5::int + 1, $5::int + $4::int) AS n
"""


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


async def fill(database: Database, ann: Caller, many: int, after: int = 0) -> None:
    """Cases of Ann's, of every status and priority in turn, their numbers beginning after `after`."""
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, _FILL, ann.tenant_id, ann.organisation_id, ann.id, many, after)


async def walked(client: As, query: str, limit: int = 7) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await client.get(f"/cases?{query}&limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        if answer.json()["next"] is None:
            return rows
        cursor = f"&cursor={answer.json()['next']}"


def _number(row: dict[str, Any]) -> int:
    return int(row["reference"].removeprefix("CASE-"))


_KEYS = {
    "updated_at": lambda row: row["updated_at"],
    "created_at": lambda row: row["created_at"],
    "priority": lambda row: (["low", "normal", "high", "urgent"].index(row["priority"]), row["updated_at"]),
    "status": lambda row: (
        ["closed", "resolved", "waiting", "in_progress", "new"].index(row["status"]["key"]),
        row["updated_at"],
    ),
    "reference": _number,
}


async def test_a_list_says_how_its_cases_begin_where_that_is_asked_for_f083(cases: Served, ann: Caller) -> None:
    long = "**No** dial [tone](https://x.example) & a <b>bell</b>\n\n" + "since seven " * 40
    assert (await cases.by(ann).post("/cases", {"subject": "Dead", "body": long})).status_code == 201
    [row] = (await cases.by(ann).get("/cases?excerpts=true")).json()["items"]
    assert row["excerpt"].startswith("No dial tone & a <b>bell</b> since seven")
    assert len(row["excerpt"]) <= 160
    assert row["excerpt"].endswith("…")
    assert (await cases.by(ann).get("/cases")).json()["items"][0]["excerpt"] is None


async def test_every_order_pages_through_all_of_it_once_and_both_ways_f103(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 30)
    for caller in (ann, staff(ann.tenant_id)):
        for sort in SORTS:
            up, down = [await walked(cases.by(caller), f"sort={sign}{sort}") for sign in ("", "-")]
            assert len({row["id"] for row in up}) == len(up) == 30
            assert up == down[::-1]
            assert all(_KEYS[sort](one) <= _KEYS[sort](two) for one, two in pairwise(up)), sort
    other = (await cases.by(ann).get("/cases?sort=priority&limit=3")).json()["next"]
    assert (await cases.by(ann).get(f"/cases?sort=reference&cursor={other}")).status_code == 400


async def test_a_list_narrows_by_several_statuses_and_by_any_of_its_dates_f117(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 40)
    client = cases.by(ann)
    both = await walked(client, "status=new&status=in_progress")
    assert {row["status"]["key"] for row in both} == {"new", "in_progress"}
    assert len(both) == 16
    from_only = await walked(client, "date=created&date_from=2026-03-02&status=new&sort=created_at")
    assert from_only
    assert all(row["created_at"] >= "2026-03-02" for row in from_only)
    updated = await walked(client, "date=updated&date_from=2026-05-03&date_to=2026-05-03")
    assert {row["updated_at"][:10] for row in updated} == {"2026-05-03"}
    closed = await walked(client, "date=closed&date_to=2026-06-01")
    assert {row["status"]["key"] for row in closed} == {"closed"}
    assert await walked(client, "date=created&date_to=9999-12-31&date_from=0001-01-01&limit=100")
    assert await walked(client, f"category_id={new_id()}&group_id={new_id()}") == []


async def test_a_case_is_found_by_reference_subject_priority_and_requesters_address_f118(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 12)
    async with database.transaction(ann.tenant_id) as tx:
        known = {"email": "Ann@Acme.example", "organisation_id": ann.organisation_id, "active": True, "version": 1}
        tx.add(KnownPerson(id=ann.id, kind="contact", name="Ann Archer", **known))
        guests = {"organisation_id": ann.organisation_id, "contact_id": new_id(), "contact_name": "Gus", "body": ""}
        tx.add(Case(subject="No light", requester_email="gus@home.example", opened_via="guest", **guests))
    for caller in (staff(ann.tenant_id), contact(ann.tenant_id, ann.organisation_id, scopes={"cases": "organisation"})):  # type: ignore[arg-type]
        client = cases.by(caller)
        assert [row["reference"] for row in await walked(client, "q=case-7")] == ["CASE-7"]
        assert {row["reference"] for row in await walked(client, "q=1")} >= {"CASE-1", "CASE-10", "CASE-11"}
        assert {row["priority"] for row in await walked(client, "q=Urgent")} == {"urgent"}
        assert len(await walked(client, "q=ann@acme.example")) == 12
        assert [row["subject"] for row in await walked(client, "q=GUS@home.example")] == ["No light"]
        assert await walked(client, "q=100%") == []
    assert await walked(cases.by(ann), "q=gus@home.example") == []


async def test_a_search_finds_what_the_caller_sees_however_much_newer_there_is_elsewhere_f118(
    cases: Served, database: Database, ann: Caller
) -> None:
    """The newest hits are those of the caller's own reach: a colleague's thousand do not crowd out one's own."""
    bob = contact(ann.tenant_id, ann.organisation_id, name="Bob Barnes")  # type: ignore[arg-type]
    opened = await cases.by(ann).post("/cases", {"subject": "Router 12 is dark", "body": "No light."})
    await fill(database, bob, 1_200, after=5_000)
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET updated_at = '2026-01-01Z' WHERE number = 1001 AND contact_id = $1", ann.id)
    assert [row["reference"] for row in await walked(cases.by(ann), "q=router")] == [opened.json()["reference"]]
    whole = contact(ann.tenant_id, ann.organisation_id, id=ann.id, scopes={"cases": "organisation"})  # type: ignore[arg-type]
    assert [row["reference"] for row in await walked(cases.by(whole), "q=router&scope=mine")] == ["CASE-1001"]
    page = (await cases.by(whole).get("/cases?q=router")).json()
    assert page["total"] == {"count": 1_000, "capped": True}


async def test_who_sees_only_their_own_sees_what_they_follow_too_f111(
    cases: Served, database: Database, ann: Caller
) -> None:
    bob = contact(ann.tenant_id, ann.organisation_id, name="Bob Barnes")  # type: ignore[arg-type]
    opened = (await cases.by(ann).post("/cases", {"subject": "Router", "body": "Dark."})).json()
    await cases.by(ann).post("/cases", {"subject": "Router too", "body": "Dark."})
    assert await walked(cases.by(bob), "q=router") == []
    async with database.transaction(ann.tenant_id) as tx:
        tx.add(Watcher(tenant_id=ann.tenant_id, case_id=UUID(opened["id"]), person_id=bob.id))
    for query in ("q=router", "sort=priority"):
        assert [row["id"] for row in await walked(cases.by(bob), query)] == [opened["id"]]
    moved = bob.model_copy(update={"organisation_id": new_id()})
    assert await walked(cases.by(moved), "q=router") == []
    for caller in (guest(ann.tenant_id), key(ann.tenant_id, "crm.write"), staff(new_id())):
        assert await walked(cases.by(caller), "q=router") == []


async def test_a_list_of_named_cases_has_those_the_caller_sees_and_no_others(
    cases: Served, database: Database, ann: Caller, acme: UUID, tenant: UUID
) -> None:
    """F104: a page that names several cases asks once; a stranger's id among them is left out."""
    await fill(database, ann, 3)
    rows = (await cases.by(ann).get("/cases")).json()["items"]
    named = "&".join(f"id={one}" for one in (rows[0]["id"], rows[2]["id"], new_id()))
    found = (await cases.by(ann).get(f"/cases?{named}")).json()["items"]
    assert {one["id"] for one in found} == {rows[0]["id"], rows[2]["id"]}
    assert (await cases.by(contact(tenant, new_id())).get(f"/cases?{named}")).json()["items"] == []
    assert (await cases.by(ann).get("/cases?" + "&".join(f"id={new_id()}" for _ in range(51)))).status_code == 422


async def test_a_common_word_is_walked_to_newest_first_and_the_plans_of_others_are_left_alone_f118(
    cases: Served, database: Database, ann: Caller
) -> None:
    await fill(database, ann, 40)
    sought = "SELECT id FROM cases_sought($1, $2, NULL, NULL)"
    async with database.transaction(ann.tenant_id) as tx:
        newest = await fetch(tx, "SELECT id FROM cases ORDER BY updated_at DESC, id DESC LIMIT 30")
        assert await fetch(tx, sought, "router", 30) == newest
        assert len(await fetch(tx, sought, "router 4", 30)) == 2
        for name in ("enable_sort", "enable_seqscan", "enable_bitmapscan"):
            assert (await fetch(tx, "SELECT current_setting($1) AS set", name))[0]["set"] == "on"


async def test_the_people_of_a_customer_are_those_who_act_for_it_in_this_tenant(
    database: Database, ann: Caller, acme: UUID
) -> None:
    """Whom a case's follower is chosen from: copies that name all organisations, and older ones that name one."""
    zeta, elsewhere = new_id(), new_id()
    people = {"Both": [zeta, acme], "Older": None, "Zeta's": [zeta], "Foreign": [acme], "Left": [acme]}
    for name, organisations in people.items():
        one = {"kind": "contact", "name": name, "email": f"{new_id()}@x.example", "active": name != "Left"}
        async with database.transaction(elsewhere if name == "Foreign" else ann.tenant_id) as tx:
            own = organisations[0] if organisations else acme
            tx.add(KnownPerson(id=new_id(), organisation_id=own, organisation_ids=organisations, version=1, **one))
    for inside, found in ((ann.tenant_id, ["Both", "Older"]), (elsewhere, ["Foreign"]), (None, [])):
        async with database.transaction(inside) as tx:
            assert [row["name"] for row in await fetch(tx, "SELECT name FROM people_of($1, 100)", acme)] == found


async def test_a_list_is_of_one_organisation_and_never_of_a_foreign_one_f107(
    cases: Served, ann: Caller, tenant: UUID, database: Database
) -> None:
    eve = contact(tenant, new_id())
    await fill(database, ann, 2)
    await fill(database, eve, 3, after=10)
    whose = f"/cases?organisation_id={eve.organisation_id}"
    assert (await cases.by(staff(tenant)).get(whose)).json()["total"]["count"] == 3
    assert (await cases.by(ann).get(whose)).json()["items"] == []
