"""Opening, reading and listing cases."""

from uuid import UUID

import pytest
from dirty_equals import IsPartialDict, IsUUID

from kit.at_last import insert_at_last
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, guest, key, staff

NEW = {"subject": "Printer offline", "body": "It **blinks** twice.", "priority": "high", "category": "Hardware"}


async def test_a_contact_opens_a_case_and_reads_it_back_f094_f095_f106(cases: Served, tenant: UUID, acme: UUID) -> None:
    ann = cases.by(contact(tenant, acme))
    opened = await ann.post("/cases", NEW)
    assert opened.status_code == 201, opened.text
    assert opened.json() == IsPartialDict(id=IsUUID, reference="CASE-1001", status={"key": "new", "label": "New"})
    read = await ann.get(opened.headers["location"])
    assert read.status_code == 200
    assert read.json() == IsPartialDict(subject="Printer offline", body_html="<p>It <strong>blinks</strong> twice.</p>")
    assert read.json() == IsPartialDict(
        priority="high", category="Hardware", opened_by=IsPartialDict(name="Ann Archer")
    )
    assert read.headers["etag"] == '"1"'


async def test_references_count_per_tenant(cases: Served, acme: UUID) -> None:
    for tenant in (new_id(), new_id()):
        ann = cases.by(contact(tenant, acme))
        references = [(await ann.post("/cases", NEW)).json()["reference"] for _ in range(2)]
        assert references == ["CASE-1001", "CASE-1002"]


async def test_the_case_and_its_event_are_written_together(
    cases: Served, tenant: UUID, acme: UUID, database: Database
) -> None:
    await cases.by(contact(tenant, acme)).post("/cases", NEW)
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT type, body FROM outbox")
    assert [row["type"] for row in rows] == ["case.opened.v1"]
    assert '"reference":"CASE-1001"' in rows[0]["body"]


async def test_it_refuses_another_tenants_case(cases: Served, tenant: UUID, acme: UUID) -> None:
    opened = (await cases.by(contact(tenant, acme)).post("/cases", NEW)).json()
    mallory = cases.by(contact(new_id(), acme, scopes={"cases": "organisation"}))
    for name in (opened["id"], opened["reference"]):
        assert (await mallory.get(f"/cases/{name}")).status_code == 404


async def test_it_refuses_another_organisations_case_with_the_answer_for_a_missing_one(
    cases: Served, tenant: UUID, acme: UUID
) -> None:
    opened = (await cases.by(contact(tenant, acme)).post("/cases", NEW)).json()
    eve = cases.by(contact(tenant, new_id(), scopes={"cases": "organisation"}))
    refused, missing = await eve.get(f"/cases/{opened['id']}"), await eve.get(f"/cases/{new_id()}")
    assert refused.status_code == missing.status_code == 404
    assert refused.json() == missing.json()


async def test_a_colleague_sees_it_only_with_the_scope_of_the_organisation_f067_f068_f115_f116(
    cases: Served, tenant: UUID, acme: UUID
) -> None:
    opened = (await cases.by(contact(tenant, acme)).post("/cases", NEW)).json()
    own, whole = contact(tenant, acme), contact(tenant, acme, scopes={"cases": "organisation"})
    assert (await cases.by(own).get(f"/cases/{opened['id']}")).status_code == 404
    assert (await cases.by(whole).get(f"/cases/{opened['id']}")).status_code == 200
    assert len((await cases.by(whole).get("/cases")).json()["items"]) == 1
    assert (await cases.by(whole).get("/cases?scope=mine")).json()["items"] == []


async def test_a_switched_off_module_hides_every_case_f018(cases: Served, tenant: UUID, acme: UUID) -> None:
    ann = contact(tenant, acme)
    opened = (await cases.by(ann).post("/cases", NEW)).json()
    without = cases.by(ann.model_copy(update={"modules": frozenset({"articles"})}))
    answers = [await without.get(path) for path in ("/cases", "/cases/counts", f"/cases/{opened['id']}")]
    answers.append(await without.post("/cases", NEW))
    assert {answer.status_code for answer in answers} == {404}


async def test_guests_and_feeding_keys_read_and_open_nothing(cases: Served, tenant: UUID, acme: UUID) -> None:
    opened = (await cases.by(contact(tenant, acme)).post("/cases", NEW)).json()
    for caller in (guest(tenant), key(tenant, "crm.write")):
        assert (await cases.by(caller).get("/cases")).json()["items"] == []
        assert (await cases.by(caller).get(f"/cases/{opened['id']}")).status_code == 404
        assert (await cases.by(caller).post("/cases", NEW)).status_code == 403


