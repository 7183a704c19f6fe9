"""Files of a case as one ZIP: what the caller sees of them, and no more of it in memory than a piece."""

import io
import tracemalloc
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from documents import queries
from documents.schemas import DocumentFilters
from documents.storage import Storage
from documents.zipping import names, zipped
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.testing import Served, contact, staff

Doing = Callable[..., Awaitable[Any]]


async def test_a_cases_files_come_as_one_zip_of_what_the_caller_sees_f112(
    documents: Served, tenant: UUID, acme: UUID, bus: Any, uploaded: Doing
) -> None:
    ann, sam = contact(tenant, acme), staff(tenant, "cases.answer", "documents.publish")
    case_id = str(await bus.open_case(ann))
    contents = {"notes.txt": b"one\n", "notes (2).txt": b"two\n"}
    made = [await uploaded(documents.by(ann), content, "notes.txt", case_id=case_id) for content in contents.values()]
    answer = await documents.by(ann).get(f"/documents/zip?case_id={case_id}")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert unzipped(answer.content) == contents
    hide = {"if-match": f'"{made[0]["version"]}"'}
    assert (await documents.by(sam).patch(f"/documents/{made[0]['id']}", {"on_portal": False}, headers=hide)).is_success
    assert unzipped((await documents.by(ann).get(f"/documents/zip?case_id={case_id}")).content) == {
        "notes.txt": b"two\n"
    }
    assert unzipped((await documents.by(sam).get(f"/documents/zip?case_id={case_id}")).content) == contents
    for stranger in (contact(tenant, new_id()), contact(tenant, acme), contact(new_id(), acme), staff(new_id())):
        assert (await documents.by(stranger).get(f"/documents/zip?case_id={case_id}")).status_code == 404


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


async def test_a_large_zip_takes_no_more_memory_than_a_few_pieces(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, storage: Storage, database: Database
) -> None:
    ann: Caller = contact(tenant, acme)
    for _ in range(2):
        await uploaded(documents.by(ann), bytes([97]) * 12_000_000, "large.txt")
    async with database.transaction(tenant) as tx:
        rows = await queries.all_of(tx, ann, DocumentFilters(), 10)
    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in zipped(storage, rows))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent > 100_000
    assert peak < 6_000_000, f"{peak} bytes at once, of 24 million"


def test_names_that_would_be_the_same_on_some_system_are_told_apart() -> None:
    given = ["a.txt", "A.TXT", "a.txt", "readme", "readme", "a (2).txt"]
    assert list(names(given)) == ["a.txt", "A (2).TXT", "a (3).txt", "readme", "readme (2)", "a (2) (2).txt"]
