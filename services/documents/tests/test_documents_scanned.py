"""Files before a real clamd: what it knows is gone at once and for good, what it passes is marked clean, and what it
does not look through is refused unless the tenant takes that."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import httpx
import pytest

from documents.checks import Checks
from documents.storage import Storage
from kit.db import Database
from kit.testing import As, Served, contact, key, staff
from stack.clamd import EICAR, running

Doing = Callable[..., Awaitable[Any]]
Serving = Callable[..., AbstractAsyncContextManager[Served]]
LIMIT = 2_000
LARGE = b"Only words.\n" * 300


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A clamd that knows one virus and looks through no more than 3,000 bytes of a file; where it listens."""
    limits = {"StreamMaxLength": "1M", "MaxFileSize": "3000", "AlertExceedsMax": "yes"}
    with running(tmp_path_factory.mktemp("clamd"), **limits) as address:
        yield address


@pytest.fixture
def take(tenant: UUID) -> Callable[..., Awaitable[None]]:
    """Has the tenant take what is too large for the scanner, or not."""

    async def change(app: Served, *, unscanned: bool) -> None:
        ada = app.by(staff(tenant, "settings.edit"))
        version = (await ada.get("/documents/settings")).json()["version"]
        values = {"quota_bytes": None, "tell_id": None, "unscanned": unscanned}
        answer = await ada.put("/documents/settings", values, headers={"if-match": f'"{version}"'})
        assert (answer.status_code, answer.json()["unscanned"]) == (200, unscanned), answer.text

    return change


async def test_the_virus_test_file_is_quarantined_and_never_seen_and_others_are_clean(
    served_with: Serving, tenant: UUID, acme: UUID, arrived: Doing, uploaded: Doing, bucket: Any, clamd: str
) -> None:
    """J8: alone, and in the middle of something longer; nothing of it is left in the storage."""
    async with served_with(clamd=clamd) as scanned:
        ann = scanned.by(contact(tenant, acme))
        assert (await uploaded(ann, b"Only words\n", "notes.txt"))["scan"] == "clean"
        for content in (EICAR, b"Dear all,\n" * 200 + EICAR):
            document_id = await arrived(ann, content, "eicar.txt")
            for _ in range(2):
                refused = await ann.post(f"/documents/{document_id}/commit")
                assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-infected")
            assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "rejected"
            assert (await ann.get(f"/documents/{document_id}/download")).status_code == 409
        assert (await ann.get("/documents")).json()["total"]["count"] == 1
        assert (await ann.get("/documents/zip")).status_code == 200
        assert len(bucket.keys(tenant)) == 1


def is_too_large(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["type"]) == (422, "/problems/too-large-to-scan")


async def test_what_is_larger_than_the_scanner_takes_is_refused_before_it_is_sent_f147(
    served_with: Serving, tenant: UUID, acme: UUID, announce: Doing, uploaded: Doing, take: Any, clamd: str
) -> None:
    """F147, F159: in one piece, in parts, from the CRM; where the tenant takes it, it says that nobody looked."""
    async with served_with(clamd=clamd, clamd_limit=LIMIT) as scanned:
        ann, crm = scanned.by(contact(tenant, acme)), scanned.by(key(tenant, "crm.write"))
        assert is_too_large(await announce(ann, LARGE, "a.txt"))
        assert is_too_large(await announce(ann, LARGE, "a.txt", in_parts=True))
        facts = {"file_name": "a.txt", "size": len(LARGE)}
        assert is_too_large(await crm.put("/documents/by-external-id/a", facts))
        rows = [facts | {"external_id": "a"}, facts | {"external_id": "b", "size": LIMIT}]
        [first, second] = (await crm.post("/documents/batch", {"rows": rows})).json()["results"]
        assert (first["result"], first["errors"][0]["field"], second["result"]) == ("failed", "size", "announced")
        await take(scanned, unscanned=True)
        made = await uploaded(ann, LARGE, "a.txt")
        assert (made["state"], made["scan"]) == ("ready", "not_scanned")


@pytest.mark.parametrize("in_parts", [False, True])
async def test_what_the_scanner_says_it_did_not_look_through_is_refused_for_good_f147(
    in_parts: bool,
    served_with: Serving,
    tenant: UUID,
    acme: UUID,
    bucket: Any,
    take: Any,
    clamd: str,
    settings: Any,
    database: Database,
    storage: Storage,
) -> None:
    """F147: whatever our own limit says; by the worker too, and where the tenant's mind changes meanwhile."""
    limits = {"clamd": clamd, "upload_limit": 1} if in_parts else {"clamd": clamd}
    async with served_with(**limits | {"large_upload_limit": 10_000}) as scanned:
        ann = scanned.by(contact(tenant, acme))
        first, second = [await sent(ann, in_parts=in_parts) for _ in range(2)]
        worker = Checks(settings.model_copy(update={"clamd": clamd}), database, storage)
        refused = await committed(ann, first, worker)
        assert is_too_large(refused)
        assert (await ann.get(f"/documents/{first}")).json()["state"] == "rejected"
        await take(scanned, unscanned=True)
        made = (await committed(ann, second, worker)).json()
        assert (made["state"], made["scan"]) == ("ready", "not_scanned")
        assert len(bucket.keys(tenant)) == 1


async def sent(ann: As, *, in_parts: bool) -> str:
    """Announced, and its bytes sent. Returns the document's id."""
    new = {"file_name": "a.txt", "size": len(LARGE), "in_parts": in_parts}
    told = (await ann.post("/documents/uploads", new)).json()
    document_id = str(told["document_id"])
    if in_parts:
        links = (await ann.post(f"/documents/uploads/{document_id}/parts", {"numbers": [1]})).json()
    target = links["items"][0]["upload"] if in_parts else told["upload"]
    async with httpx.AsyncClient() as browser:
        answer = await browser.put(target["url"], headers=target["headers"], content=LARGE)
    assert answer.status_code == 200, answer.text
    return document_id


async def committed(ann: As, document_id: str, worker: Checks) -> httpx.Response:
    """Asked again after the worker has had its turn."""
    await ann.post(f"/documents/{document_id}/commit")
    await worker.check_due()
    return await ann.post(f"/documents/{document_id}/commit")
