"""Large files in parts, straight to a real bucket: resumed, put together, checked, given up, swept."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from documents import checks, service, sweeper
from documents.checks import Checks
from documents.storage import Storage, kept_key
from documents.sweeper import ORPHANS, Sweeper
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, staff

Doing = Callable[..., Awaitable[Any]]
PART = 5 * 1024**2
WHOLE = b"Line of a long protocol.\n" * 480_000
"""Three parts, the last one short."""


@pytest.fixture
async def parted(served_with: Callable[..., AbstractAsyncContextManager[Served]]) -> AsyncIterator[Served]:
    async with served_with(part_size=PART, upload_limit=len(WHOLE) - 1) as app:
        yield app


async def announced(client: As, content: bytes = WHOLE, **other: Any) -> dict[str, Any]:
    new = {"file_name": "protocol.txt", "size": len(content), "in_parts": True} | other
    response = await client.post("/documents/uploads", new)
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    return told


async def send(client: As, document_id: str, *numbers: int, content: bytes = WHOLE) -> None:
    """What a browser does: ask for links, and put the bytes there."""
    links = await client.post(f"/documents/uploads/{document_id}/parts", {"numbers": list(numbers)})
    assert links.status_code == 200, links.text
    async with httpx.AsyncClient() as browser:
        for one in links.json()["items"]:
            start, upload = (one["number"] - 1) * PART, one["upload"]
            piece = content[start : start + PART]
            sent = await browser.request(upload["method"], upload["url"], headers=upload["headers"], content=piece)
            assert sent.status_code == 200, sent.text


async def checked(settings: Any, database: Database, storage: Storage) -> None:
    await Checks(settings, database, storage).check_due()


async def test_a_large_file_comes_in_parts_is_resumed_and_checked_by_the_worker_f143_f147(
    parted: Served, tenant: UUID, acme: UUID, bucket: Any, settings: Any, database: Database, storage: Storage
) -> None:
    """F143, F147, F148: nothing of it is there until it is whole; afterwards it is one object, as it was sent."""
    ann = parted.by(contact(tenant, acme))
    told = await announced(ann, sha256=hashlib.sha256(WHOLE).hexdigest())
    path, document_id = f"/documents/{told['document_id']}", told["document_id"]
    assert (told["upload"], told["parts"]) == (None, {"size": PART, "count": 3})
    await send(ann, document_id, 1, 3)
    early = await ann.post(f"{path}/commit")
    assert (early.status_code, early.json()["type"]) == (422, "/problems/file-mismatch")
    assert bucket.keys(tenant) == []
    there = (await ann.get(f"/documents/uploads/{document_id}")).json()
    assert there["arrived"] == [{"number": 1, "size": PART}, {"number": 3, "size": len(WHOLE) - 2 * PART}]
    await send(ann, document_id, 2)
    waiting = await ann.post(f"{path}/commit")
    assert (waiting.status_code, waiting.json()["state"]) == (200, "checking")
    for over in (ann.get(f"/documents/uploads/{document_id}"), ann.get(f"{path}/download")):
        assert (await over).status_code == 409
    await checked(settings, database, storage)
    ready = (await ann.post(f"{path}/commit")).json()
    assert (ready["state"], ready["sha256"]) == ("ready", hashlib.sha256(WHOLE).hexdigest())
    async with httpx.AsyncClient() as browser:
        link = (await ann.get(f"{path}/download")).headers["location"]
        assert hashlib.sha256((await browser.get(link)).content).hexdigest() == ready["sha256"]
    assert len(bucket.keys(tenant)) == 1


async def test_a_link_to_a_part_used_again_after_the_commit_changes_nothing(
    parted: Served, tenant: UUID, acme: UUID, storage: Storage, settings: Any, database: Database
) -> None:
    ann, small = parted.by(contact(tenant, acme)), b"Only words\n"
    document_id = (await announced(ann, small))["document_id"]
    [link] = (await ann.post(f"/documents/uploads/{document_id}/parts", {"numbers": [1]})).json()["items"]
    async with httpx.AsyncClient() as browser:
        await browser.put(link["upload"]["url"], content=small)
        # One that is no larger than what comes in one piece is checked while its sender waits.
        assert (await ann.post(f"/documents/{document_id}/commit")).json()["state"] == "ready"
        await browser.put(link["upload"]["url"], content=b"other words")
        again = (await ann.get(f"/documents/{document_id}/download")).headers["location"]
        assert (await browser.get(again)).content == small


async def test_what_is_not_as_announced_or_not_taken_is_no_document(
    parted: Served, tenant: UUID, acme: UUID, bucket: Any, settings: Any, database: Database, storage: Storage
) -> None:
    """F147: with another SHA-256 it did not arrive whole; a program is refused for good, by the worker too."""
    ann = parted.by(contact(tenant, acme))
    wrong = await announced(ann, b"words", sha256="0" * 64)
    await send(ann, wrong["document_id"], 1, content=b"words")
    refused = await ann.post(f"/documents/{wrong['document_id']}/commit")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-mismatch")
    program = b"MZ\x90\x00" + WHOLE
    told = await announced(ann, program)
    await send(ann, told["document_id"], 1, 2, 3, content=program)
    path = f"/documents/{told['document_id']}"
    assert (await ann.post(f"{path}/commit")).json()["state"] == "checking"
    await checked(settings, database, storage)
    assert (await ann.get(path)).json()["state"] == "rejected"
    refused = await ann.post(f"{path}/commit")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/type-refused")
    assert len(bucket.keys(tenant)) == 1, "what did not arrive whole waits for its time to run out"


async def test_a_check_waits_while_the_scanner_is_away_and_is_not_lost(
    parted: Served, tenant: UUID, acme: UUID, settings: Any, database: Database, storage: Storage
) -> None:
    ann = parted.by(contact(tenant, acme))
    document_id = (await announced(ann))["document_id"]
    await send(ann, document_id, 1, 2, 3)
    await ann.post(f"/documents/{document_id}/commit")
    away = settings.model_copy(update={"clamd": "127.0.0.1:9", "clamd_limit": len(WHOLE)})
    await checked(away, database, storage)
    await checked(settings, database, storage)
    assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "checking"
    async with database.transaction(tenant) as tx:
        await tx.execute(text("UPDATE documents SET checking_until = now() - interval '1 second'"))
    await asyncio.gather(*(checked(settings, database, storage) for _ in range(2)))
    assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "ready"


async def test_an_upload_in_parts_is_its_senders_alone_and_has_its_bounds(
    parted: Served, tenant: UUID, acme: UUID, arrived: Doing
) -> None:
    caller = contact(tenant, acme)
    ann = parted.by(caller)
    document_id = (await announced(ann))["document_id"]
    path = f"/documents/uploads/{document_id}"
    for stranger in (contact(tenant, acme), contact(new_id(), acme), staff(new_id())):
        for answer in await _all_of(parted.by(stranger), path):
            assert answer.status_code == 404
    assert {answer.status_code for answer in await _all_of(parted.by(staff(tenant)), path)} <= {403, 404}
    for numbers in ([4], [0], [], list(range(1, 102))):
        assert (await ann.post(f"{path}/parts", {"numbers": numbers})).status_code == 422
    single = f"/documents/uploads/{await arrived(ann, b'words')}"
    assert (await ann.get(single)).json()["type"] == "/problems/not-in-parts"
    over = {"file_name": "a.txt", "size": 5 * 1024**3 + 1, "in_parts": True}
    refused = await ann.post("/documents/uploads", over)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-too-large")


async def _all_of(client: As, path: str) -> list[httpx.Response]:
    return [await client.get(path), await client.post(f"{path}/parts", {"numbers": [1]}), await client("DELETE", path)]


async def test_an_upload_that_is_given_up_or_forsaken_leaves_nothing_behind(
    parted: Served,
    tenant: UUID,
    acme: UUID,
    uploaded: Doing,
    settings: Any,
    database: Database,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F147: by its sender; by time; and one the storage knows of and no row. Each is counted."""
    ann, sweeping = parted.by(contact(tenant, acme)), Sweeper(settings, database, storage)
    kept = await uploaded(ann)
    assert (await ann("DELETE", f"/documents/uploads/{kept['id']}")).status_code == 409
    given_up, forsaken = [(await announced(ann))["document_id"] for _ in range(2)]
    orphan = kept_key(tenant, new_id())
    await storage.begin_parts(orphan)
    await send(ann, given_up, 1)
    assert (await ann("DELETE", f"/documents/uploads/{given_up}")).status_code == 204
    assert (await ann.get(f"/documents/{given_up}")).status_code == 404
    assert len(await _begun(storage, tenant)) == 2
    async with database.transaction(tenant) as tx:
        await tx.execute(text("UPDATE documents SET expires_at = now() - interval '2 hours'"))
    await sweeping.expire()
    assert (await ann.get(f"/documents/{forsaken}")).status_code == 404
    assert await _begun(storage, tenant) == [orphan]
    monkeypatch.setattr(sweeper, "AGE", timedelta(0))
    await sweeping.reconcile()
    assert ORPHANS.labels("upload")._value.get() >= 1
    assert await _begun(storage, tenant) == []


