"""Announcing, uploading and committing files, against a real bucket."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import httpx
import pytest
from dirty_equals import IsPartialDict, IsUUID
from sqlalchemy import text

from kit import failpoints
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, guest, key, staff

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)
Doing = Callable[..., Awaitable[Any]]


async def test_a_contact_uploads_a_file_and_it_becomes_a_document_f143_f146(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, send: Doing, bucket: Any
) -> None:
    ann = documents.by(contact(tenant, acme))
    announced = await announce(ann, title="The printer", description="It blinks.", content_type="image/png")
    assert announced.status_code == 201, announced.text
    document_id = announced.json()["document_id"]
    assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "pending"
    await send(announced, PNG)
    committed = await ann.post(f"/documents/{document_id}/commit")
    assert committed.status_code == 200, committed.text
    assert committed.json() == IsPartialDict(
        id=document_id,
        title="The printer",
        description="It blinks.",
        file_name="photo.png",
        content_type="image/png",
        size=len(PNG),
        sha256=hashlib.sha256(PNG).hexdigest(),
        state="ready",
        scan="not_scanned",
        links=[],
        preview=True,
    )
    assert committed.json()["uploaded_by"] == IsPartialDict(name="Ann Archer", kind="contact", id=IsUUID)
    assert len(bucket.keys(tenant)) == 1
    assert not bucket.keys(tenant)[0].startswith("incoming/")


async def test_the_announced_type_and_the_name_decide_nothing(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    made = await uploaded(ann, PNG, "C:\\pictures\\photo.html", content_type="text/html")
    assert made == IsPartialDict(file_name="photo.html.png", content_type="image/png")


async def test_committing_again_answers_the_same_and_does_nothing(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, bucket: Any
) -> None:
    ann = documents.by(contact(tenant, acme))
    made = await uploaded(ann)
    kept = bucket.keys(tenant)
    again = await ann.post(f"/documents/{made['id']}/commit")
    assert (again.status_code, again.json()) == (200, made)
    assert bucket.keys(tenant) == kept


async def test_a_repeated_announcement_and_a_repeated_commit_are_replayed(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, send: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    new = {"file_name": "photo.png", "size": len(PNG)}
    first, second = [await ann.post("/documents/uploads", new, headers={"idempotency-key": "a"}) for _ in range(2)]
    assert first.json() == second.json()
    await send(first, PNG)
    path = f"/documents/{first.json()['document_id']}/commit"
    once, twice = [await ann.post(path, headers={"idempotency-key": "b"}) for _ in range(2)]
    assert once.status_code == twice.status_code == 200
    assert once.json() == twice.json()
    assert "idempotent-replayed" not in once.headers
    assert twice.headers["idempotent-replayed"] == "true"
    mismatched = await ann.post(f"/documents/{new_id()}/commit", headers={"idempotency-key": "b"})
    assert mismatched.status_code == 422


async def test_a_key_does_not_hold_connections_while_files_are_checked(
    documents: Served, tenant: UUID, acme: UUID, arrived: Doing
) -> None:
    """The pool of the tests has four connections; eight commits that held one each would wait for themselves."""
    ann = documents.by(contact(tenant, acme))
    waiting = [await arrived(ann) for _ in range(8)]
    answers = await asyncio.gather(
        *(ann.post(f"/documents/{one}/commit", headers={"idempotency-key": one}) for one in waiting)
    )
    assert {answer.status_code for answer in answers} == {200}


async def test_of_two_commits_at_once_one_works(
    documents: Served, tenant: UUID, acme: UUID, arrived: Doing, bucket: Any
) -> None:
    ann = documents.by(contact(tenant, acme))
    document_id = await arrived(ann)
    answers = await asyncio.gather(*(ann.post(f"/documents/{document_id}/commit") for _ in range(3)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses) <= {200, 409}
    assert len(bucket.keys(tenant)) == 1


async def test_an_empty_file_is_refused_with_what_to_do_next_f147(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, send: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    announced = await announce(ann, b"")
    assert announced.status_code == 422
    assert announced.json()["type"] == "/problems/empty-file"
    assert announced.json()["detail"].startswith("The file is empty. Try again")
    announced = await announce(ann)
    await send(announced, b"")
    document_id = announced.json()["document_id"]
    committed = await ann.post(f"/documents/{document_id}/commit")
    assert (committed.status_code, committed.json()["type"]) == (422, "/problems/empty-file")
    await send(announced, PNG)
    assert (await ann.post(f"/documents/{document_id}/commit")).status_code == 200


async def test_a_file_that_did_not_arrive_whole_can_be_sent_again_f147(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, send: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    announced = await announce(ann)
    path = f"/documents/{announced.json()['document_id']}/commit"
    for content in (None, PNG[:-1], PNG + b"x"):
        if content is not None:
            await send(announced, content)
        refused = await ann.post(path)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-mismatch")
    await send(announced, PNG)
    assert (await ann.post(path)).status_code == 200


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + bytes(99), b"<html>hi</html>", b"<svg onload='x()'/>", b"#!/bin/sh"]
)
async def test_a_program_or_page_is_refused_for_good_and_removed_whatever_its_name(
    content: bytes, documents: Served, tenant: UUID, acme: UUID, arrived: Doing, bucket: Any
) -> None:
    ann = documents.by(contact(tenant, acme))
    document_id = await arrived(ann, content, "invoice.pdf")
    for _ in range(2):
        refused = await ann.post(f"/documents/{document_id}/commit")
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/type-refused")
    assert (await ann.get(f"/documents/{document_id}")).json() == IsPartialDict(state="rejected", scan="not_scanned")
    assert (await ann.get("/documents")).json()["items"] == []
    assert (await ann.get(f"/documents/{document_id}/download")).status_code == 409
    assert bucket.keys(tenant) == []


async def test_a_link_used_again_after_the_commit_changes_nothing(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, send: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    announced = await announce(ann)
    await send(announced, PNG)
    document_id = announced.json()["document_id"]
    committed = await ann.post(f"/documents/{document_id}/commit")
    await send(announced, b"MZ" + bytes(len(PNG) - 2))
    assert (await ann.post(f"/documents/{document_id}/commit")).json() == committed.json()
    link = (await ann.get(f"/documents/{document_id}/download")).headers["location"]
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(link)).content == PNG


@pytest.mark.parametrize("place", ["copy.before", "copy.after", "examine.after", "finish.before"])
async def test_a_commit_that_died_half_way_is_repeated_once_its_lease_is_over(
    place: str,
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    database: Database,
    failing_at: Callable[[str], None],
) -> None:
    ann = documents.by(contact(tenant, acme))
    document_id = await arrived(ann)
    failing_at(f"documents.{place}")
    assert (await ann.post(f"/documents/{document_id}/commit")).status_code == 500
    failing_at("")
    waiting = await ann.post(f"/documents/{document_id}/commit")
    assert (waiting.status_code, waiting.json()["type"]) == (409, "/problems/being-checked")
    assert waiting.headers["retry-after"] == "5"
    await lapse(database, tenant)
    assert (await ann.post(f"/documents/{document_id}/commit")).status_code == 200


@pytest.mark.parametrize("place", ["commit.before", "commit.after"])
async def test_a_commit_whose_answer_was_lost_is_repeated(
    place: str,
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    database: Database,
    failing_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second transaction is the one that makes it a document: fail around that one's COMMIT."""
    ann = documents.by(contact(tenant, acme))
    document_id = await arrived(ann)
    monkeypatch.setattr(failpoints, "_actions", {place: "raise@2"})
    monkeypatch.setattr(failpoints, "_passes", Counter())
    assert (await ann.post(f"/documents/{document_id}/commit")).status_code == 500
    failing_at("")
    await lapse(database, tenant)
    repeated = await ann.post(f"/documents/{document_id}/commit")
    assert (repeated.status_code, repeated.json()["state"]) == (200, "ready")


