"""Files on cases: by announcement, by hand, and by the case's own events."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from dirty_equals import IsPartialDict

from contracts import Actor, CaseChanged, CaseClosed, CaseNoteAdded
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, staff

Doing = Callable[..., Awaitable[Any]]


async def said(database: Database, tenant: UUID) -> list[dict[str, Any]]:
    """What this service has to tell, oldest first."""
    async with database.transaction(tenant) as tx:
        said = [json.loads(row["body"]) for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    return [event for event in said if event["type"] == "document.linked.v1"]


async def test_a_case_opened_with_files_gets_them_and_it_is_said_once_f097(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, opened: Any, database: Database
) -> None:
    client = documents.by(ann)
    made = [await uploaded(client) for _ in range(2)]
    event = opened(ann, document_ids=[one["id"] for one in made])
    await bus.say(event, times=2)
    await bus.say(event)
    for one in made:
        read = (await client.get(f"/documents/{one['id']}")).json()
        assert read["links"] == [{"kind": "case", "id": str(event.case_id)}]
    events = await said(database, tenant)
    assert [event["type"] for event in events] == ["document.linked.v1"] * 2
    assert events[0]["data"] == IsPartialDict(
        case_id=str(event.case_id),
        visibility="customer",
        file_name="photo.png",
        linked_by={"id": str(ann.id), "kind": "contact", "name": "Ann Archer"},
    )
    assert {event["data"]["document_id"] for event in events} == {one["id"] for one in made}


async def test_nobody_hangs_somebody_elses_file_or_one_that_hangs_already(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, bus: Any, uploaded: Doing, opened: Any, database: Database
) -> None:
    bobs = await uploaded(documents.by(contact(tenant, acme, name="Bob Barnes")))
    anns = await uploaded(documents.by(ann), case_id=str(await bus.open_case(ann)))
    await bus.say(opened(ann, document_ids=[bobs["id"], anns["id"], new_id()]))
    seen = documents.by(staff(tenant))
    assert (await seen.get(f"/documents/{bobs['id']}")).json()["links"] == []
    assert (await seen.get(f"/documents/{anns['id']}")).json()["links"] == anns["links"]
    assert len(await said(database, tenant)) == 1


async def test_a_file_named_before_its_commit_hangs_there_once_committed(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, arrived: Doing, opened: Any, database: Database
) -> None:
    client = documents.by(ann)
    document_id = await arrived(client)
    event = opened(ann, document_ids=[document_id])
    await bus.say(event)
    assert await said(database, tenant) == []
    committed = await client.post(f"/documents/{document_id}/commit")
    assert committed.json()["links"] == [{"kind": "case", "id": str(event.case_id)}]
    assert len(await said(database, tenant)) == 1


async def test_a_note_hangs_its_files_with_its_own_visibility_f112(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    case_id, sam = await bus.open_case(ann), staff(tenant)
    for visibility in ("customer", "internal"):
        made = await uploaded(documents.by(sam))
        await bus.say(note(case_id, sam, visibility=visibility, document_ids=[made["id"]]), version=2, times=2)
    assert [event["data"]["visibility"] for event in await said(database, tenant)] == ["customer", "internal"]


async def test_a_file_announced_for_a_case_hangs_there_when_committed_f114(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    case_id = await bus.open_case(ann)
    made = await uploaded(documents.by(ann), case_id=str(case_id))
    assert made["links"] == [{"kind": "case", "id": str(case_id)}]
    [event] = await said(database, tenant)
    assert event == IsPartialDict(type="document.linked.v1", version=2)


async def test_a_document_is_hung_on_a_case_by_hand_once_f114(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    client = documents.by(ann)
    made, case_id = await uploaded(client), await bus.open_case(ann)
    for _ in range(2):
        added = await client.post(f"/documents/{made['id']}/links", {"case_id": str(case_id)})
        assert (added.status_code, added.json()["links"]) == (201, [{"kind": "case", "id": str(case_id)}])
    assert len(await said(database, tenant)) == 1


async def test_a_repeated_link_is_replayed(documents: Served, ann: Caller, bus: Any, uploaded: Doing) -> None:
    client = documents.by(ann)
    path, new = f"/documents/{(await uploaded(client))['id']}/links", {"case_id": str(await bus.open_case(ann))}
    first, second = [await client.post(path, new, headers={"idempotency-key": "l"}) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


async def test_nothing_is_added_to_a_closed_case_until_it_is_opened_again_f125(
    documents: Served, ann: Caller, bus: Any, uploaded: Doing, arrived: Doing, announce: Doing
) -> None:
    client = documents.by(ann)
    made, case_id = await uploaded(client), await bus.open_case(ann)
    waiting = await arrived(client, case_id=str(case_id))
    await bus.say(closed(case_id, ann), version=3, times=2)
    refused = [
        await client.post(f"/documents/{made['id']}/links", {"case_id": str(case_id)}),
        await announce(client, case_id=str(case_id)),
        await client.post(f"/documents/{waiting}/commit"),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/case-closed")
    await bus.say(changed(case_id, ann, "in_progress"), version=4, times=2)
    assert (await client.post(f"/documents/{waiting}/commit")).status_code == 200
    assert (await client.post(f"/documents/{made['id']}/links", {"case_id": str(case_id)})).status_code == 201


async def test_a_case_the_caller_does_not_see_is_missing_for_them(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, announce: Doing
) -> None:
    client = documents.by(ann)
    made, foreign = await uploaded(client), await bus.open_case(contact(tenant, new_id()))
    for case_id in (foreign, new_id()):
        for answer in (
            await client.post(f"/documents/{made['id']}/links", {"case_id": str(case_id)}),
            await announce(client, case_id=str(case_id)),
        ):
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/case-not-found")


async def test_a_document_the_caller_does_not_see_or_did_not_upload_is_not_theirs_to_hang(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, bus: Any, uploaded: Doing
) -> None:
    anns = await uploaded(documents.by(ann), case_id=str(await bus.open_case(ann)))
    bob = contact(tenant, acme, scopes={"cases": "organisation"})
    target = {"case_id": str(await bus.open_case(bob))}
    assert (await documents.by(bob).post(f"/documents/{anns['id']}/links", target)).status_code == 403
    eve = contact(tenant, new_id())
    assert (await documents.by(eve).post(f"/documents/{anns['id']}/links", target)).status_code == 404
    assert (await documents.by(staff(tenant)).post(f"/documents/{anns['id']}/links", target)).status_code == 201
    reader = staff(tenant, "articles.write")
    assert (await documents.by(reader).post(f"/documents/{anns['id']}/links", target)).status_code == 403


async def test_only_a_checked_file_is_hung(documents: Served, ann: Caller, bus: Any, arrived: Doing) -> None:
    client = documents.by(ann)
    target = {"case_id": str(await bus.open_case(ann))}
    refused = await client.post(f"/documents/{await arrived(client)}/links", target)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-ready")


async def test_what_is_known_of_a_case_does_not_depend_on_the_order_it_was_heard_in(
    documents: Served,
    tenant: UUID,
    acme: UUID,
    ann: Caller,
    bus: Any,
    opened: Any,
    uploaded: Doing,
    database: Database,
) -> None:
    """F067: a colleague who sees the company's cases sees its file, once it is known whose case it is."""
    event, made = opened(ann), await uploaded(documents.by(ann))
    bob = documents.by(contact(tenant, acme, scopes={"cases": "organisation"}))
    await bus.say(closed(event.case_id, ann), version=3)
    said = note(event.case_id, ann, watcher_ids=[new_id()], document_ids=[UUID(made["id"])])
    await bus.say(said, version=2)
    assert (await bob.get("/documents")).json()["items"] == []
    await bus.say(event, version=1, times=2)
    assert [one["id"] for one in (await bob.get("/documents")).json()["items"]] == [made["id"]]
    async with database.transaction(tenant) as tx:
        [row] = await fetch(tx, "SELECT organisation_id, contact_id, closed, version FROM cases")
        watchers = await fetch(tx, "SELECT person_id FROM watchers")
    assert dict(row) == {"organisation_id": acme, "contact_id": ann.id, "closed": True, "version": 3}
    assert watchers == []


def actor(by: Caller) -> Actor:
    return Actor(id=by.id, kind=by.kind, name=by.name)


def named(case_id: UUID) -> dict[str, Any]:
    return {"case_id": case_id, "reference": "CASE-1001", "subject": "Printer offline"}


def note(case_id: UUID, by: Caller, **other: Any) -> CaseNoteAdded:
    values: dict[str, Any] = {
        "note_id": new_id(),
        "visibility": "customer",
        "author": actor(by),
        "contact_id": new_id(),
        "assignee_id": None,
        "watcher_ids": [],
        "excerpt": "",
        "document_ids": [],
        "author_organisation_id": by.organisation_id,
    }
    return CaseNoteAdded(**named(case_id) | values | other)


def closed(case_id: UUID, by: Caller) -> CaseClosed:
    return CaseClosed(**named(case_id), closed_by=actor(by), contact_id=by.id, assignee_id=None, watcher_ids=[])


def changed(case_id: UUID, by: Caller, status: str) -> CaseChanged:
    return CaseChanged(
        **named(case_id), status=status, priority="normal", assignee_id=None, changed_by=actor(by), fields=["status"]
    )