async def _begun(storage: Storage, tenant: UUID) -> list[str]:
    return [one.key for one in await storage.begun() if str(tenant) in one.key]


async def test_a_check_keeps_its_lease_while_it_is_at_work_and_ends_under_it(
    parted: Served,
    tenant: UUID,
    acme: UUID,
    settings: Any,
    database: Database,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F147: nobody else takes the file meanwhile, however long it takes."""
    ann = parted.by(contact(tenant, acme))
    document_id = (await announced(ann))["document_id"]
    await send(ann, document_id, 1, 2, 3)
    await ann.post(f"/documents/{document_id}/commit")
    at_once = checks.check

    async def slowly(*given: Any) -> Any:
        findings, lease = await at_once(*given), await held_until(database, tenant)
        while await held_until(database, tenant) == lease:
            await asyncio.sleep(0.02)
        await checked(settings, database, storage)
        return findings

    monkeypatch.setattr(checks, "RENEWED", 0.02)
    monkeypatch.setattr(checks, "check", slowly)
    await checked(settings, database, storage)
    assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "ready"


async def test_a_lease_that_was_lost_is_not_renewed(
    parted: Served, tenant: UUID, acme: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = parted.by(contact(tenant, acme))
    document_id = UUID((await announced(ann))["document_id"])
    await send(ann, str(document_id), 1, 2, 3)
    await ann.post(f"/documents/{document_id}/commit")
    async with database.transaction(tenant) as tx:
        lost = await service.take_up(tx, document_id)
        await tx.execute(text("UPDATE documents SET checking_until = now() - interval '1 second'"))
    async with database.transaction(tenant) as tx:
        taken = await service.take_up(tx, document_id)
    assert lost is not None
    assert taken is not None
    lease = checks.Lease(database, lost)
    monkeypatch.setattr(checks, "RENEWED", 0.01)
    async with lease.kept():
        await asyncio.sleep(0.1)
    assert lease.document is lost
    assert await held_until(database, tenant) == taken.checking_until


async def held_until(database: Database, tenant: UUID) -> Any:
    """Until when somebody has the tenant's one file in hand; None where nobody has it."""
    async with database.transaction(tenant) as tx:
        [row] = await fetch(tx, "SELECT checking_until, checking_until > now() AS held FROM documents")
    return row["checking_until"] if row["held"] else None


async def test_what_nobody_waits_for_is_not_read_to_its_end(storage: Storage, tenant: UUID) -> None:
    """A worker that is told to stop does not stay for the rest of a file of gigabytes."""
    key, began, go_on, seen = kept_key(tenant, new_id()), Event(), Event(), []
    await storage.open()
    await storage.put(key, bytes(2 * 1024**2))

    def reader(chunks: Iterator[bytes]) -> None:
        for chunk in chunks:
            seen.append(len(chunk))
            began.set()
            go_on.wait(30)

    reading = asyncio.create_task(storage.read(key, reader))
    await asyncio.to_thread(began.wait, 30)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    go_on.set()
    await asyncio.to_thread(storage._threads.shutdown)
    assert len(seen) == 1


async def test_what_was_asked_for_and_does_not_pass_its_check_is_asked_for_again_f143_f147(
    parted: Served, tenant: UUID, acme: UUID, settings: Any, database: Database, storage: Storage
) -> None:
    """F143, F147: a large file answers a request before it is checked; refused, it is no answer, and the contact
    reads why."""
    ann, sam = contact(tenant, acme), parted.by(staff(tenant))
    wanted = {"title": "Protocol", "contact_id": str(ann.id), "contact_name": "Ann", "organisation_id": str(acme)}
    asked = f"/documents/requests/{(await sam.post('/documents/requests', wanted)).json()['id']}"
    program = b"MZ" + WHOLE[2:]
    told = await announced(parted.by(ann), program)
    await send(parted.by(ann), told["document_id"], 1, 2, 3, content=program)
    assert (await parted.by(ann).post(f"/documents/{told['document_id']}/commit")).json()["state"] == "checking"
    given = await parted.by(ann).post(f"{asked}/answer", {"document_id": told["document_id"]})
    assert given.json()["state"] == "received"
    await checked(settings, database, storage)
    again = (await parted.by(ann).get(asked)).json()
    assert (again["state"], again["document_id"], "not accepted" in again["reason"]) == ("open", None, True)
