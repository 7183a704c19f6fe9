"""A process of its own, killed (-9) around each step of an upload: nothing is half there, and what is left is swept."""

import asyncio
import multiprocessing
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from documents import sweeper
from documents.checks import Checks
from documents.main import build
from documents.service import LEASE
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import Sweeper
from kit import failpoints
from kit.caller import Caller
from kit.db import Database, fetch
from kit.testing import PUBLIC_KEY, As, Served, contact, served

PART = 5 * 1024**2
CONTENT = b"Line of a protocol.\n" * 270_000
"""Two parts."""
Doing = Callable[..., Awaitable[Any]]


File = tuple[UUID, UUID]
"""A document of a tenant."""


def act(values: dict[str, Any], step: str, by: Caller | File, path: str, json: Any) -> None:
    """What a process does that dies at a step: a caller's request to the app, or a worker's check of a file."""
    failpoints._actions = {step: "kill"}
    settings = DocumentsSettings(**values | {"caller_public_key": PUBLIC_KEY})
    asyncio.run(_acting(settings, by, path, json))


async def _acting(settings: DocumentsSettings, by: Caller | File, path: str, json: Any) -> None:
    database = Database(settings.database_url.get_secret_value())
    if not isinstance(by, Caller):
        await Checks(settings, database, Storage(settings)).check_one(*by)
        return
    async with served(build(settings, database), "documents") as app:
        await app.by(by).post(path, json)


@pytest.fixture(scope="module")
def processes() -> Any:
    """Where processes come from that have everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["documents.main", "kit.testing"])
    return context


@pytest.fixture
def dies(processes: Any, settings: DocumentsSettings, caller: Caller) -> Callable[..., None]:
    """Do something in a process that is killed at a step. Fails where it got past it."""
    secrets = {name: getattr(settings, name).get_secret_value() for name in ("database_url", "amqp_url")}
    secrets |= {name: getattr(settings, name).get_secret_value() for name in ("s3_access_key", "s3_secret_key")}
    values = settings.model_dump() | secrets

    def die(step: str, path: str = "", json: Any = None, file: File | None = None) -> None:
        process = processes.Process(target=act, args=(values, step, file or caller, path, json))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL

    return die


@pytest.fixture
def settings(settings: DocumentsSettings) -> DocumentsSettings:
    return settings.model_copy(update={"part_size": PART, "upload_limit": 2 * len(CONTENT)})


@pytest.fixture
def caller(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def ann(documents: Served, caller: Caller) -> As:
    return documents.by(caller)


async def put(url: str, content: bytes) -> None:
    async with httpx.AsyncClient(timeout=30) as browser:
        assert (await browser.put(url, content=content)).status_code == 200


async def send(ann: As, document_id: str, *numbers: int) -> None:
    links = await ann.post(f"/documents/uploads/{document_id}/parts", {"numbers": numbers})
    for one in links.json()["items"]:
        start = (one["number"] - 1) * PART
        await put(one["upload"]["url"], CONTENT[start : start + PART])


async def announced(ann: As, case_id: str, *, in_parts: bool) -> dict[str, Any]:
    response = await ann.post("/documents/uploads", new(case_id, in_parts=in_parts))
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    return told


def new(case_id: str, *, in_parts: bool) -> dict[str, Any]:
    return {"file_name": "protocol.txt", "size": len(CONTENT), "in_parts": in_parts, "case_id": case_id}


@dataclass(frozen=True)
class Scene:
    """A tenant's files as they are found afterwards, and time that passes for them."""

    tenant: UUID
    settings: DocumentsSettings
    database: Database
    storage: Storage
    bucket: Any
    die: Callable[..., None]

    async def dies(self, step: str, path: str = "", json: Any = None) -> None:
        """Somebody does something, and is killed at a step of it."""
        await asyncio.to_thread(self.die, step, path, json)

    async def dies_checking(self, step: str, document_id: str) -> None:
        """A worker takes up a file, and is killed at a step of it."""
        await asyncio.to_thread(self.die, step, file=(self.tenant, UUID(document_id)))

    async def linked(self, case_id: str) -> tuple[int, int]:
        """How many documents there are, and how many hang on the case."""
        async with self.database.transaction(self.tenant) as tx:
            documents = await fetch(tx, "SELECT id FROM documents")
            links = await fetch(tx, "SELECT document_id FROM links WHERE case_id = $1", UUID(case_id))
        return len(documents), len(links)

    async def lapse(self) -> None:
        """Let every lease run out."""
        async with self.database.transaction(self.tenant) as tx:
            await tx.execute(text("UPDATE documents SET checking_until = now() - interval '1 second'"))

    async def swept(self) -> None:
        """Two days pass."""
        async with self.database.transaction(self.tenant) as tx:
            await tx.execute(text("UPDATE documents SET expires_at = expires_at - interval '2 days'"))
        sweeping = Sweeper(self.settings, self.database, self.storage)
        await sweeping.expire()
        await sweeping.reconcile()

    async def left(self) -> tuple[int, int]:
        """How many objects there are, and how many uploads in parts that have not ended."""
        begun = [one for one in await self.storage.begun() if str(self.tenant) in one.key]
        return len(self.bucket.keys(self.tenant)), len(begun)

    async def check(self, document_id: str) -> None:
        """A worker takes up a file: this one, whatever else is due of other tests'."""
        await Checks(self.settings, self.database, self.storage).check_one(self.tenant, UUID(document_id))


