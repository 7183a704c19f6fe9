"""The list of mails that staff read, and what it tells of the outgoing server."""

from collections.abc import Callable
from typing import Any

import pytest
from dirty_equals import IsDatetime, IsPartialDict, IsUUID
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff


@pytest.fixture
def reader(notifier: Served, house: Any) -> As:
    return notifier.by(staff(house.tenant, "mails.read"))


async def test_staff_read_whom_a_mail_went_to_and_how_it_fared_never_what_it_says(reader: As, house: Any) -> None:
    await house.hear(house.noted("sam", excerpt="The secret plan"))
    answer = await reader.get("/mails")
    assert answer.status_code == 200
    [row] = answer.json()["items"]
    assert row == {
        "id": IsUUID,
        "recipient": {"id": str(house.ann), "name": "Ann Archer", "kind": "contact", "email": house.address("ann")},
        "template": "case_answered",
        "about": "CASE-1042",
        "state": "queued",
        "tries": 0,
        "error": None,
        "created_at": IsDatetime(iso_string=True),
        "next_at": IsDatetime(iso_string=True),
        "sent_at": None,
    }
    assert "secret" not in answer.text


async def test_the_list_is_filtered_by_state_and_recipient(reader: As, house: Any) -> None:
    await house.hear(house.opened())
    await house.rows("UPDATE mails SET state = 'failed' WHERE template = 'case_arrived'")
    by_state = (await reader.get("/mails?state=failed&state=unknown")).json()["items"]
    assert [row["template"] for row in by_state] == ["case_arrived"]
    by_recipient = (await reader.get("/mails", params={"to": house.address("ann").upper()})).json()["items"]
    assert [row["template"] for row in by_recipient] == ["case_received"]


async def test_the_list_is_paged_newest_first(reader: As, house: Any) -> None:
    for number in range(5):
        await house.hear(house.noted("sam", reference=f"CASE-{number}"))
    first = (await reader.get("/mails?limit=3")).json()
    second = (await reader.get(f"/mails?limit=3&cursor={first['next']}")).json()
    assert [row["about"] for row in first["items"] + second["items"]] == [f"CASE-{n}" for n in (4, 3, 2, 1, 0)]
    assert second["next"] is None


@pytest.mark.parametrize(
    "who",
    [
        lambda tenant: contact(tenant, new_id(), permissions=frozenset({"mails.read"})),
        lambda tenant: staff(tenant, "cases.answer"),
        lambda tenant: key(tenant, "mails.read", "crm.write"),
        guest,
    ],
    ids=["contact", "agent", "key", "guest"],
)
@pytest.mark.parametrize("path", ["/mails", "/mails/outgoing"])
async def test_to_all_others_there_is_no_such_list(
    notifier: Served, house: Any, who: Callable[[Any], Caller], path: str
) -> None:
    await house.hear(house.opened())
    refused = await notifier.by(who(house.tenant)).get(path)
    assert refused.status_code == 404
    assert refused.headers["content-type"] == "application/problem+json"


async def test_it_shows_no_mail_of_another_tenant(notifier: Served, house: Any) -> None:
    await house.hear(house.opened())
    mallory = notifier.by(staff(new_id(), "mails.read"))
    assert (await mallory.get("/mails")).json()["items"] == []
    assert (await mallory.get("/mails", params={"to": house.address("ann")})).json()["items"] == []


async def test_it_refuses_who_has_no_believable_caller(notifier: Served) -> None:
    assert (await notifier.client.get("/api/v1/mails")).status_code == 401
    assert (await notifier.client.get("/api/v1/mails", headers={"x-portico-caller": "e30.e30.e30"})).status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cursor=nonsense", 400),
        ("cursor=WzEsMl0", 400),
        ("cursor=W10", 400),
        ("to=a%00b", 400),
        ("state=lost", 422),
        ("colour=red", 422),
        ("limit=0", 422),
        ("limit=101", 422),
        ("to=" + "a" * 255, 422),
        ("cursor=" + "a" * 301, 422),
        ("&".join(["state=sent"] * 6), 422),
    ],
)
async def test_wrong_questions_get_a_sentence(reader: As, query: str, status: int) -> None:
    answer = await reader.get(f"/mails?{query}")
    assert answer.status_code == status, answer.text
    assert answer.json() == IsPartialDict(status=status)
    assert answer.json()["detail"]


async def test_staff_see_whether_the_outgoing_server_answers_and_since_when_f202(
    reader: As, database: Database, behind: Any
) -> None:
    await behind.execute("DELETE FROM outgoing")
    assert (await reader.get("/mails/outgoing")).json() == IsPartialDict(answers=False, checked_at=None)
    seen = []
    for error in (None, None, "The mail server could not be reached."):
        async with database.transaction(None) as tx:
            await tx.execute(text("SELECT outgoing_note(:error)"), {"error": error})
        seen.append((await reader.get("/mails/outgoing")).json())
    assert [state["answers"] for state in seen] == [True, True, False]
    assert seen[0]["since"] == seen[1]["since"] < seen[2]["since"]
    assert seen[2]["error"] == "The mail server could not be reached."
    assert seen[0]["checked_at"] < seen[1]["checked_at"]


async def test_each_route_costs_one_statement(reader: As, house: Any, database: Database) -> None:
    await house.hear(house.opened())
    seen: list[str] = []
    sqlalchemy_event.listen(
        database._engine.sync_engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement)
    )
    for path in ("/mails?state=queued&to=x@y.example", "/mails/outgoing"):
        seen.clear()
        assert (await reader.get(path)).status_code == 200
        assert len(seen) == 1, seen


async def test_the_app_role_sees_mails_and_the_server_only_through_their_functions(
    database: Database, house: Any
) -> None:
    await house.hear(house.opened())
    async with database.transaction(None) as tx:
        for table in ("mails", "people", "portals", "outgoing"):
            assert (await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0
