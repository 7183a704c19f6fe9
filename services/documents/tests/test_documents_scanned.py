"""Files before a real clamd: what it knows is gone at once and for good, what it passes is marked clean."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import pytest

from kit.testing import Served, contact
from stack.clamd import EICAR, running

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A clamd that knows one virus; where it listens."""
    with running(tmp_path_factory.mktemp("clamd")) as address:
        yield address


async def test_the_virus_test_file_is_quarantined_and_never_seen_and_others_are_clean(
    served_with: Callable[..., AbstractAsyncContextManager[Served]],
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    uploaded: Doing,
    bucket: Any,
    clamd: str,
) -> None:
    """J8: alone, and in the middle of something longer; nothing of it is left in the storage."""
    async with served_with(clamd=clamd) as scanned:
        ann = scanned.by(contact(tenant, acme))
        assert (await uploaded(ann, b"Only words\n", "notes.txt"))["scan"] == "clean"
        for content in (EICAR, b"Dear all,\n" * 5_000 + EICAR):
            document_id = await arrived(ann, content, "eicar.txt")
            for _ in range(2):
                refused = await ann.post(f"/documents/{document_id}/commit")
                assert (refused.status_code, refused.json()["type"]) == (422, "/problems/file-infected")
            assert (await ann.get(f"/documents/{document_id}")).json()["state"] == "rejected"
            assert (await ann.get(f"/documents/{document_id}/download")).status_code == 409
        assert (await ann.get("/documents")).json()["total"]["count"] == 1
        assert (await ann.get("/documents/zip")).status_code == 200
        assert len(bucket.keys(tenant)) == 1