async def test_nothing_is_answered_without_a_caller_meant_for_this_service(
    cases: Served, tenant: UUID, acme: UUID
) -> None:
    assert (await cases.client.get("/api/v1/cases")).status_code == 401
    forged = await cases.client.get("/api/v1/cases", headers={"x-portico-caller": "eyJhbGciOiJub25lIn0.e30."})
    assert forged.status_code == 401
    elsewhere = Served(cases.client, "documents").by(contact(tenant, acme))
    assert (await elsewhere.get("/cases")).status_code == 401


async def test_the_list_pages_by_key_in_both_directions_and_filters_f103_f117_f118(
    cases: Served, tenant: UUID, acme: UUID
) -> None:
    ann = cases.by(contact(tenant, acme))
    for number in range(7):
        await ann.post("/cases", NEW | {"subject": f"Router {number}", "priority": "low" if number % 2 else "high"})
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await ann.get(f"/cases?limit=3&sort=created_at{cursor}")).json()
        seen += [row["subject"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"Router {number}" for number in range(7)]
    assert page["total"] == {"count": 7, "capped": False}
    assert [row["subject"] for row in (await ann.get("/cases?priority=low")).json()["items"]] == [
        "Router 5",
        "Router 3",
        "Router 1",
    ]
    assert [row["subject"] for row in (await ann.get("/cases?q=outer 4")).json()["items"]] == ["Router 4"]
    assert [row["reference"] for row in (await ann.get("/cases?q=case-1003")).json()["items"]] == ["CASE-1003"]


async def test_search_stays_inside_the_tenant_and_the_scope(cases: Served, tenant: UUID, acme: UUID) -> None:
    await cases.by(contact(tenant, acme)).post("/cases", NEW)
    for caller in (contact(tenant, new_id()), contact(new_id(), acme), staff(new_id())):
        assert (await cases.by(caller).get("/cases?q=Printer")).json()["items"] == []
    assert len((await cases.by(staff(tenant)).get("/cases?q=Printer")).json()["items"]) == 1


async def test_a_repeated_post_opens_one_case(cases: Served, tenant: UUID, acme: UUID) -> None:
    ann = cases.by(contact(tenant, acme))
    key_ = {"idempotency-key": "form-1"}
    first, second = await ann.post("/cases", NEW, headers=key_), await ann.post("/cases", NEW, headers=key_)
    assert first.json() == second.json()
    assert second.status_code == 201
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    other = await ann.post("/cases", NEW | {"subject": "Another"}, headers=key_)
    assert other.status_code == 422
    assert len((await ann.get("/cases")).json()["items"]) == 1
    stranger = cases.by(contact(tenant, acme))
    assert (await stranger.post("/cases", NEW, headers=key_)).json()["id"] != first.json()["id"]


async def test_a_post_whose_double_was_a_moment_faster_opens_nothing_and_says_ask_again(
    cases: Served, tenant: UUID, acme: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both asked before either was answered: the key is taken at COMMIT, and all of the slower one is undone."""
    caller = contact(tenant, acme)
    row = {"tenant_id": tenant, "caller": f"contact:{caller.id}", "key": "form-1", "fingerprint": "0", "status": "201"}

    async def overtake(place: str) -> None:
        if place == "commit.before":
            monkeypatch.undo()
            async with database.transaction(tenant) as tx:
                insert_at_last(tx, "idempotency", **row, headers="{}", body="")  # type: ignore[arg-type]

    monkeypatch.setattr("kit.db.failpoint", overtake)
    slower = await cases.by(caller).post("/cases", NEW, headers={"idempotency-key": "form-1"})
    assert (slower.status_code, slower.json()["type"]) == (409, "/problems/still-running")
    assert (await cases.by(caller).get("/cases")).json()["items"] == []


async def test_a_post_meets_its_double_that_is_still_worked_on(
    cases: Served, tenant: UUID, acme: UUID, database: Database
) -> None:
    caller = contact(tenant, acme)
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(concat_ws('/', $1::uuid, $2::text, $3::text), 0))"
    async with database.transaction(tenant) as tx:
        await fetch(tx, lock, tenant, f"contact:{caller.id}", "form'1")
        met = await cases.by(caller).post("/cases", NEW, headers={"idempotency-key": "form'1"})
    assert (met.status_code, met.json()["type"]) == (409, "/problems/still-running")
    again = await cases.by(caller).post("/cases", NEW, headers={"idempotency-key": "form'1"})
    assert again.status_code == 201
