"""What those who answer work with: views, changes to many, ready-made replies, who is writing, merge and split."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.worker import say_missed
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, staff

Know = Callable[..., Awaitable[None]]
SetDesk = Callable[..., Awaitable[None]]
NEW = {"subject": "Printer offline", "body": "It blinks."}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant)


async def opened(client: As, **more: Any) -> dict[str, Any]:
    answer = await client.post("/cases", NEW | more)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def said(database: Database, tenant: UUID, event: str) -> list[dict[str, Any]]:
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox WHERE type = $1 ORDER BY id", event)
    return [json.loads(row["body"])["data"] for row in rows]


async def test_each_view_counts_what_it_lists_and_is_staffs_alone(
    cases: Served, ann: Caller, sam: Caller, know: Know, database: Database
) -> None:
    await know(ann, sam)
    ids = [(await opened(cases.by(ann)))["id"] for _ in range(5)]
    group = new_id()
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET assignee_id = $1 WHERE id = $2", sam.id, UUID(ids[0]))
        await fetch(tx, "UPDATE cases SET status = 'waiting' WHERE id = $1", UUID(ids[1]))
        await fetch(tx, "UPDATE cases SET response_due_at = now() - interval '1 hour' WHERE id = $1", UUID(ids[2]))
        await fetch(tx, "INSERT INTO groups VALUES ($1, $2, 'Field', 0, false, 1)", ann.tenant_id, group)
        await fetch(tx, "INSERT INTO group_members VALUES ($1, $2, $3)", ann.tenant_id, group, sam.id)
        await fetch(tx, "UPDATE cases SET group_id = $1 WHERE id = $2", group, UUID(ids[3]))
    await cases.by(ann).post(f"/cases/{ids[4]}/close")
    expected = {"mine": 1, "unassigned": 3, "groups": 1, "overdue": 1, "waiting": 1, "all": 4}
    counted = await cases.by(sam).get("/cases/views")
    assert counted.json() == expected | {"saved": {}}
    for view, many in expected.items():
        assert (await cases.by(sam).get(f"/cases?view={view}")).json()["total"]["count"] == many, view
    assert (await cases.by(ann).get("/cases/views")).status_code == 403
    [late] = (await cases.by(sam).get("/cases?view=overdue")).json()["items"]
    assert late["promise"] == IsPartialDict(kind="response", state="overdue")


async def test_a_change_to_many_says_of_each_what_became_of_it_f107(
    cases: Served, ann: Caller, sam: Caller, know: Know, database: Database
) -> None:
    await know(ann, sam)
    one, two, three = [await opened(cases.by(ann)) for _ in range(3)]
    foreign = await opened(cases.by(contact(new_id(), new_id())))
    await cases.by(ann).post(f"/cases/{three['id']}/close")
    named = [one["id"], foreign["id"], three["id"], two["id"]]
    change = {"case_ids": named, "assignee_id": str(sam.id), "priority": "high"}
    rows = (await cases.by(sam).post("/cases/bulk", change)).json()["rows"]
    assert [(row["case_id"], row["outcome"]) for row in rows] == list(
        zip(named, ("changed", "refused", "refused", "changed"), strict=True)
    )
    closed = (await cases.by(sam).post("/cases/bulk", {"case_ids": named, "status": "closed"})).json()["rows"]
    assert [row["outcome"] for row in closed] == ["changed", "refused", "unchanged", "changed"]
    assert len(await said(database, ann.tenant_id, "case.closed.v1")) == 3
    assert (await cases.by(ann).post("/cases/bulk", change)).status_code == 403
    for wrong in ({"case_ids": named}, {"case_ids": [], "priority": "low"}, {"case_ids": [one["id"]] * 201}):
        assert (await cases.by(sam).post("/cases/bulk", wrong)).status_code == 422
    stranger = await cases.by(sam).post("/cases/bulk", change | {"assignee_id": str(new_id())})
    assert stranger.json()["type"] == "/problems/unknown-assignee"


async def test_many_cases_are_given_to_a_group_and_to_none_that_is_not_there_f107(
    cases: Served, ann: Caller, sam: Caller, know: Know, database: Database
) -> None:
    """F101: its members are named in what is said; a foreign group and one that is offered no more are not found."""
    await know(ann, sam)
    field, gone, foreign = new_id(), new_id(), new_id()
    insert = "INSERT INTO groups VALUES ($1, $2, $3, 0, $4, 1)"
    for tenant_id, group, archived in (
        (ann.tenant_id, field, False),
        (ann.tenant_id, gone, True),
        (new_id(), foreign, False),
    ):
        async with database.transaction(tenant_id) as tx:
            await fetch(tx, insert, tenant_id, group, "Field", archived)
    named = [(await opened(cases.by(ann)))["id"] for _ in range(2)]
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "INSERT INTO group_members VALUES ($1, $2, $3)", ann.tenant_id, field, sam.id)
        await fetch(tx, "UPDATE cases SET group_id = $1 WHERE id = $2", gone, UUID(named[0]))
    for unknown in (foreign, gone, new_id()):
        refused = await cases.by(sam).post("/cases/bulk", {"case_ids": named, "group_id": str(unknown)})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-group")
    given = (await cases.by(sam).post("/cases/bulk", {"case_ids": named, "group_id": str(field)})).json()["rows"]
    assert [row["outcome"] for row in given] == ["changed", "changed"]
    told = await said(database, ann.tenant_id, "case.changed.v1")
    assert [(one["group_id"], one["group_member_ids"]) for one in told] == [(str(field), [str(sam.id)])] * 2
    line = (await cases.by(sam).get(f"/cases/{named[1]}")).json()["timeline"][0]
    assert (line["field"], line["new"]) == ("group_id", "Field")
    taken = (await cases.by(sam).post("/cases/bulk", {"case_ids": named[:1], "group_id": None})).json()["rows"]
    assert [row["outcome"] for row in taken] == ["changed"]


async def test_a_ready_made_reply_is_filled_and_nothing_in_it_is_run(cases: Served, ann: Caller, sam: Caller) -> None:
    case = await opened(cases.by(ann), subject="{{ agent_name }} {{ 7 * 7 }}")
    client = cases.by(sam)
    body = "Dear {{contact_name}}, {{ reference }} is about {{subject}}. {% raw %} {{{{"
    kept = await client.post("/canned-replies", {"title": "Hello", "body": body})
    assert kept.status_code == 201, kept.text
    filled = await client.get(f"/cases/{case['id']}/canned-replies/{kept.json()['id']}")
    assert filled.status_code == 200, filled.text
    assert filled.json()["body"] == ("Dear Ann Archer, CASE-1001 is about {{ agent_name }} {{ 7 * 7 }}. {% raw %} {{{{")
    assert (await client.get(f"/cases/{case['id']}")).json()["canned"] == [IsPartialDict(title="Hello")]
    unknown = await client.post("/canned-replies", {"title": "Hi", "body": "{{ self.__class__ }}"})
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown-placeholder")
    address, version = f"/canned-replies/{kept.json()['id']}", {"if-match": "1"}
    assert (await client.put(address, {"title": "Hi", "body": "Hi"}, headers=version)).json()["version"] == 2
    assert (await client.put(address, {"title": "Hi", "body": "Hi"}, headers=version)).status_code == 412
    for other in (cases.by(ann), cases.by(staff(new_id()))):
        assert (await other("DELETE", address)).status_code in (403, 404)
        assert (await other.get(f"/cases/{case['id']}/canned-replies/{kept.json()['id']}")).status_code == 404
    assert (await client("DELETE", address)).status_code == 204
    assert (await client.get("/canned-replies")).json()["items"] == []


async def test_a_colleague_sees_who_is_writing_and_is_told_once(
    cases: Served, ann: Caller, sam: Caller, tenant: UUID, database: Database
) -> None:
    tom, case = cases.by(staff(tenant, name="Tom Tall")), (await opened(cases.by(ann)))["id"]
    for _ in range(2):
        assert (await cases.by(sam).post(f"/cases/{case}/presence")).status_code == 204
    assert (await tom.get(f"/cases/{case}")).json()["writing"] == [IsPartialDict(name="Sam Stone")]
    assert (await cases.by(sam).get(f"/cases/{case}")).json()["writing"] == []
    assert (await cases.by(ann).get(f"/cases/{case}")).json()["writing"] == []
    assert [one["visibility"] for one in await said(database, tenant, "case.reply_begun.v1")] == ["internal"]
    assert (await cases.by(ann).post(f"/cases/{case}/presence")).status_code == 403
    async with database.transaction(tenant) as tx:
        await fetch(tx, "UPDATE presences SET until = now()")
    assert (await tom.get(f"/cases/{case}")).json()["writing"] == []


async def test_a_merged_case_is_read_where_it_went_by_who_may_see_both(
    cases: Served, ann: Caller, sam: Caller, acme: UUID, know: Know, database: Database
) -> None:
    bea = contact(ann.tenant_id, acme, name="Bea Bold")
    await know(ann, bea, sam)
    source, target = await opened(cases.by(ann), body="First words"), await opened(cases.by(bea), subject="Both")
    await cases.by(sam).post(f"/cases/{source['id']}/notes", {"body": "psst", "visibility": "internal"})
    await cases.by(ann).post(f"/cases/{source['id']}/notes", {"body": "Hello there"})
    merged = await cases.by(sam).post(f"/cases/{source['reference']}/merge", {"into": target["reference"]})
    assert merged.json()["reference"] == target["reference"], merged.text
    seen = (await cases.by(ann).get(f"/cases/{source['id']}")).json()
    assert (seen["status"]["key"], seen["merged_into"]) == ("closed", target["reference"])
    assert not any(seen["may"].values())
    there = (await cases.by(ann).get(f"/cases/{target['id']}")).json()
    assert [one["body_html"] for one in there["timeline"]] == ["<p>First words</p>", "<p>Hello there</p>"]
    assert (await cases.by(bea).get(f"/cases/{source['id']}")).status_code == 404
    whole = (await cases.by(sam).get(f"/cases/{target['id']}")).json()["timeline"]
    assert [one["body_html"] for one in whole if one["kind"] == "note"][1] == "<p>psst</p>"
    [event] = await said(database, ann.tenant_id, "case.merged.v1")
    assert (event["into_id"], event["watcher_ids"]) == (target["id"], [str(ann.id)])
    assert (await cases.by(sam).post(f"/cases/{source['id']}/reopen")).json()["type"] == "/problems/case-was-merged"


async def test_only_open_cases_of_one_customer_become_one(cases: Served, ann: Caller, sam: Caller) -> None:
    case, again = await opened(cases.by(ann)), await opened(cases.by(ann))
    other = await opened(cases.by(contact(ann.tenant_id, new_id())))
    foreign = await opened(cases.by(contact(new_id(), new_id())))
    address = f"/cases/{case['id']}/merge"
    for into, status in ((other, 409), (case, 409), (foreign, 404)):
        assert (await cases.by(sam).post(address, {"into": into["id"]})).status_code == status
    assert (await cases.by(ann).post(address, {"into": again["id"]})).status_code == 403
    await cases.by(sam).post(f"/cases/{again['id']}/close")
    assert (await cases.by(sam).post(address, {"into": again["id"]})).status_code == 409


async def test_a_note_becomes_a_case_of_its_own_and_of_the_same_group(
    cases: Served, ann: Caller, sam: Caller, database: Database
) -> None:
    case, group = (await opened(cases.by(ann)))["id"], new_id()
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "INSERT INTO groups VALUES ($1, $2, 'Field', 0, false, 1)", ann.tenant_id, group)
        await fetch(tx, "INSERT INTO group_members VALUES ($1, $2, $3)", ann.tenant_id, group, sam.id)
        await fetch(tx, "UPDATE cases SET group_id = $1", group)
    note = (await cases.by(ann).post(f"/cases/{case}/notes", {"body": "And the *scanner*"})).json()["id"]
    secret = {"body": "psst", "visibility": "internal"}
    hidden = (await cases.by(sam).post(f"/cases/{case}/notes", secret)).json()["id"]
    split = await cases.by(sam).post(f"/cases/{case}/split", {"note_id": note, "subject": "Scanner"})
    assert split.status_code == 201, split.text
    made = (await cases.by(ann).get(f"/cases/{split.json()['reference']}")).json()
    assert (made["subject"], made["body_html"], made["linked_from"]) == (
        "Scanner",
        "<p>And the <em>scanner</em></p>",
        "CASE-1001",
    )
    for wrong in (hidden, str(new_id())):
        refused = await cases.by(sam).post(f"/cases/{case}/split", {"note_id": wrong, "subject": "X"})
        assert refused.status_code == 404
    assert (await cases.by(ann).post(f"/cases/{case}/split", {"note_id": note, "subject": "X"})).status_code == 403
    _, told = await said(database, ann.tenant_id, "case.opened.v1")
    assert (told["group_id"], told["group_member_ids"], told["opened_via"]) == (str(group), [str(sam.id)], "staff")


async def test_a_promise_that_is_not_kept_is_said_exactly_once(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk, database: Database
) -> None:
    targets = {"normal": {"response_minutes": 60, "resolution_minutes": 600}}
    await set_desk(targets=targets, business_hours={"zone": "UTC", "days": ALWAYS})
    late, waiting = await opened(cases.by(ann)), await opened(cases.by(ann))
    version = {"if-match": str(waiting["version"])}
    await cases.by(sam).patch(f"/cases/{waiting['id']}", {"status": "waiting"}, headers=version)
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET response_due_at = now() - interval '1 minute'")
    for _ in range(2):
        await say_missed(database)
    missed = await said(database, ann.tenant_id, "case.promise_missed.v1")
    assert [(one["case_id"], one["promise"]) for one in missed] == [(late["id"], "response")]
