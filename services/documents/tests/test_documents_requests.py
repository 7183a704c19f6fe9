"""Requests for a document: asked, answered, sent back, closed; reminded of once before the day and once on it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from documents.reminding import Reminders
from documents.settings import DocumentsSettings
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.testing import Served, contact, guest, key, staff

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant)


def wanted(ann: Caller, days: int | None = 10, **other: Any) -> dict[str, Any]:
    due_on = None if days is None else (now().date() + timedelta(days)).isoformat()
    new = {"title": "Signed contract", "note": "All pages, please.", "contact_name": ann.name, "due_on": due_on}
    return new | {"contact_id": str(ann.id), "organisation_id": str(ann.organisation_id)} | other


async def told(database: Database, tenant: UUID) -> list[str]:
    """What was said of requests, in its order."""
    said = "SELECT body::jsonb -> 'data' ->> 'change' AS said FROM outbox"
    statement = f"{said} WHERE type LIKE 'document_request%' ORDER BY id"
    async with database.transaction(tenant) as tx:
        return [row["said"] for row in await fetch(tx, statement)]


async def test_a_contact_is_asked_brings_the_file_and_staff_send_it_back_and_close_f143_f146(
    documents: Served, tenant: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    """F143: the file hangs on the case it was asked for; each step is said once, also where it is repeated."""
    case_id = str(await bus.open_case(ann))
    anns, sams = documents.by(ann), documents.by(sam)
    made = (await sams.post("/documents/requests", wanted(ann, case_id=case_id))).json()
    path = f"/documents/requests/{made['id']}"
    assert (made["state"], made["overdue"], made["asked_by_name"]) == ("open", False, sam.name)
    assert [one["id"] for one in (await anns.get(f"/documents/requests?state=open&case_id={case_id}")).json()["items"]]
    first = await uploaded(anns, b"draft\n", "draft.txt", case_id=case_id)
    for _ in range(2):
        answered = await anns.post(f"{path}/answer", {"document_id": first["id"]})
        assert (answered.status_code, answered.json()["state"]) == (200, "received")
    back = await sams.post(f"{path}/return", {"reason": "It is not signed."})
    assert (back.json()["state"], back.json()["reason"]) == ("open", "It is not signed.")
    assert (await sams.post(f"{path}/return", {"reason": "Again."})).json()["type"] == "/problems/request-over"
    second = await uploaded(anns, b"signed\n", "signed.txt", case_id=case_id)
    assert (await anns.post(f"{path}/answer", {"document_id": second["id"]})).json()["document_id"] == second["id"]
    for _ in range(2):
        assert (await sams.post(f"{path}/close")).json()["state"] == "closed"
    assert (await anns.post(f"{path}/answer", {"document_id": first["id"]})).status_code == 409
    hung = (await sams.get(f"/documents?case_id={case_id}")).json()["items"]
    assert {one["id"] for one in hung} == {first["id"], second["id"]}
    assert await told(database, tenant) == ["asked", "received", "returned", "received", "closed"]


async def test_a_request_is_the_contacts_alone_and_staffs_and_takes_no_others_file(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing, arrived: Doing
) -> None:
    sams, anns, bob = documents.by(sam), documents.by(ann), documents.by(contact(tenant, acme))
    path = f"/documents/requests/{(await sams.post('/documents/requests', wanted(ann))).json()['id']}"
    for stranger in (
        contact(tenant, acme),
        contact(tenant, new_id(), id=ann.id),
        contact(new_id(), acme),
        staff(new_id()),
    ):
        client = documents.by(stranger)
        assert (await client.get(path)).status_code == 404
        assert (await client.get("/documents/requests")).json()["items"] == []
        for verb, body in (("answer", {"document_id": str(new_id())}), ("close", None), ("return", {"reason": "x"})):
            assert (await client.post(f"{path}/{verb}", body)).status_code == 404
    assert (await documents.by(key(tenant, "documents.read")).get(path)).status_code == 200
    for refused in (anns, documents.by(guest(tenant)), documents.by(key(tenant, "documents.read"))):
        assert (await refused.post("/documents/requests", wanted(ann))).status_code == 403
    bobs, on_its_way = await uploaded(bob), await arrived(anns)
    answers = [await anns.post(f"{path}/answer", {"document_id": one}) for one in (bobs["id"], on_its_way)]
    assert [one.status_code for one in answers] == [404, 409]
    assert (await anns.post(f"{path}/close")).status_code == 403
    foreign = str(await bus.open_case(contact(tenant, new_id())))
    assert (await sams.post("/documents/requests", wanted(ann, case_id=foreign))).status_code == 404


async def test_a_contact_is_reminded_once_before_the_day_and_once_on_it(
    documents: Served,
    tenant: UUID,
    ann: Caller,
    sam: Caller,
    settings: DocumentsSettings,
    database: Database,
) -> None:
    """At short notice the asking is reminder enough; what is closed or has no day is never reminded of."""
    sams, reminders, today = documents.by(sam), Reminders(settings, database), now().date()
    for days in (10, 1, None):
        await sams.post("/documents/requests", wanted(ann, days))
    closed = (await sams.post("/documents/requests", wanted(ann))).json()
    await sams.post(f"/documents/requests/{closed['id']}/close")
    expected = ["asked"] * 4 + ["closed"]
    for passed, more in ((0, []), (2, ["due"]), (8, ["due_soon"]), (9, []), (10, ["due"]), (30, [])):
        expected += more
        for _ in range(2):
            await reminders.remind(today + timedelta(passed))
        assert await told(database, tenant) == expected
    over = await sams.post("/documents/requests", wanted(ann, -2))
    assert (over.status_code, over.json()["errors"][0]["field"]) == (422, "due_on")
    late = (await sams.post("/documents/requests", wanted(ann, -1))).json()
    assert late["overdue"]
    assert [one["id"] for one in (await sams.get("/documents/requests?state=overdue")).json()["items"]] == [late["id"]]


async def test_no_route_of_requests_takes_more_than_four_statements(
    documents: Served, ann: Caller, sam: Caller, bus: Any, uploaded: Doing, statements: list[str]
) -> None:
    anns, sams = documents.by(ann), documents.by(sam)
    case_id = str(await bus.open_case(ann))
    file = (await uploaded(anns))["id"]
    spent = []

    async def ask(client: Any, method: str, path: str, *body: Any) -> Any:
        statements.clear()
        answer = await client(method, path, **({"json": body[0]} if body else {}))
        assert answer.is_success, answer.text
        spent.append(len(statements))
        return answer.json()

    made = await ask(sams, "POST", "/documents/requests", wanted(ann, case_id=case_id))
    path = f"/documents/requests/{made['id']}"
    await ask(anns, "POST", f"{path}/answer", {"document_id": file})
    await ask(sams, "POST", f"{path}/return", {"reason": "Unsigned."})
    await ask(sams, "POST", f"{path}/close")
    await ask(sams, "GET", path)
    await ask(anns, "GET", "/documents/requests?state=open")
    assert max(spent) <= 4, spent
