"""F102: the CRM brings cases by what it calls them."""

import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import KnownPerson
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

RECORD = {"subject": "Router down", "contact_external_id": "crm-ann", "body": "Since noon."}


@pytest.fixture
async def ann(database: Database, cases: Served, tenant: UUID, acme: UUID) -> As:
    """A contact the CRM has brought."""
    for tenant_id, external_id in ((tenant, "crm-ann"), (tenant, "crm-bob"), (new_id(), "crm-eve")):
        one = {"kind": "contact", "name": "Ann Archer", "email": "ann@acme.example", "active": True, "version": 1}
        async with database.transaction(tenant_id) as tx:
            tx.add(person := KnownPerson(id=new_id(), external_id=external_id, organisation_id=acme, **one))
        if external_id == "crm-ann":
            caller = contact(tenant, acme, id=person.id)
    return cases.by(caller)


@pytest.fixture
def crm(cases: Served, tenant: UUID) -> As:
    """The tenant's CRM."""
    return cases.by(key(tenant, "crm.write"))


async def told(database: Database, tenant: UUID) -> list[Any]:
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT type, body FROM outbox ORDER BY id")
    return [(row["type"], json.loads(row["body"])["data"]) for row in rows]


async def test_a_case_the_crm_closes_keeps_its_followers_f111(
    crm: As, ann: As, cases: Served, tenant: UUID, database: Database
) -> None:
    """Documents takes who follows a case from what is said of it: nobody named would be nobody left."""
    case, follower = (await crm.put("/cases/by-external-id/crm-1", RECORD)).json(), new_id()
    async with database.transaction(tenant) as tx:
        await fetch(tx, "INSERT INTO watchers VALUES ($1, $2, $3)", tenant, UUID(case["id"]), follower)
    await crm.put("/cases/by-external-id/crm-1", RECORD | {"status": "closed"})
    name, closed = (await told(database, tenant))[-1]
    assert (name, closed["watcher_ids"]) == ("case.closed.v1", [str(follower)])


async def test_a_case_is_made_changed_and_left_alone_f102(
    crm: As, ann: As, cases: Served, tenant: UUID, database: Database
) -> None:
    ada = cases.by(staff(tenant, "settings.edit"))
    await ada.post("/desk/departments", {"name": "Sales"})
    made = await crm.put("/cases/by-external-id/crm-1", RECORD | {"department": "sales", "priority": "high"})
    assert (made.status_code, made.json()["result"]) == (201, "created"), made.text
    again = await crm.put("/cases/by-external-id/crm-1", RECORD | {"priority": "high"})
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    changed = await crm.put("/cases/by-external-id/crm-1", RECORD | {"status": "closed"})
    assert changed.json() == IsPartialDict(result="updated", version=2, reference=made.json()["reference"])
    case = (await ann.get(f"/cases/{made.json()['id']}")).json()
    assert case == IsPartialDict(opened_via="api", department="Sales", priority="high", external_id=None)
    assert case["status"]["key"] == "closed"
    assert case["closed_at"]
    events = await told(database, tenant)
    assert [name for name, _ in events] == ["case.opened.v1", "case.closed.v1"]
    assert events[0][1] == IsPartialDict(external_id="crm-1", opened_via="api")


async def test_a_batch_takes_each_row_by_itself_f102(crm: As, ann: As, cases: Served, tenant: UUID) -> None:
    rows: list[Any] = [RECORD | {"external_id": f"crm-{number}"} for number in range(1, 4)]
    wrong = [
        RECORD | {"external_id": "crm-1"},
        RECORD | {"external_id": "crm-5", "contact_external_id": "crm-eve"},
        RECORD | {"external_id": "crm-6", "product": "Nothing"},
        RECORD | {"external_id": "crm-7", "colour": "red"},
        {"external_id": "crm-8", "subject": "No text", "contact_external_id": "crm-ann"},
        7,
    ]
    answer = await crm.post("/cases/batch", {"rows": rows + wrong})
    assert answer.status_code == 200, answer.text
    assert answer.json() == IsPartialDict(created=3, updated=0, unchanged=0, failed=6)
    fields = [row["errors"][0]["field"] for row in answer.json()["results"][3:]]
    assert fields == ["external_id", "contact_external_id", "product", "colour", "body", "row"]
    assert len((await ann.get("/cases")).json()["items"]) == 3
    others = await crm.put("/cases/by-external-id/crm-1", RECORD | {"contact_external_id": "crm-bob"})
    assert others.status_code == 409


