"""Files as the CRM brings and takes them: by external id, one or many, sent again, changed, refused."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from contracts import CaseClosed, ProjectChanged
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, key, staff

Doing = Callable[..., Awaitable[Any]]
PDF = b"%PDF-1.4\n" + bytes(100)
OFFER = {"file_name": "offer.pdf", "size": len(PDF)}
PLACE = "/documents/by-external-id/offer-77"


@pytest.fixture
def crm(documents: Served, tenant: UUID) -> As:
    return documents.by(key(tenant, "crm.write"))


async def brought(crm: As, send: Doing, facts: dict[str, Any] | None = None, content: bytes = PDF) -> dict[str, Any]:
    """The three calls: announced, sent, committed. Returns the document."""
    announced = await crm.put(PLACE, OFFER | {"size": len(content)} | (facts or {}))
    assert announced.status_code == 201, announced.text
    await send(announced, content)
    committed = await crm.post(f"/documents/{announced.json()['document_id']}/commit")
    assert committed.status_code == 200, committed.text
    found: dict[str, Any] = committed.json()
    return found


async def said(database: Database, tenant: UUID) -> list[dict[str, Any]]:
    """What was said of changed files, oldest first."""
    async with database.transaction(tenant) as tx:
        rows = [json.loads(row["body"]) for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    return [row["data"] for row in rows if row["type"] == "document.changed.v1"]


def project(organisation_id: UUID) -> ProjectChanged:
    return ProjectChanged(
        project_id=new_id(),
        reference="PRJ-1001",
        name="New office",
        kind="project",
        on_portal=True,
        documents_on_portal=True,
        organisation_id=organisation_id,
        contact_ids=[],
        archived=False,
    )


async def test_the_crm_brings_a_file_in_three_calls_and_takes_it_by_its_own_id_f158_f159(
    documents: Served, crm: As, tenant: UUID, acme: UUID, bus: Any, send: Doing, database: Database
) -> None:
    """F158, F159: it hangs on the case that the CRM names, its customer sees it, and never what the CRM calls it."""
    ann = contact(tenant, acme)
    case_id = str(await bus.open_case(ann, external_id="T-4711"))
    made = await brought(crm, send, {"case_external_id": "T-4711", "title": "Our offer"})
    assert (made["external_id"], made["state"], made["title"]) == ("offer-77", "ready", "Our offer")
    seen = (await documents.by(ann).get(f"/documents/{made['id']}")).json()
    assert (seen["links"], seen["external_id"]) == ([{"kind": "case", "id": case_id}], None)
    assert (await documents.by(staff(tenant)).get(PLACE)).json()["external_id"] == "offer-77"
    link = await crm.get(f"{PLACE}/download")
    assert link.status_code == 303
    async with httpx.AsyncClient() as program:
        assert (await program.get(link.headers["location"])).content == PDF
    assert [one["external_id"] for one in await said(database, tenant)] == ["offer-77"]
    other = documents.by(key(new_id(), "crm.write", "documents.read"))
    assert {(await other.get(path)).status_code for path in (PLACE, f"{PLACE}/download")} == {404}


async def test_the_same_put_again_is_the_same_upload_until_its_bytes_came_f159(
    documents: Served, crm: As, tenant: UUID, send: Doing
) -> None:
    """Another size takes its place; the CRM's next key goes on where the last one stopped."""
    first = (await crm.put(PLACE, OFFER | {"size": 3})).json()
    again = await crm.put(PLACE, OFFER | {"size": 3, "title": "Offer"})
    assert (again.status_code, again.json()["document_id"]) == (201, first["document_id"])
    second = (await crm.put(PLACE, OFFER)).json()
    assert second["document_id"] != first["document_id"]
    assert (await crm.get(f"/documents/{first['document_id']}")).status_code == 404
    later = documents.by(key(tenant, "crm.write"))
    made = await brought(later, send)
    assert made["id"] == second["document_id"]