@pytest.fixture
def scene(
    tenant: UUID,
    settings: DocumentsSettings,
    database: Database,
    storage: Storage,
    bucket: Any,
    dies: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Scene:
    monkeypatch.setattr(sweeper, "AGE", timedelta(0))
    return Scene(tenant, settings, database, storage, bucket, dies)


@pytest.mark.parametrize("step", ["documents.begin.before", "documents.begin.after", "commit.before"])
async def test_a_process_killed_while_an_upload_is_announced_leaves_neither_row_nor_object(
    step: str, scene: Scene, caller: Caller, bus: Any
) -> None:
    """F143: what the storage was told to expect is swept."""
    case_id = str(await bus.open_case(caller))
    await scene.dies(step, "/documents/uploads", new(case_id, in_parts=True))
    assert await scene.linked(case_id) == (0, 0)
    await scene.swept()
    assert await scene.left() == (0, 0)


@pytest.mark.parametrize(
    ("in_parts", "step"),
    [
        *((False, step) for step in ("copy.before", "copy.after", "examine.after", "finish.before")),
        *((True, step) for step in ("join.before", "join.after", "examine.after")),
    ],
)
async def test_a_process_killed_at_any_step_of_a_commit_leaves_nothing_half_linked(
    in_parts: bool, step: str, scene: Scene, ann: As, caller: Caller, bus: Any
) -> None:
    """F143, F147: of two uploads that died so, the one that is tried again is there once and hangs once, the one that
    is not leaves neither row nor object. In parts, half of it was there when its process was killed the first time."""
    case_id = str(await bus.open_case(caller))
    both = [await announced(ann, case_id, in_parts=in_parts) for _ in range(2)]
    for told in both:
        await arrive(ann, told)
        await scene.dies(f"documents.{step}", f"/documents/{told['document_id']}/commit")
    assert await scene.linked(case_id) == (2, 0)
    await scene.lapse()
    again = await ann.post(f"/documents/{both[0]['document_id']}/commit")
    assert (again.status_code, again.json()["state"]) == (200, "ready"), again.text
    await scene.swept()
    assert await scene.linked(case_id) == (1, 1)
    assert await scene.left() == (1, 0)


async def arrive(ann: As, told: dict[str, Any]) -> None:
    if told["upload"]:
        await put(told["upload"]["url"], CONTENT)
        return
    await send(ann, told["document_id"], 1)
    there = (await ann.get(f"/documents/uploads/{told['document_id']}")).json()
    assert [one["number"] for one in there["arrived"]] == [1]
    await send(ann, told["document_id"], 2)


@pytest.mark.parametrize("step", ["join.before", "join.after", "examine.after", "finish.before"])
async def test_a_worker_killed_while_it_checks_leaves_the_file_to_the_next(
    step: str, scene: Scene, ann: As, caller: Caller
) -> None:
    """F147: a large file's check has no request to try it again: the next worker takes it up, within the half minute
    that a lease holds, however large the file is."""
    told = (await ann.post("/documents/uploads", {"file_name": "a.txt", "size": len(CONTENT), "in_parts": True})).json()
    await arrive(ann, told)
    path = f"/documents/{told['document_id']}"
    large = scene.settings.model_copy(update={"upload_limit": 1})
    async with served(build(large, scene.database), "documents") as app:
        left = await app.by(caller).post(f"{path}/commit")
    assert left.json()["state"] == "checking"
    await scene.dies_checking(f"documents.{step}", told["document_id"])
    async with scene.database.transaction(scene.tenant) as tx:
        [row] = await fetch(tx, "SELECT checking_until - now() AS rest FROM documents")
    assert timedelta(0) < row["rest"] <= LEASE
    await scene.check(told["document_id"])
    assert (await ann.get(path)).json()["state"] == "checking", "whoever is at it may be at it still"
    await scene.lapse()
    await scene.check(told["document_id"])
    assert (await ann.get(path)).json()["state"] == "ready"
