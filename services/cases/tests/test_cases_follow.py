"""Who follows a case, who is named in what is written on it, and who is told."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, staff

Know = Callable[..., Awaitable[None]]
NEW = {"subject": "Printer offline", "body": "It blinks."}


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def bea(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme, name="Bea Bold")


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant)


@pytest.fixture
def tom(tenant: UUID) -> Caller:
    return staff(tenant, name="Tom Tall")


@pytest.fixture
async def case(cases: Served, ann: Caller, bea: Caller, sam: Caller, tom: Caller, know: Know) -> str:
    await know(ann, bea, sam, tom)
    reference: str = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    return reference


async def said(database: Database, tenant: UUID, event: str) -> list[dict[str, Any]]:
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox WHERE type = $1 ORDER BY id", event)
    return [json.loads(row["body"])["data"] for row in rows]


async def test_a_manager_lets_a_colleague_follow_and_the_colleague_reads_it_f111(
    cases: Served, ann: Caller, bea: Caller, tenant: UUID, case: str, database: Database
) -> None:
    follower = {"person_id": str(bea.id)}
    assert (await cases.by(bea).get(f"/cases/{case}")).status_code == 404
    assert (await cases.by(ann).post(f"/cases/{case}/watchers", follower)).status_code == 403
    boss = cases.by(ann.model_copy(update={"permissions": frozenset({"organisation.manage"})}))
    assert (await boss.get(f"/cases/{case}")).json()["followable"] == [IsPartialDict(name="Bea Bold")]
    for _ in range(2):
        assert (await boss.post(f"/cases/{case}/watchers", follower)).status_code == 201
    view = (await cases.by(bea).get(f"/cases/{case}")).json()
    assert view["watchers"] == [IsPartialDict(name="Bea Bold", kind="contact")]
    assert (view["may"]["comment"], view["may"]["close"], view["may"]["edit"]) == (True, False, False)
    assert [event["watcher_ids"] for event in await said(database, tenant, "case.watched.v1")] == [[str(bea.id)]]
    assert (await cases.by(bea)("DELETE", f"/cases/{case}/watchers/{bea.id}")).status_code == 200
    assert (await cases.by(bea).get(f"/cases/{case}")).status_code == 404


async def test_nobody_of_elsewhere_is_made_a_follower(
    cases: Served, ann: Caller, sam: Caller, tenant: UUID, case: str, know: Know
) -> None:
    eve, mallory = contact(tenant, new_id(), name="Eve"), contact(new_id(), new_id(), name="Mallory")
    await know(eve, mallory)
    boss = cases.by(ann.model_copy(update={"permissions": frozenset({"organisation.manage"})}))
    for writer in (boss, cases.by(sam)):
        for outsider in (eve.id, mallory.id, new_id()):
            refused = await writer.post(f"/cases/{case}/watchers", {"person_id": str(outsider)})
            assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-follower")
    assert (await boss.post(f"/cases/{case}/watchers", {"person_id": str(sam.id)})).status_code == 422


async def test_whoever_is_named_in_a_note_follows_the_case_and_is_told_f111(
    cases: Served, sam: Caller, tom: Caller, bea: Caller, ann: Caller, tenant: UUID, case: str, database: Database
) -> None:
    for body, visibility in (
        ("@Tom Tall should see @bea here", "internal"),
        ("mail me@bea.example, @nobody", "customer"),
        ("@Bea, please read", "customer"),
    ):
        note = {"body": body, "visibility": visibility}
        assert (await cases.by(sam).post(f"/cases/{case}/notes", note)).status_code == 201
    told = [event["watcher_ids"] for event in await said(database, tenant, "case.note_added.v1")]
    # Of an internal note never a contact, whatever it says.
    assert told == [[str(tom.id)], [str(tom.id)], [str(tom.id), str(bea.id)]]
    seen = (await cases.by(ann).get(f"/cases/{case}")).json()
    assert [one["name"] for one in seen["watchers"]] == ["Bea Bold"]
    assert [one["name"] for one in seen["participants"]] == ["Sam Stone"]
    assert {one["name"] for one in (await cases.by(tom).get(f"/cases/{case}")).json()["watchers"]} == {
        "Bea Bold",
        "Tom Tall",
    }


async def test_a_contact_names_only_whom_they_see_on_the_case(
    cases: Served, ann: Caller, sam: Caller, tom: Caller, tenant: UUID, case: str, database: Database
) -> None:
    await cases.by(sam).post(f"/cases/{case}/notes", {"body": "Which model?"})
    await cases.by(ann).post(f"/cases/{case}/notes", {"body": "@sam the blue one; @tom @bea"})
    assert (await said(database, tenant, "case.note_added.v1"))[-1]["watcher_ids"] == [str(sam.id)]


async def test_a_reply_is_held_back_when_somebody_else_wrote_meanwhile(
    cases: Served, sam: Caller, tom: Caller, case: str
) -> None:
    seen = (await cases.by(sam).get(f"/cases/{case}")).json()["updated_at"]
    await cases.by(tom).post(f"/cases/{case}/notes", {"body": "Try this"})
    mine = {"body": "Try that", "seen_at": seen}
    refused = await cases.by(sam).post(f"/cases/{case}/notes", mine)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/answered-meanwhile")
    now = (await cases.by(sam).get(f"/cases/{case}")).json()["updated_at"]
    assert (await cases.by(sam).post(f"/cases/{case}/notes", mine | {"seen_at": now})).status_code == 201
