"""F109: the CRM brings what was said on its cases, and takes what is said here."""

import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.models import KnownPerson
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

CASE = {"subject": "Router down", "contact_external_id": "crm-ann", "body": "Since noon."}
NOTE = {"body": "We are **on it**.", "author_name": "Nina North"}


@pytest.fixture
async def ann(database: Database, cases: Served, tenant: UUID, acme: UUID) -> As:
    """A contact the CRM has brought, with two cases."""
    one = {"kind": "contact", "name": "Ann Archer", "email": "ann@acme.example", "active": True, "version": 1}
    async with database.transaction(tenant) as tx:
        tx.add(person := KnownPerson(id=new_id(), external_id="crm-ann", organisation_id=acme, **one))
    crm = cases.by(key(tenant, "crm.write"))
    for number in (1, 2):
        assert (await crm.put(f"/cases/by-external-id/crm-{number}", CASE)).status_code == 201
    return cases.by(contact(tenant, acme, id=person.id))


@pytest.fixture
def crm(cases: Served, tenant: UUID) -> As:
    """The tenant's CRM."""
    return cases.by(key(tenant, "crm.write", "cases.read"))


async def said(database: Database, tenant: UUID, kind: str) -> list[dict[str, Any]]:
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox WHERE type = $1 ORDER BY id", kind)
    return [json.loads(row["body"])["data"] for row in rows]


async def test_a_note_is_written_once_changed_and_left_alone_f109(
    crm: As, ann: As, tenant: UUID, database: Database
) -> None:
    address = "/cases/by-external-id/crm-1/notes/n-1"
    made = await crm.put(address, NOTE)
    assert (made.status_code, made.json()["result"], made.json()["version"]) == (201, "created", 2), made.text
    assert (await crm.put(address, NOTE)).json() == IsPartialDict(result="unchanged", version=2)
    changed = await crm.put(address, NOTE | {"body": "It is solved."})
    assert (changed.status_code, changed.json()["result"], changed.json()["version"]) == (200, "updated", 3)
    [line] = (await ann.get("/cases/CASE-1001")).json()["timeline"]
    assert (line["body_html"], line["author"]["name"]) == ("<p>It is solved.</p>", "Nina North")
    [told] = await said(database, tenant, "case.note_added.v1")
    assert told == IsPartialDict(excerpt=NOTE["body"], notify=False)
    assert (await said(database, tenant, "case.changed.v1"))[-1]["fields"] == ["notes"]
    elsewhere = await crm.put("/cases/by-external-id/crm-2/notes/n-1", NOTE)
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (409, "/problems/note-of-another-case")


async def test_a_batch_takes_each_note_by_itself_in_few_statements_f109(
    crm: As, ann: As, cases: Served, tenant: UUID, database: Database, statements: list[str]
) -> None:
    day = "2026-01-02T08:00:00Z"
    rows: list[Any] = [
        NOTE | {"external_id": "n-1", "case_external_id": "crm-1", "written_at": day, "notify": True},
        {"external_id": "n-2", "case_external_id": "crm-1", "body": "Mine.", "contact_external_id": "crm-ann"},
        {"external_id": "n-3", "case_external_id": "crm-2", "body": "Secret.", "visibility": "internal"},
        NOTE | {"external_id": "n-4", "case_external_id": "crm-9"},
        NOTE | {"external_id": "n-5", "case_external_id": "crm-1", "contact_external_id": "crm-eve"},
        NOTE | {"external_id": "n-6", "case_external_id": "crm-1", "written_at": "2999-01-01T00:00:00Z"},
        NOTE | {"external_id": "n-1", "case_external_id": "crm-1"},
        {"external_id": "n-7", "case_external_id": "crm-1"},
    ]
    statements.clear()
    answer = await crm.post("/cases/notes/batch", {"rows": rows})
    assert answer.status_code == 200, answer.text
    assert len(statements) <= 6, statements
    fared = answer.json()
    assert (fared["created"], fared["failed"]) == (3, 5)
    wrong = [row["errors"][0]["field"] for row in fared["results"][3:]]
    assert wrong == ["case_external_id", "contact_external_id", "written_at", "external_id", "body"]
    one = (await crm.get("/cases/by-external-id/crm-1")).json()
    async with database.transaction(tenant) as tx:
        [answered] = await fetch(tx, "SELECT first_response_at FROM cases WHERE external_id = 'crm-1'")
    assert answered["first_response_at"].isoformat() == "2026-01-02T08:00:00+00:00", "answered in the CRM is answered"
    first = one["timeline"][0]
    assert (first["author"]["kind"], first["created_at"][:10]) == ("key", day[:10])
    assert one["version"] == 2, "two notes count its version up once"
    theirs = (await ann.get("/cases/CASE-1002")).json()["timeline"]
    assert theirs == []
    assert len((await cases.by(staff(tenant)).get("/cases/CASE-1002")).json()["timeline"]) == 1
    many = [NOTE | {"external_id": f"m-{n}", "case_external_id": f"crm-{1 + n % 2}"} for n in range(1000)]
    statements.clear()
    assert (await crm.post("/cases/notes/batch", {"rows": many})).json()["created"] == 1000
    assert len(statements) <= 10, len(statements)


async def test_a_key_reads_internal_notes_with_the_right_for_that_and_for_the_case_alone_f110(
    crm: As, ann: As, cases: Served, tenant: UUID
) -> None:
    """A CRM that mirrors a case has what staff write among themselves, where the key was given that right."""
    address = "/cases/by-external-id/crm-1"
    await crm.put(f"{address}/notes/n-1", NOTE)
    await crm.put(f"{address}/notes/n-2", NOTE | {"body": "Secret.", "visibility": "internal"})
    seen = {}
    for rights in (("cases.read", "internal.read"), ("cases.read",), ("internal.read", "crm.write")):
        answer = await cases.by(key(tenant, *rights)).get(address)
        seen[rights] = [line["visibility"] for line in answer.json().get("timeline", [])]
    assert list(seen.values()) == [["customer", "internal"], ["customer"], []]
    mirror = cases.by(key(tenant, "cases.read", "internal.read"))
    assert (await mirror.post(f"{address.replace('by-external-id/crm-1', 'CASE-1001')}/notes", NOTE)).status_code >= 400
    assert (await cases.by(key(new_id(), "cases.read", "internal.read")).get(address)).status_code == 404
    assert [line["visibility"] for line in (await ann.get("/cases/CASE-1001")).json()["timeline"]] == ["customer"]


async def test_only_a_key_that_feeds_writes_and_only_who_sees_all_reads_by_that_name_f109(
    crm: As, ann: As, cases: Served, tenant: UUID, acme: UUID
) -> None:
    for other in (staff(tenant), contact(tenant, acme), key(tenant, "cases.read"), guest(tenant)):
        refused = await cases.by(other).put("/cases/by-external-id/crm-1/notes/n-1", NOTE)
        assert refused.status_code in (403, 404), other.kind
    foreign = cases.by(key(new_id(), "crm.write", "cases.read"))
    assert (await foreign.get("/cases/by-external-id/crm-1")).status_code == 404
    unknown = await foreign.put("/cases/by-external-id/crm-1/notes/n-1", NOTE)
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown-case")
    assert (await ann.get("/cases/by-external-id/crm-1")).status_code == 404
    assert (await crm.get("/cases/by-external-id/crm-1")).json()["external_id"] == "crm-1"
    assert (await cases.by(key(tenant, "crm.write")).get("/cases/by-external-id/crm-1")).status_code == 404
