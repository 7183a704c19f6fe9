"""Rows and objects are held against each other; and what each route costs."""

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from documents import sweeper
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import ORPHANS, Sweeper
from kit.db import Database, fetch
from kit.failpoints import FailpointReached
from kit.ids import new_id
from kit.testing import Served, contact

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
def sweeping(settings: DocumentsSettings, database: Database, storage: Storage) -> Sweeper:
    return Sweeper(settings, database, storage)


async def age(database: Database, tenant: UUID) -> None:
    async with database.transaction(tenant) as tx:
        await tx.execute(text("UPDATE documents SET expires_at = now() - interval '2 hours'"))


async def rows(database: Database, tenant: UUID) -> list[str]:
    async with database.transaction(tenant) as tx:
        return [str(row["id"]) for row in await fetch(tx, "SELECT id FROM documents")]


async def test_an_upload_nobody_finished_goes_first_its_bytes_then_its_row(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    uploaded: Doing,
    announce: Doing,
    sweeping: Sweeper,
    database: Database,
    bucket: Any,
    failing_at: Callable[[str], None],
) -> None:
    ann = documents.by(contact(tenant, acme))
    kept = await uploaded(ann)
    await arrived(ann)
    await announce(ann)
    await sweeping.expire()
    assert len(await rows(database, tenant)) == 3
    await age(database, tenant)
    failing_at("documents.expire.between")
    with pytest.raises(FailpointReached):
        await sweeping.expire()
    assert len(await rows(database, tenant)) == 3
    failing_at("")
    await sweeping.expire()
    await sweeping.expire()
    assert await rows(database, tenant) == [kept["id"]]
    assert len(bucket.keys(tenant)) == 1


async def test_an_upload_under_check_is_left_alone(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    sweeping: Sweeper,
    database: Database,
    failing_at: Callable[[str], None],
) -> None:
    ann = documents.by(contact(tenant, acme))
    document_id = await arrived(ann)
    failing_at("documents.copy.before")
    await ann.post(f"/documents/{document_id}/commit")
    failing_at("")
    await age(database, tenant)
    await sweeping.expire()
    assert await rows(database, tenant) == [document_id]


async def test_objects_without_a_row_are_removed_once_they_are_old_and_nothing_else_is(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    uploaded: Doing,
    sweeping: Sweeper,
    bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = documents.by(contact(tenant, acme))
    await uploaded(ann)
    await arrived(ann)
    wanted = set(bucket.keys(tenant))
    foreign = f"notes/{tenant}.txt"
    for key in (f"{tenant}/{new_id()}", f"incoming/{tenant}/{new_id()}", foreign):
        bucket.client.put_object(bucket.name, key, io.BytesIO(b"x"), 1)
    await sweeping.reconcile()
    assert len(bucket.keys(tenant)) == 5
    monkeypatch.setattr(sweeper, "AGE", timedelta(0))
    monkeypatch.setattr(sweeper, "BATCH", 20)
    await sweeping.reconcile()
    assert set(bucket.keys(tenant)) == wanted | {foreign}
    assert ORPHANS.labels("object")._value.get() >= 2


async def test_a_document_whose_object_is_gone_is_counted(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    uploaded: Doing,
    sweeping: Sweeper,
    bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeper, "BATCH", 20)
    ann = documents.by(contact(tenant, acme))
    for _ in range(3):
        await uploaded(ann)
    await sweeping.reconcile()
    before = ORPHANS.labels("row")._value.get()
    for key in bucket.keys(tenant)[1:]:
        bucket.client.remove_object(bucket.name, key)
    await sweeping.reconcile()
    assert ORPHANS.labels("row")._value.get() == before + 2


async def test_no_route_takes_more_than_four_statements(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    arrived: Doing,
    uploaded: Doing,
    announce: Doing,
    bus: Any,
    statements: list[str],
) -> None:
    caller = contact(tenant, acme)
    ann = documents.by(caller)
    case_id = str(await bus.open_case(caller))
    made, waiting = await uploaded(ann), await arrived(ann, case_id=case_id)
    routes: dict[str, Callable[[], Awaitable[Any]]] = {
        "announce": lambda: announce(ann, case_id=case_id),
        "commit": lambda: ann.post(f"/documents/{waiting}/commit"),
        "commit again": lambda: ann.post(f"/documents/{waiting}/commit"),
        "read": lambda: ann.get(f"/documents/{made['id']}"),
        "list": lambda: ann.get(f"/documents?q=photo&case_id={case_id}"),
        "download": lambda: ann.get(f"/documents/{made['id']}/download"),
        "link": lambda: ann.post(f"/documents/{made['id']}/links", {"case_id": case_id}),
        "place": lambda: ann.post("/documents/placements", {"document_ids": [made["id"], waiting], "title": "Both"}),
        "projects": lambda: ann.get("/documents/projects"),
        "folder": lambda: ann.get("/documents?folder=private"),
    }
    spent: dict[str, int] = {}
    for name, route in routes.items():
        statements.clear()
        assert (await route()).status_code < 400, name
        spent[name] = len(statements)
    assert spent == {
        "announce": 4,
        "commit": 3,
        "commit again": 2,
        "read": 1,
        "list": 2,
        "download": 1,
        "link": 3,
        "place": 2,
        "projects": 1,
        "folder": 1,
    }
