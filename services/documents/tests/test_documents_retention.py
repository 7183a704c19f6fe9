"""Files whose time is over go for good, and no others do."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from contracts import Actor, CaseClosed
from documents.retention import Retention
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import Sweeper
from kit.db import Database, fetch
from kit.failpoints import FailpointReached
from kit.ids import new_id
from kit.testing import Served, contact, staff

Doing = Callable[..., Awaitable[Any]]
RULES = {"quota_bytes": None, "tell_id": None, "case_days": 30, "loose_days": 90}
PUBLISHER = ("documents.publish", "settings.edit", "cases.answer")


async def older(database: Database, tenant: UUID, days: int) -> None:
    """Let days pass for the tenant's files and closed cases."""
    async with database.transaction(tenant) as tx:
        for statement in ("documents SET ready_at = ready_at", "cases SET closed_at = closed_at"):
            await tx.execute(text(f"UPDATE {statement} - make_interval(days => :days)"), {"days": days})


@pytest.fixture
def retention(settings: DocumentsSettings, database: Database, storage: Storage) -> Retention:
    return Retention(settings, database, storage)


async def test_files_go_by_the_tenants_rules_and_what_is_held_or_hangs_elsewhere_stays(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    bus: Any,
    uploaded: Doing,
    bucket: Any,
    retention: Retention,
    settings: DocumentsSettings,
    database: Database,
    storage: Storage,
    failing_at: Callable[[str], None],
) -> None:
    """Counted first, then removed with their versions and objects, and said of each; another tenant keeps all."""
    caller, sam = contact(tenant, acme), documents.by(staff(tenant, *PUBLISHER))
    ann, other = documents.by(caller), documents.by(contact(elsewhere := new_id(), acme))
    open_case, closed = str(await bus.open_case(caller)), await bus.open_case(caller)
    names = ("loose", "held", "on an invoice", "open", "closed", "both")
    made = {name: (await uploaded(ann, f"{name}\n".encode(), "a.txt"))["id"] for name in names}
    foreign = await uploaded(other)
    await uploaded(ann, b"newer\n", "a.txt", replaces=made["loose"])
    for name, cases in {"open": [open_case], "closed": [closed], "both": [open_case, closed]}.items():
        for one in cases:
            assert (await ann.post(f"/documents/{made[name]}/links", {"case_id": str(one)})).status_code == 201
    hold = {"if-match": '"2"'}
    assert (await sam.patch(f"/documents/{made['held']}", {"legal_hold": True}, headers=hold)).status_code == 200
    assert (await ann.get(f"/documents/{made['held']}")).json()["legal_hold"] is False
    record = {"kind": "invoice", "id": str(new_id())}
    assert (await sam.post(f"/documents/{made['on an invoice']}/links", record)).status_code == 201
    await bus.say(_closed(closed, caller), version=9)
    assert (await sam.put("/documents/settings", RULES, headers={"if-match": '"0"'})).status_code == 200
    await older(database, tenant, 29)
    await retention.pass_over()
    assert len(await rows(database, tenant)) == 7
    await older(database, tenant, 62)
    counted = await sam.get("/documents/settings/retention?case_days=30&loose_days=90")
    assert counted.json()["total"]["count"] == 2
    assert (await ann.get("/documents/settings/retention")).status_code == 404
    failing_at("documents.retention.between")
    with pytest.raises(FailpointReached):
        await retention.pass_over()
    failing_at("")
    assert len(bucket.keys(tenant)) == 7, "the worker died between rows and objects"
    assert await rows(database, tenant) == sorted(made[name] for name in ("held", "on an invoice", "open", "both"))
    await swept(settings, database, storage)
    assert len(bucket.keys(tenant)) == 4
    assert await removed(database, tenant) == sorted([made["loose"], made["closed"]])
    assert await rows(database, elsewhere) == [foreign["id"]]


def _closed(case_id: UUID, by: Any) -> CaseClosed:
    values: dict[str, Any] = {"case_id": case_id, "reference": "CASE-1001", "subject": "Printer offline"}
    values |= {"organisation_id": by.organisation_id, "contact_id": by.id, "assignee_id": None, "watcher_ids": []}
    return CaseClosed(**values, closed_by=Actor(id=by.id, kind="contact", name=by.name))


async def swept(settings: DocumentsSettings, database: Database, storage: Storage) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("documents.sweeper.AGE", timedelta(0))
        await Sweeper(settings, database, storage).reconcile()


async def rows(database: Database, tenant: UUID) -> list[str]:
    async with database.transaction(tenant) as tx:
        return [str(row["id"]) for row in await fetch(tx, "SELECT id FROM documents ORDER BY id")]


async def removed(database: Database, tenant: UUID) -> list[str]:
    said = "SELECT body::jsonb -> 'data' ->> 'document_id' AS id FROM outbox"
    statement = f"{said} WHERE body::jsonb -> 'data' ->> 'change' = 'removed' ORDER BY 1"
    async with database.transaction(tenant) as tx:
        return [row["id"] for row in await fetch(tx, statement)]


async def test_only_who_may_publish_holds_a_file_and_rules_have_their_bounds(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing
) -> None:
    made = await uploaded(documents.by(contact(tenant, acme)))
    for caller in (staff(tenant), contact(tenant, acme)):
        answer = await documents.by(caller).patch(
            f"/documents/{made['id']}", {"legal_hold": True}, headers={"if-match": f'"{made["version"]}"'}
        )
        assert answer.status_code in (403, 404)
    sam = documents.by(staff(tenant, *PUBLISHER))
    for wrong in ({"case_days": 0}, {"loose_days": 36_501}, {"case_days": -1}):
        assert (await sam.put("/documents/settings", RULES | wrong, headers={"if-match": '"0"'})).status_code == 422