async def test_a_file_that_is_there_is_changed_where_named_and_counted_once_f159(
    crm: As, tenant: UUID, send: Doing, database: Database
) -> None:
    made = await brought(crm, send)
    changed = await crm.put(PLACE, {"title": "Offer of May", "folder": "public", "legal_hold": True})
    assert changed.status_code == 200
    assert (changed.json()["result"], changed.json()["upload"]) == ("changed", None)
    same = (await crm.put(PLACE, {"title": "Offer of May", "sha256": made["sha256"]})).json()
    assert (same["result"], same["version"]) == ("unchanged", changed.json()["version"])
    now = (await crm.get(PLACE)).json()
    assert (now["title"], now["folder"], now["description"], now["legal_hold"]) == ("Offer of May", "public", "", True)
    assert now["version"] == made["version"] + 1
    assert [one["change"] for one in await said(database, tenant)] == ["added", "described"]


async def test_another_content_is_the_next_version_of_the_same_document_f159(
    documents: Served, crm: As, tenant: UUID, send: Doing, database: Database
) -> None:
    made, newer = await brought(crm, send), b"%PDF-1.5\n" + bytes(50)
    named = OFFER | {"size": len(newer), "sha256": hashlib.sha256(newer).hexdigest()}
    first = await crm.put(PLACE, named)
    assert (first.status_code, first.json()["result"]) == (201, "announced")
    assert (await crm.put(PLACE, named)).json()["document_id"] == first.json()["document_id"]
    now = await brought(crm, send, {"sha256": named["sha256"]}, newer)
    assert (now["id"], now["number"], now["sha256"]) == (made["id"], 2, named["sha256"])
    assert (await crm.put(PLACE, named)).json()["result"] == "unchanged"
    assert [(one["change"], one["external_id"]) for one in await said(database, tenant)][1:] == [
        ("replaced", "offer-77")
    ]
    needed = await crm.put(PLACE, {"sha256": "0" * 64})
    assert {error["field"] for error in needed.json()["errors"]} == {"file_name", "size"}