async def test_a_check_that_lost_its_lease_cannot_overwrite_what_another_found(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    announce: Doing,
    send: Doing,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The slow one sleeps right after its claim; in the meantime another commits, and the link is used again."""
    ann = documents.by(contact(tenant, acme))
    announced = await announce(ann)
    await send(announced, PNG)
    document_id = announced.json()["document_id"]
    monkeypatch.setattr(failpoints, "_passes", Counter())
    monkeypatch.setattr(failpoints, "_actions", {"commit.after": "delay:4@1"})
    slow = asyncio.create_task(ann.post(f"/documents/{document_id}/commit"))
    await asyncio.sleep(1)
    await lapse(database, tenant)
    quick = await ann.post(f"/documents/{document_id}/commit")
    assert quick.status_code == 200
    await send(announced, PNG[:-1] + b"!")
    assert (await slow).status_code == 409
    link = (await ann.get(f"/documents/{document_id}/download")).headers["location"]
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(link)).content == PNG


async def lapse(database: Database, tenant: UUID) -> None:
    """Let time pass for every lease of a tenant."""
    async with database.transaction(tenant) as tx:
        await tx.execute(text("UPDATE documents SET checking_until = now() - interval '1 second'"))


async def test_a_storage_that_is_away_is_said_so_and_the_process_stands(
    served_with: Callable[..., AbstractAsyncContextManager[Served]], tenant: UUID, acme: UUID
) -> None:
    async with served_with(s3_url="http://127.0.0.1:9") as away:
        ann = away.by(contact(tenant, acme))
        refused = await ann.post("/documents/uploads", {"file_name": "a.txt", "size": 1})
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/storage-away")
        assert (await ann.get("/documents")).status_code == 200


async def test_a_storage_that_goes_away_leaves_the_upload_to_be_committed_later(
    documents: Served,
    served_with: Callable[..., AbstractAsyncContextManager[Served]],
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
) -> None:
    caller = contact(tenant, acme)
    document_id = await arrived(documents.by(caller))
    async with served_with(s3_secret_key="wrong") as refused:
        storage = refused.client._transport.app.state.storage  # type: ignore[attr-defined]
        storage._is_open = True
        assert (await refused.by(caller).post(f"/documents/{document_id}/commit")).status_code == 503
    assert (await documents.by(caller).post(f"/documents/{document_id}/commit")).status_code == 200


async def test_nothing_passes_unscanned_where_a_scanner_is_configured_and_away(
    documents: Served,
    served_with: Callable[..., AbstractAsyncContextManager[Served]],
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
) -> None:
    caller = contact(tenant, acme)
    async with served_with(clamd="127.0.0.1:9") as unscanned:
        ann = unscanned.by(caller)
        document_id = await arrived(ann)
        refused = await ann.post(f"/documents/{document_id}/commit")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/scanner-away")
        assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "pending"


async def test_a_file_larger_than_the_portal_takes_is_refused_before_it_is_sent(
    served_with: Callable[..., AbstractAsyncContextManager[Served]], tenant: UUID, acme: UUID
) -> None:
    async with served_with(upload_limit=2 * 1024**2) as small:
        ann = small.by(contact(tenant, acme))
        refused = await ann.post("/documents/uploads", {"file_name": "a.txt", "size": 2 * 1024**2 + 1})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-too-large")
        assert "2 MB" in refused.json()["detail"]


async def test_only_who_announced_a_file_commits_it(
    documents: Served, tenant: UUID, acme: UUID, arrived: Doing
) -> None:
    document_id = await arrived(documents.by(contact(tenant, acme)))
    assert (await documents.by(staff(tenant)).post(f"/documents/{document_id}/commit")).status_code == 403
    for stranger in (contact(tenant, acme), contact(new_id(), acme), guest(tenant), staff(new_id())):
        assert (await documents.by(stranger).post(f"/documents/{document_id}/commit")).status_code == 404


async def test_guests_keys_and_staff_without_the_right_upload_nothing(documents: Served, tenant: UUID) -> None:
    new = {"file_name": "a.txt", "size": 1}
    for caller in (guest(tenant), key(tenant, "documents.read"), staff(tenant, "articles.write")):
        assert (await documents.by(caller).post("/documents/uploads", new)).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"file_name": "a\x00.txt"},
        {"file_name": "\ud800.txt"},
        {"file_name": "/"},
        {"file_name": "x" * 1001},
        {"size": -1},
        {"size": 2**63},
        {"size": "12"} | {"size": "many"},
        {"title": ""},
        {"title": "x" * 201},
        {"description": "x" * 5001},
        {"case_id": "CASE-1001"},
        {"state": "ready"},
    ],
)
async def test_a_wrong_announcement_is_refused_with_a_sentence(
    wrong: dict[str, Any], documents: Served, tenant: UUID, acme: UUID
) -> None:
    ann = documents.by(contact(tenant, acme))
    refused = await ann("POST", "/documents/uploads", content=dumped({"file_name": "a.txt", "size": 1} | wrong))
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["detail"]


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


async def test_nothing_is_told_of_a_document_to_another_tenants_rows(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, database: Database
) -> None:
    await uploaded(documents.by(contact(tenant, acme)))
    for inside, many in ((tenant, 1), (new_id(), 0), (None, 0)):
        async with database.transaction(inside) as tx:
            assert len(await fetch(tx, "SELECT id FROM documents")) == many
