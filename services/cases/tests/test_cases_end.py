"""After the end of a case: opened again as the desk has it, rated, and what was promised before."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.db import Database, fetch
from kit.testing import Served, contact, staff

SetDesk = Callable[..., Awaitable[None]]
NEW = {"subject": "Printer offline", "body": "It blinks."}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant)


async def closed(cases: Served, ann: Caller) -> str:
    reference: str = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    await cases.by(ann).post(f"/cases/{reference}/close")
    return reference


@pytest.mark.parametrize(
    ("policy", "days_ago", "possible"),
    [
        ("locked", 0, False),
        ("reopen", 400, True),
        ("reopen_within_days", 6, True),
        ("reopen_within_days", 8, False),
        ("new_linked_case", 0, False),
    ],
)
async def test_what_follows_the_end_is_the_desks_choice_f125(
    cases: Served,
    ann: Caller,
    sam: Caller,
    set_desk: SetDesk,
    database: Database,
    policy: str,
    days_ago: int,
    possible: bool,
) -> None:
    await set_desk(after_close=policy, reopen_days=7)
    case = await closed(cases, ann)
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET closed_at = closed_at - make_interval(days => $1)", days_ago)
    view = (await cases.by(ann).get(f"/cases/{case}")).json()
    assert view["after_close"]["policy"] == policy
    assert (view["may"]["reopen"], view["may"]["open_linked"]) == (possible, policy == "new_linked_case")
    bob = contact(ann.tenant_id, view["organisation"]["id"], scopes={"cases": "organisation"})
    assert (await cases.by(bob).post(f"/cases/{case}/reopen")).status_code == 403
    answer = await cases.by(ann).post(f"/cases/{case}/reopen")
    assert answer.status_code == (200 if possible else 409), answer.text
    if not possible:
        assert answer.json()["type"] == "/problems/reopen-not-possible"
        answer = await cases.by(sam).post(f"/cases/{case}/reopen")
    assert answer.json()["status"]["key"] == "in_progress"
    async with database.transaction(ann.tenant_id) as tx:
        [event] = await fetch(tx, "SELECT body FROM outbox WHERE type = 'case.reopened.v1'")
    assert json.loads(event["body"])["data"]["reopened_by"]["kind"] == ("contact" if possible else "staff")


async def test_a_closed_case_is_rated_once_and_changed_for_a_week(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk, database: Database
) -> None:
    case = await closed(cases, ann)
    rate = cases.by(ann).put
    assert (await rate(f"/cases/{case}/rating", {"rating": 6})).status_code == 422
    assert (await rate(f"/cases/{case}/rating", {"rating": 4, "comment": "Quick"})).status_code == 200
    assert (await rate(f"/cases/{case}/rating", {"rating": 5, "comment": "Quick"})).status_code == 200
    assert (await cases.by(sam).put(f"/cases/{case}/rating", {"rating": 1})).status_code == 403
    seen = (await cases.by(sam).get(f"/cases/{case}")).json()
    assert seen == IsPartialDict(rating=5, rating_comment="Quick")
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET rated_at = now() - interval '8 days'")
    late = await rate(f"/cases/{case}/rating", {"rating": 1})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-rated-here")
    await set_desk(rating=False)
    assert (await rate(f"/cases/{await closed(cases, ann)}/rating", {"rating": 1})).status_code == 409


async def test_an_open_case_is_not_rated(cases: Served, ann: Caller) -> None:
    case = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    assert (await cases.by(ann).put(f"/cases/{case}/rating", {"rating": 5})).status_code == 409


async def test_promises_begin_pause_and_are_kept(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk, database: Database
) -> None:
    targets = {"normal": {"response_minutes": 60, "resolution_minutes": 600}, "urgent": {"resolution_minutes": 60}}
    await set_desk(targets=targets, business_hours={"zone": "Europe/London", "days": ALWAYS}, update_days=2)
    case = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    opened = (await cases.by(ann).get(f"/cases/{case}")).json()
    began = datetime.fromisoformat(opened["created_at"])
    due = {one["kind"]: one["due"] for one in opened["promises"]}
    assert [one["kind"] for one in opened["promises"]] == ["response", "resolution", "update"]
    assert datetime.fromisoformat(due["response"]) == began + timedelta(hours=1)
    assert (await cases.by(sam).get("/cases")).json()["items"][0]["promise"] == IsPartialDict(
        kind="response", state="due"
    )
    await cases.by(sam).post(f"/cases/{case}/notes", {"body": "Which model?"})
    answered = (await cases.by(sam).get(f"/cases/{case}")).json()
    assert [one["kind"] for one in answered["promises"]] == ["resolution", "update"]
    version = {"if-match": str(answered["version"])}
    await cases.by(sam).patch(f"/cases/{case}", {"status": "waiting"}, headers=version)
    waiting = (await cases.by(ann).get(f"/cases/{case}")).json()
    assert waiting["promises"] == [IsPartialDict(kind="resolution", state="paused")]
    async with database.transaction(ann.tenant_id) as tx:
        await fetch(tx, "UPDATE cases SET paused_since = now() - interval '90 minutes'")
    await cases.by(ann).post(f"/cases/{case}/notes", {"body": "The blue one"})
    [going_on, _] = (await cases.by(ann).get(f"/cases/{case}")).json()["promises"]
    assert datetime.fromisoformat(going_on["due"]) == began + timedelta(minutes=690)
    again = (await cases.by(ann).get(f"/cases/{case}")).json()["version"]
    await cases.by(ann).patch(f"/cases/{case}", {"priority": "urgent"}, headers={"if-match": str(again)})
    [urgent, _] = (await cases.by(ann).get(f"/cases/{case}")).json()["promises"]
    assert datetime.fromisoformat(urgent["due"]) == began + timedelta(minutes=150)
    await cases.by(ann).post(f"/cases/{case}/close")
    assert (await cases.by(ann).get(f"/cases/{case}")).json()["promises"] == []
    assert datetime.now(UTC) > began


async def test_a_new_case_goes_on_from_a_closed_one_where_the_desk_has_it_so_f125(
    cases: Served, ann: Caller, set_desk: SetDesk
) -> None:
    case = await closed(cases, ann)
    new = NEW | {"linked_from": case}
    assert (await cases.by(ann).post("/cases", new)).status_code == 409
    await set_desk(after_close="new_linked_case")
    made = (await cases.by(ann).post("/cases", new)).json()
    assert (await cases.by(ann).get(f"/cases/{made['id']}")).json()["linked_from"] == case
    eve = contact(ann.tenant_id, ann.tenant_id, scopes={"cases": "organisation"})
    assert (await cases.by(eve).post("/cases", new)).status_code == 404


async def test_a_day_off_counts_towards_no_promise(cases: Served, ann: Caller, set_desk: SetDesk) -> None:
    await set_desk(
        targets={"normal": {"response_minutes": 60}}, business_hours={"zone": "UTC", "days": ALWAYS}, update_days=None
    )
    ada, tomorrow = cases.by(staff(ann.tenant_id, "settings.edit")), datetime.now(UTC).date() + timedelta(days=1)
    days = [{"on_date": str(tomorrow - timedelta(days=back)), "name": "Off"} for back in range(2)]
    kept = await ada.put("/desk/holidays", {"days": days}, headers={"if-match": '"0"'})
    assert [day["on_date"] for day in kept.json()["days"]] == sorted(day["on_date"] for day in days), kept.text
    assert (await ada.get("/desk/holidays")).json() == kept.json()
    for other in (cases.by(ann), cases.by(staff(ann.tenant_id))):
        assert (await other.put("/desk/holidays", {"days": []}, headers={"if-match": '"1"'})).status_code == 403
    case = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    [promise] = (await cases.by(ann).get(f"/cases/{case}")).json()["promises"]
    assert datetime.fromisoformat(promise["due"]).date() == tomorrow + timedelta(days=1)
    assert promise["due"].endswith("01:00:00Z")