async def test_a_thousand_cases_go_in_one_request_f102(crm: As, ann: As) -> None:
    rows = [RECORD | {"external_id": f"crm-{number}"} for number in range(1000)]
    assert (await crm.post("/cases/batch", {"rows": rows})).json()["created"] == 1000
    assert (await crm.post("/cases/batch", {"rows": rows})).json()["unchanged"] == 1000
    assert (await crm.post("/cases/batch", {"rows": [*rows, rows[0]]})).status_code == 422


async def test_only_a_key_that_feeds_brings_cases(cases: Served, tenant: UUID, acme: UUID, ann: As) -> None:
    for caller in (staff(tenant), contact(tenant, acme), guest(tenant), key(tenant, "cases.read")):
        one = cases.by(caller)
        assert (await one.put("/cases/by-external-id/crm-1", RECORD)).status_code == 403
        assert (await one.post("/cases/batch", {"rows": [RECORD | {"external_id": "crm-1"}]})).status_code == 403


async def test_a_case_of_before_comes_with_its_days_and_with_who_has_it_f102_f106(
    crm: As, ann: As, cases: Served, tenant: UUID, database: Database
) -> None:
    """The CRM's own people are named by their addresses; what is over is neither promised nor mailed."""
    ada, sam = cases.by(staff(tenant, "settings.edit")), new_id()
    async with database.transaction(tenant) as tx:
        tx.add(KnownPerson(id=sam, kind="staff", name="Sam Stone", email="Sam@n.example", active=True, version=1))
    targets = {"targets": {"normal": {"response_minutes": 60, "resolution_minutes": 60}}}
    assert (await ada.patch("/desk", targets, headers={"if-match": '"0"'})).status_code == 200
    days = {"opened_at": "2024-01-02T08:00:00Z", "closed_at": "2024-01-03T08:00:00Z", "status": "closed"}
    old = RECORD | days | {"assignee_email": "sam@N.example"}
    assert (await crm.put("/cases/by-external-id/crm-1", old)).status_code == 201
    assert (await crm.put("/cases/by-external-id/crm-1", old)).json()["result"] == "unchanged"
    [row] = (await ann.get("/cases?date=closed&date_from=2024-01-03&date_to=2024-01-03")).json()["items"]
    assert (row["created_at"], row["updated_at"]) == ("2024-01-02T08:00:00Z", "2024-01-03T08:00:00Z")
    assert row["assignee"] == IsPartialDict(name="Sam Stone", id=str(sam))
    still = RECORD | {"opened_at": days["opened_at"]}
    assert (await crm.put("/cases/by-external-id/crm-2", still)).status_code == 201
    async with database.transaction(tenant) as tx:
        [late] = await fetch(tx, "SELECT * FROM cases WHERE external_id = 'crm-2'")
    assert late["resolution_due_at"] < late["resolution_missed_at"], "said to be missed before it came here"
    given = await crm.put("/cases/by-external-id/crm-2", RECORD | {"assignee_email": "sam@n.example"})
    taken = await crm.put("/cases/by-external-id/crm-2", RECORD | {"assignee_email": None})
    assert (given.json()["result"], taken.json()["result"]) == ("updated", "updated")
    told_there = (await ada.get(f"/cases/{given.json()['id']}")).json()["timeline"]
    assert [(one["field"], one["old"], one["new"]) for one in told_there] == [
        ("assignee_id", None, "Sam Stone"),
        ("assignee_id", "Sam Stone", None),
    ]


async def test_days_that_cannot_be_and_staff_nobody_knows_are_refused_by_their_field_f102(crm: As, ann: As) -> None:
    shut = {"status": "closed", "opened_at": "2024-01-02T08:00:00Z"}
    for wrong, field in (
        ({"assignee_email": "nobody@n.example"}, "assignee_email"),
        ({"opened_at": "2999-01-01T00:00:00Z"}, "opened_at"),
        (shut | {"closed_at": "2024-01-01T00:00:00Z"}, "closed_at"),
        ({"opened_at": "2024-01-02"}, "opened_at"),
    ):
        refused = await crm.put("/cases/by-external-id/crm-1", RECORD | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field), refused.text
    assert (await crm.put("/cases/by-external-id/crm-1", RECORD | {"closed_at": shut["opened_at"]})).status_code == 422


async def test_of_what_the_crm_opens_and_closes_people_are_mailed_where_it_says_so_f102_f126(
    crm: As, ann: As, tenant: UUID, database: Database
) -> None:
    for name, said in (("crm-1", {}), ("crm-2", {"notify": True})):
        await crm.put(f"/cases/by-external-id/{name}", RECORD | said)
        await crm.put(f"/cases/by-external-id/{name}", RECORD | {"status": "closed"} | said)
    events = [data["notify"] for _, data in await told(database, tenant)]
    assert events == [False, False, True, True]