async def test_what_the_crm_names_and_is_not_here_is_refused_by_its_field(
    documents: Served, crm: As, tenant: UUID, acme: UUID, bus: Any, send: Doing, database: Database
) -> None:
    """F158: a record added later is added to those it has. A case that is over takes what the CRM has of it."""
    for field in ("case_reference", "case_external_id", "project_reference"):
        refused = await crm.put(PLACE, OFFER | {field: "nowhere"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    both = await crm.put(PLACE, OFFER | {"case_reference": "CASE-1001", "case_external_id": "T-4711"})
    assert both.status_code == 422
    ann = contact(tenant, acme)
    case_id = await bus.open_case(ann, reference="CASE-1001")
    over: dict[str, Any] = {"case_id": case_id, "reference": "CASE-1001", "subject": "Printer", "contact_id": ann.id}
    by = {"id": ann.id, "kind": "contact", "name": "Ann"}
    await bus.say(CaseClosed(**over, assignee_id=None, watcher_ids=[], closed_by=by), version=9)
    made = await brought(crm, send, {"case_reference": "CASE-1001"})
    other = await bus.open_case(ann, reference="CASE-1002", external_id="T-2")
    for result in ("changed", "unchanged"):
        assert (await crm.put(PLACE, {"case_external_id": "T-2"})).json()["result"] == result
    seen = (await documents.by(ann).get(f"/documents/{made['id']}")).json()
    assert {link["id"] for link in seen["links"]} == {str(case_id), str(other)}
    assert [one["change"] for one in await said(database, tenant)] == ["added", "linked"]


async def test_only_a_key_that_may_write_brings_files_and_sees_no_others(
    documents: Served, crm: As, tenant: UUID, acme: UUID, uploaded: Doing
) -> None:
    anns = await uploaded(documents.by(contact(tenant, acme)))
    for caller in (contact(tenant, acme), staff(tenant, "cases.answer"), key(tenant, "documents.read")):
        client = documents.by(caller)
        assert (await client.put(PLACE, OFFER)).status_code == 403
        assert (await client.post("/documents/batch", {"rows": [OFFER | {"external_id": "a"}]})).status_code == 403
    assert (await crm.get(f"/documents/{anns['id']}")).status_code == 404
    assert (await crm.get("/documents")).json()["items"] == []


async def test_each_row_of_a_batch_fares_by_itself_and_again_changes_nothing_f159(
    documents: Served, crm: As, tenant: UUID, send: Doing, bus: Any, acme: UUID
) -> None:
    await brought(crm, send)
    await bus.say(event := project(acme))
    rows: list[Any] = [
        {"external_id": "offer-77", "title": "Offer of May"},
        OFFER | {"external_id": "new", "project_reference": "PRJ-1001"},
        OFFER | {"external_id": "new"},
        OFFER | {"external_id": "lost", "project_reference": "PRJ-9"},
        {"external_id": "nameless"},
        OFFER | {"external_id": "large", "size": 2**39},
        OFFER | {"external_id": "odd", "colour": "red"},
    ]
    first = (await crm.post("/documents/batch", {"rows": rows})).json()
    fared = ["changed", "announced", "failed", "failed", "failed", "failed", "failed"]
    assert [one["result"] for one in first["results"]] == fared
    assert [one["row"] for one in first["results"]] == list(range(7))
    wrong = [one["errors"][0]["field"] if one["errors"] else None for one in first["results"]]
    assert wrong == [None, None, "external_id", "project_reference", "file_name", "size", "colour"]
    assert (first["announced"], first["changed"], first["unchanged"], first["failed"]) == (1, 1, 0, 5)
    async with httpx.AsyncClient() as program:
        target = first["results"][1]["upload"]
        assert (await program.put(target["url"], headers=target["headers"], content=PDF)).status_code == 200
    again = (await crm.post("/documents/batch", {"rows": rows[:2]})).json()["results"]
    assert [one["result"] for one in again] == ["unchanged", "announced"]
    assert again[1]["document_id"] == first["results"][1]["document_id"]
    made = (await crm.post(f"/documents/{again[1]['document_id']}/commit")).json()
    seen = (await documents.by(staff(tenant)).get(f"/documents/{made['id']}")).json()
    assert (seen["external_id"], seen["links"]) == ("new", [{"kind": "project", "id": str(event.project_id)}])


async def test_a_batch_takes_as_many_statements_as_one_file_and_none_beyond_the_quota_f147(
    documents: Served, crm: As, tenant: UUID, acme: UUID, bus: Any, statements: list[str], database: Database
) -> None:
    await bus.open_case(contact(tenant, acme), reference="CASE-1001")
    spent = {}
    for count in (1, 200):
        for name, more in (("announced", {}), ("again", {"title": "Anew"})):
            rows = [OFFER | more | {"external_id": f"{count}-{n}", "case_reference": "CASE-1001"} for n in range(count)]
            statements.clear()
            answer = await crm.post("/documents/batch", {"rows": rows})
            assert answer.json()["announced"] == count, answer.text[:300]
            spent[count, name] = len(statements)
    assert spent[200, "announced"] == spent[1, "announced"] <= 4
    assert spent[200, "again"] == spent[1, "again"] <= 4
    admin = documents.by(staff(tenant, "settings.edit"))
    room = {"quota_bytes": 202 * len(PDF), "tell_id": None}
    assert (await admin.put("/documents/settings", room, headers={"if-match": '"0"'})).status_code == 200
    last = await crm.post("/documents/batch", {"rows": [OFFER | {"external_id": f"last-{n}"} for n in range(3)]})
    assert [one["result"] for one in last.json()["results"]] == ["announced", "failed", "failed"]
    assert (await crm.put(PLACE, OFFER)).json()["type"] == "/problems/over-quota"
    async with database.transaction(tenant) as tx:
        assert (await tx.execute(text("SELECT count(*) FROM documents"))).scalar() == 202


async def test_a_large_file_comes_in_parts_by_its_external_id_too_f143(
    served_with: Callable[..., AbstractAsyncContextManager[Served]], tenant: UUID
) -> None:
    async with served_with(upload_limit=len(PDF) - 1) as app:
        crm = app.by(key(tenant, "crm.write"))
        assert (await crm.put(PLACE, OFFER)).json()["errors"][0]["field"] == "size"
        first = await crm.put(PLACE, OFFER | {"in_parts": True})
        assert (first.status_code, first.json()["upload"], first.json()["parts"]["count"]) == (201, None, 1)
        again = (await crm.put(PLACE, OFFER | {"in_parts": True})).json()
        assert again["document_id"] == first.json()["document_id"]
        asked = await crm.post(f"/documents/uploads/{again['document_id']}/parts", {"numbers": [1]})
        assert len(asked.json()["items"]) == 1
