"""Notes, changes and the end of a case."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, staff

SetDesk = Callable[..., Awaitable[None]]
NEW = {"subject": "Printer offline", "body": "It blinks."}


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant)


@pytest.fixture
async def case(cases: Served, ann: Caller) -> str:
    reference: str = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    return reference


async def read(client: As, case: str) -> dict[str, Any]:
    answer = await client.get(f"/cases/{case}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_contact_never_sees_an_internal_note_f110(cases: Served, ann: Caller, sam: Caller, case: str) -> None:
    for visibility in ("internal", "customer"):
        written = await cases.by(sam).post(
            f"/cases/{case}/notes", {"body": f"{visibility} word", "visibility": visibility}
        )
        assert written.status_code == 201, written.text
    notes = [entry["body_html"] for entry in (await read(cases.by(ann), case))["timeline"] if entry["kind"] == "note"]
    assert notes == ["<p>customer word</p>"]
    assert len([e for e in (await read(cases.by(sam), case))["timeline"] if e["kind"] == "note"]) == 2


async def test_a_contact_cannot_write_an_internal_note(cases: Served, ann: Caller, case: str) -> None:
    refused = await cases.by(ann).post(f"/cases/{case}/notes", {"body": "psst", "visibility": "internal"})
    assert refused.status_code == 403


async def test_the_event_of_a_note_says_who_may_read_it(
    cases: Served, ann: Caller, sam: Caller, case: str, database: Database
) -> None:
    await cases.by(sam).post(f"/cases/{case}/notes", {"body": "psst", "visibility": "internal"})
    async with database.transaction(ann.tenant_id) as tx:
        [row] = await fetch(tx, "SELECT body FROM outbox WHERE type = 'case.note_added.v1'")
    assert '"visibility":"internal"' in row["body"]


async def test_staffs_first_answer_begins_the_work_and_the_customers_ends_the_waiting_f107(
    cases: Served, ann: Caller, sam: Caller, case: str
) -> None:
    await cases.by(sam).post(f"/cases/{case}/notes", {"body": "Which model?"})
    begun = await read(cases.by(sam), case)
    assert begun["status"]["key"] == "in_progress"
    waiting = await cases.by(sam).patch(
        f"/cases/{case}", {"status": "waiting"}, headers={"if-match": str(begun["version"])}
    )
    assert waiting.json()["status"] == {"key": "waiting", "label": "Waiting for you"}
    await cases.by(ann).post(f"/cases/{case}/notes", {"body": "The blue one."})
    assert (await read(cases.by(ann), case))["status"]["key"] == "in_progress"


async def test_only_who_opened_it_or_staff_may_close_and_managers_where_the_desk_says_so_f123_f124(
    cases: Served, ann: Caller, tenant: UUID, acme: UUID, case: str, set_desk: SetDesk
) -> None:
    bob = contact(tenant, acme, scopes={"cases": "organisation"})
    assert (await cases.by(bob).post(f"/cases/{case}/close")).status_code == 403
    assert (await read(cases.by(bob), case))["may"] == IsPartialDict(close=False, comment=True)
    manager = bob.model_copy(update={"permissions": frozenset({"organisation.manage"})})
    theirs = contact(tenant, new_id(), scopes={"cases": "organisation"}, permissions=manager.permissions)
    for chosen, possible in ((False, False), (True, True)):
        await set_desk(managers_close=chosen)
        assert (await read(cases.by(manager), case))["may"]["close"] is possible
        assert (await cases.by(bob).post(f"/cases/{case}/close")).status_code == 403
        assert (await cases.by(theirs).post(f"/cases/{case}/close")).status_code == 404
    closed = await cases.by(manager).post(f"/cases/{case}/close")
    assert closed.json()["status"]["key"] == "closed"
    again = await cases.by(ann).post(f"/cases/{case}/close")
    assert again.json()["version"] == closed.json()["version"]


async def test_a_closed_case_takes_no_comment_from_anybody_f125(
    cases: Served, ann: Caller, sam: Caller, case: str
) -> None:
    await cases.by(ann).post(f"/cases/{case}/close")
    for caller in (ann, sam):
        refused = await cases.by(caller).post(f"/cases/{case}/notes", {"body": "One more thing"})
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json() == IsPartialDict(type="/problems/case-closed", status=409)
        assert refused.json()["detail"].startswith("This case is closed")
    may = (await read(cases.by(ann), case))["may"]
    assert {verb for verb, allowed in may.items() if allowed} == {"rate"}


async def test_staff_always_may_reopen(cases: Served, ann: Caller, sam: Caller, case: str) -> None:
    await cases.by(ann).post(f"/cases/{case}/close")
    refused = await cases.by(ann).post(f"/cases/{case}/reopen")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/reopen-not-possible")
    assert (await cases.by(sam).post(f"/cases/{case}/reopen")).json()["status"]["key"] == "in_progress"
    assert (await cases.by(ann).post(f"/cases/{case}/notes", {"body": "Thanks"})).status_code == 201


async def test_a_change_needs_the_version_it_was_made_on_f120_f122(cases: Served, sam: Caller, case: str) -> None:
    client = cases.by(sam)
    assert (await client.patch(f"/cases/{case}", {"priority": "low"})).status_code == 428
    changed = await client.patch(f"/cases/{case}", {"priority": "low"}, headers={"if-match": '"1"'})
    assert changed.json() == IsPartialDict(priority="low", version=2)
    stale = await client.patch(f"/cases/{case}", {"priority": "urgent"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    history = [entry for entry in (await read(client, case))["timeline"] if entry["kind"] == "change"]
    assert history == [IsPartialDict(field="priority", old="normal", new="low")]


async def test_contacts_change_what_their_desk_lets_them_and_nothing_else_f120(
    cases: Served, ann: Caller, tenant: UUID, acme: UUID, case: str, set_desk: SetDesk
) -> None:
    changed = await cases.by(ann).patch(f"/cases/{case}", {"priority": "urgent"}, headers={"if-match": "1"})
    assert changed.json() == IsPartialDict(priority="urgent", version=2)
    for field, value in (("status", "resolved"), ("assignee_id", None), ("category", "Network")):
        refused = await cases.by(ann).patch(f"/cases/{case}", {field: value}, headers={"if-match": "2"})
        assert refused.status_code == 403, field
    bob = contact(tenant, acme, scopes={"cases": "organisation"})
    assert (
        await cases.by(bob).patch(f"/cases/{case}", {"subject": "Mine"}, headers={"if-match": "2"})
    ).status_code == 403
    await set_desk(customers_edit=["subject"])
    shut = await cases.by(ann).patch(f"/cases/{case}", {"priority": "low"}, headers={"if-match": "2"})
    assert (shut.status_code, shut.json()["type"]) == (403, "/problems/field-not-yours")
    assert (await read(cases.by(ann), case))["editable"] == ["subject"]
    hers = cases.by(ann)
    await set_desk(customers_edit=["subject", "priority"], priorities=["low", "normal"])
    dear = (await hers.patch(f"/cases/{case}", {"priority": "high"}, headers={"if-match": "2"})).json()
    assert dear == IsPartialDict(type="/problems/priority-not-offered", errors=[IsPartialDict(field="priority")])
    kept = await hers.patch(f"/cases/{case}", {"priority": "urgent", "subject": "X"}, headers={"if-match": "2"})
    assert kept.json() == IsPartialDict(priority="urgent", version=3), "what it has already, it may keep"
    await set_desk(customers_set_priority=False)
    shut = await cases.by(ann).patch(f"/cases/{case}", {"priority": "low"}, headers={"if-match": "3"})
    assert shut.json()["type"] == "/problems/field-not-yours", "who does not choose one does not change it either"
    assert (await read(cases.by(ann), case))["editable"] == ["subject"]


async def test_a_case_is_given_to_known_active_staff_only(cases: Served, sam: Caller, case: str) -> None:
    refused = await cases.by(sam).patch(f"/cases/{case}", {"assignee_id": str(new_id())}, headers={"if-match": "1"})
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/unknown-assignee"


async def test_a_change_that_changes_nothing_says_nothing(
    cases: Served, sam: Caller, case: str, database: Database
) -> None:
    same = await cases.by(sam).patch(f"/cases/{case}", {"priority": "normal"}, headers={"if-match": "1"})
    assert same.json()["version"] == 1
    async with database.transaction(sam.tenant_id) as tx:
        assert await fetch(tx, "SELECT 1 FROM outbox WHERE type = 'case.changed.v1'") == []


async def test_a_long_timeline_pages_back_f122(cases: Served, ann: Caller, case: str) -> None:
    for number in range(53):
        await cases.by(ann).post(f"/cases/{case}/notes", {"body": f"note {number}"})
    newest = await read(cases.by(ann), case)
    older = (await cases.by(ann).get(f"/cases/{case}?before={newest['next_timeline']}")).json()
    texts = [entry["body_html"] for entry in older["timeline"] + newest["timeline"]]
    assert texts == [f"<p>note {number}</p>" for number in range(53)]
    assert older["next_timeline"] is None


async def test_open_cases_are_counted_within_the_scope_f080(
    cases: Served, ann: Caller, case: str, tenant: UUID
) -> None:
    assert (await cases.by(ann).get("/cases/counts")).json() == {
        "by_status": {"new": 1},
        "by_priority": {"normal": 1},
        "capped": False,
    }
    eve = contact(tenant, new_id(), scopes={"cases": "organisation"})
    assert (await cases.by(eve).get("/cases/counts")).json()["by_status"] == {}


async def test_a_reply_says_how_the_case_stands_then_and_the_crm_hears_of_it_f107_f108(
    cases: Served, ann: Caller, sam: Caller, case: str, database: Database
) -> None:
    """One step for who answers: the clock stands still with the words that ask; who answers that sets it going."""
    asked = {"body": "Which model is it?", "status": "waiting"}
    hers = await cases.by(ann).post(f"/cases/{case}/notes", asked)
    assert (hers.status_code, hers.json()["type"]) == (403, "/problems/field-not-yours")
    assert (await cases.by(sam).post(f"/cases/{case}/notes", asked)).status_code == 201
    seen = await read(cases.by(sam), case)
    assert (seen["status"]["key"], seen["version"]) == ("waiting", 2)
    assert (await cases.by(ann).post(f"/cases/{case}/notes", {"body": "LX-9."})).status_code == 201
    kept = {"body": "Solved, I think.", "visibility": "internal", "status": "resolved"}
    assert (await cases.by(sam).post(f"/cases/{case}/notes", kept)).status_code == 201
    assert (await cases.by(sam).post(f"/cases/{case}/notes", kept | {"status": "closed"})).status_code == 422
    async with database.transaction(sam.tenant_id) as tx:
        told = await fetch(tx, "SELECT body FROM outbox WHERE type = 'case.changed.v1' ORDER BY id")
    stood = [json.loads(row["body"])["data"]["status"] for row in told]
    assert stood == ["waiting", "in_progress", "resolved"]
