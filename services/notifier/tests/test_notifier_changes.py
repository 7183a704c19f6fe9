"""The changes feed (O+3, F102, F159): what happened at a tenant, for its programs, each once and in one order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from dirty_equals import IsDatetime, IsPartialDict
from sqlalchemy import event as sqlalchemy_event

from contracts import AccessIssued, CaseReplyBegun
from contracts.event import Envelope
from kit import paging
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.testing import As, Served, contact, guest, key, staff
from notifier import queries, service
from notifier.listening import EACH, Listening
from notifier.settings import NotifierSettings
from notifier.sweeper import Sweeper

READS = ("cases.read", "people.read", "documents.read", "projects.read")


@pytest.fixture
def crm(notifier: Served, house: Any) -> As:
    """The CRM's key, with every right that reads."""
    return notifier.by(key(house.tenant, *READS))


async def now_at(crm: As) -> str:
    """The feed's end: what is asked from there is what happens next."""
    found: str = (await crm.get("/changes?since=now")).json()["next"]
    return found


async def read(crm: As, since: str, **asked: Any) -> dict[str, Any]:
    answer = await crm.get("/changes", params={"since": since, **asked})
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def types(page: dict[str, Any]) -> list[str]:
    return [row["type"] for row in page["items"]]


def subjects(page: dict[str, Any]) -> list[str]:
    return [row["data"]["subject"] for row in page["items"]]


async def test_a_key_reads_what_happened_as_it_was_said(crm: As, house: Any) -> None:
    since = await now_at(crm)
    said = await house.hear(house.opened(subject="Quotes \" and \\ and ünï and it's"), version=7)
    page = await read(crm, since)
    [row] = page["items"]
    assert row == IsPartialDict(
        id=str(said), type="case.opened.v1", version=7, occurred_at=IsDatetime(iso_string=True), cursor=page["next"]
    )
    assert row["occurred_at"].endswith("Z")
    assert row["data"]["subject"] == "Quotes \" and \\ and ünï and it's"
    assert "tenant_id" not in row
    assert page["more"] is False


async def test_it_is_read_in_pages_and_goes_on_behind_any_of_its_rows(crm: As, house: Any) -> None:
    since = await now_at(crm)
    for number in range(5):
        await house.hear(house.opened(subject=str(number)))
    first = await read(crm, since, limit=3)
    second = await read(crm, first["next"], limit=3)
    assert (subjects(first), first["more"]) == (["0", "1", "2"], True)
    assert (subjects(second), second["more"]) == (["3", "4"], False)
    again = await read(crm, first["items"][0]["cursor"])
    assert subjects(again) == ["1", "2", "3", "4"]
    empty = await read(crm, second["next"])
    assert empty == {"items": [], "next": second["next"], "more": False}


async def test_without_a_cursor_it_begins_with_the_first_that_is_kept(crm: As, house: Any) -> None:
    await house.hear(house.opened())
    page = (await crm.get("/changes")).json()
    assert types(page)[0] == "contact.changed.v1"
    assert types(page)[-1] == "case.opened.v1"


async def test_what_is_delivered_twice_is_told_once(crm: As, house: Any) -> None:
    since, said = await now_at(crm), new_id()
    await house.hear(house.opened(), event_id=said)
    await house.hear(house.opened(), event_id=said)
    assert [row["id"] for row in (await read(crm, since))["items"]] == [str(said)]


async def test_events_heard_together_are_all_told_each_with_a_place_of_its_own(crm: As, house: Any) -> None:
    since = await now_at(crm)
    await asyncio.gather(*(house.hear(house.opened(subject=str(number))) for number in range(100)))
    page = await read(crm, since, limit=100)
    assert sorted(subjects(page), key=int) == [str(number) for number in range(100)]
    assert len({row["cursor"] for row in page["items"]}) == 100
    assert page["more"] is False


async def test_nothing_is_told_of_what_was_rolled_back_and_no_number_is_lost(
    crm: As, house: Any, database: Database
) -> None:
    since = await now_at(crm)
    with pytest.raises(LookupError):
        async with database.transaction(house.tenant) as tx:
            service.record(tx, received(house, house.opened()))
            raise LookupError
    await house.hear(house.opened(subject="kept"))
    page = await read(crm, since)
    assert subjects(page) == ["kept"]
    assert number(page["next"]) == number(since) + 1


async def test_of_two_writers_the_later_number_is_never_seen_first(
    crm: As, house: Any, behind: Any, database: Database
) -> None:
    """The one that took its number first commits last: the other waits with its own, so no reader passes by it."""
    since = await now_at(crm)
    async with behind.connected() as slow:
        begun = slow.transaction()
        await begun.start()
        await slow.execute("SELECT set_config('app.tenant_id', $1, true)", str(house.tenant))
        said = received(house, house.opened(subject="slow")).envelope
        await slow.execute("SELECT changes_add($1)", [said.model_dump_json()])
        quick = asyncio.create_task(house.hear(house.opened(subject="quick")))
        while not await behind.fetch("SELECT FROM pg_locks WHERE NOT granted"):
            assert not quick.done()
            await asyncio.sleep(0.01)
        assert (await read(crm, since))["items"] == []
        await begun.commit()
    await quick
    assert subjects(await read(crm, since)) == ["slow", "quick"]


async def test_it_tells_only_the_types_that_are_asked_for_and_passes_by_the_others(crm: As, house: Any) -> None:
    since = await now_at(crm)
    await house.hear(house.opened())
    await house.hear(house.closed("sam"))
    page = await read(crm, since, types=["case.closed.v1", "case.rated.v1"])
    assert types(page) == ["case.closed.v1"]
    none = await read(crm, since, types="case.rated.v1")
    assert none["items"] == []
    assert none["next"] == page["next"]


async def test_a_filter_that_fits_nothing_looks_through_a_window_at_a_time(
    crm: As, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = await now_at(crm)
    monkeypatch.setattr(queries, "WINDOW", 2)
    for _ in range(3):
        await house.hear(house.opened())
    await house.hear(house.closed("sam"))
    first = await read(crm, since, types="case.closed.v1", wait=5)
    assert (first["items"], first["more"]) == ([], True)
    assert types(await read(crm, first["next"], types="case.closed.v1")) == ["case.closed.v1"]


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        (("cases.read",), {"case.opened.v1"}),
        (("people.read",), {"contact.changed.v1", "staff.changed.v1"}),
        (("crm.write",), {"contact.changed.v1", "staff.changed.v1"}),
        (("projects.write",), set()),
    ],
)
async def test_a_key_hears_of_the_records_that_it_may_read(
    notifier: Served, house: Any, rights: tuple[str, ...], told: set[str]
) -> None:
    await house.hear(house.opened())
    page = (await notifier.by(key(house.tenant, *rights)).get("/changes")).json()
    assert set(types(page)) == told


async def test_what_staff_write_among_themselves_and_what_is_internal_is_not_told_f110(crm: As, house: Any) -> None:
    since = await now_at(crm)
    await house.hear(house.noted("sam", visibility="internal", excerpt="The secret plan"))
    await house.hear(
        AccessIssued(
            issue_id=new_id(),
            template="magic",
            person_id=house.ann,
            person_kind="contact",
            name="Ann",
            email=house.address("ann"),
            sealed="sealed",
            expires_at=None,
        )
    )
    await house.portal(version=2)
    await house.hear(house.noted("sam"))
    page = await read(crm, since)
    assert types(page) == ["case.note_added.v1"]
    assert page["items"][0]["data"]["visibility"] == "customer"
    assert CaseReplyBegun.read_with is None


async def test_a_key_with_the_right_for_it_hears_of_internal_notes_too_f110(notifier: Served, house: Any) -> None:
    """It takes both rights: the one for such records, and the one for what staff write among themselves."""
    await house.hear(house.noted("sam", visibility="internal", excerpt="The secret plan"))
    await house.hear(house.noted("sam", excerpt="Hello"))
    kinds = {}
    for rights in (("cases.read", "internal.read"), ("cases.read",), ("internal.read", "people.read")):
        page = (await notifier.by(key(house.tenant, *rights)).get("/changes")).json()
        kinds[rights] = [row["data"]["visibility"] for row in page["items"] if row["type"] == "case.note_added.v1"]
    assert list(kinds.values()) == [["internal", "customer"], ["customer"], []]
    mirror = notifier.by(key(house.tenant, "cases.read", "internal.read"))
    assert len((await mirror.get("/changes?types=case.note_added.v1")).json()["items"]) == 2
    assert (await mirror.get("/changes?types=internal%20case.note_added.v1")).status_code == 422
    alone = await notifier.by(key(house.tenant, "internal.read")).get("/changes")
    assert alone.status_code == 403
    stranger = notifier.by(key(new_id(), "cases.read", "internal.read"))
    assert (await stranger.get("/changes")).json()["items"] == []


async def test_a_field_that_nobody_here_declared_does_not_leave(crm: As, house: Any) -> None:
    since, event = await now_at(crm), house.opened()
    envelope = received(house, event).envelope
    newer = envelope.model_copy(update={"data": envelope.data | {"brand_new": "unlooked at"}})
    await house.inbox.deliver(newer, newer.model_dump_json().encode(), "")
    [row] = (await read(crm, since))["items"]
    assert "brand_new" not in row["data"]


async def test_another_tenants_feed_and_cursor_are_none_of_theirs(crm: As, notifier: Served, house: Any) -> None:
    await house.hear(house.opened())
    mallory = notifier.by(key(new_id(), *READS))
    assert (await mallory.get("/changes")).json()["items"] == []
    assert (await mallory.get(f"/changes?since={await now_at(crm)}")).status_code == 400


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda tenant: contact(tenant, new_id(), permissions=frozenset(READS)), 404),
        (lambda tenant: staff(tenant, *READS), 404),
        (guest, 404),
        (lambda tenant: key(tenant, "invoices.read"), 403),
    ],
    ids=["contact", "staff", "guest", "key-that-reads-nothing-of-it"],
)
async def test_to_all_others_there_is_no_feed(
    notifier: Served, house: Any, who: Callable[[Any], Caller], status: int
) -> None:
    refused = await notifier.by(who(house.tenant)).get("/changes")
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"


async def test_wrong_questions_get_a_sentence(crm: As, notifier: Served, house: Any) -> None:
    ahead = paging.encode(house.tenant, 10**9)
    wrong = {
        "since=nonsense": 400,
        f"since={ahead}": 400,
        f"since={paging.encode(house.tenant, -1)}": 400,
        f"since={paging.encode('2026-01-01', 1)}": 400,
        "since=" + "a" * 301: 422,
        "types=case.vanished.v1": 422,
        "types=access.issued.v1": 422,
        "wait=26": 422,
        "wait=-1": 422,
        "limit=101": 422,
        "colour=red": 422,
    }
    for query, status in wrong.items():
        answer = await crm.get(f"/changes?{query}")
        assert (answer.status_code, answer.json()["status"]) == (status, status), query
        assert answer.json()["detail"]
    refused = await notifier.by(key(house.tenant, "people.read")).get("/changes?types=case.opened.v1")
    assert refused.status_code == 403
    assert "cases.read" in refused.json()["detail"]


async def test_who_waits_is_answered_as_soon_as_something_happens_and_holds_no_connection(
    crm: As, house: Any, database: Database
) -> None:
    since = await now_at(crm)
    waiting = [asyncio.create_task(read(crm, since, wait=25, types="case.closed.v1")) for _ in range(10)]
    await asyncio.sleep(0.5)
    async with asyncio.timeout(15):
        while database._engine.pool.checkedout():  # type: ignore[attr-defined]
            await asyncio.sleep(0.05)
    assert not any(one.done() for one in waiting)
    await house.hear(house.opened())
    await house.hear(house.closed("sam"))
    async with asyncio.timeout(15):
        assert [types(page) for page in await asyncio.gather(*waiting)] == [["case.closed.v1"]] * 10


async def test_who_waits_for_nothing_gets_the_same_cursor_in_the_end(crm: As) -> None:
    since = await now_at(crm)
    assert await read(crm, since, wait=0.2) == {"items": [], "next": since, "more": False}


async def test_a_connection_that_was_cut_is_made_again_and_nothing_is_missed(crm: As, house: Any, behind: Any) -> None:
    since = await now_at(crm)
    waiting = asyncio.create_task(read(crm, since, wait=25))
    listens = "datname = current_database() AND query LIKE 'LISTEN%changes%'"
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listens}"
    async with asyncio.timeout(15):
        while not await behind.fetch(cut):
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    await house.hear(house.opened(subject="after the cut"))
    async with asyncio.timeout(15):
        assert subjects(await waiting) == ["after the cut"]


async def test_beyond_those_who_may_wait_and_at_the_end_nobody_is_kept(database: Database, house: Any) -> None:
    listening, tenant = Listening(database.url), new_id()
    async with asyncio.timeout(10):
        waiting = [listening.waiting(tenant) for _ in range(EACH)]
        woken = [await each.__aenter__() for each in waiting]
        async with listening.waiting(tenant) as one_too_many:
            assert one_too_many is None
        sleeper = asyncio.create_task(listening.signal(woken[0], 25))  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        listening.drain()
        await sleeper
        async with listening.waiting(new_id()) as late:
            assert late is None
        for each in waiting:
            await each.__aexit__(None, None, None)


async def test_what_is_too_old_is_swept_and_its_cursor_is_gone(
    crm: As, house: Any, behind: Any, settings: NotifierSettings, database: Database
) -> None:
    since = await now_at(crm)
    for subject in ("old", "new"):
        await house.hear(house.opened(subject=subject))
    page = await read(crm, since)
    aged = "UPDATE changes SET recorded_at = now() - interval '{}' WHERE tenant_id = $1 AND number <= $2"
    await behind.execute(aged.format("31 days"), house.tenant, number(page["items"][0]["cursor"]))
    assert await Sweeper(settings, database).sweep() >= 1
    assert await Sweeper(settings, database).sweep() == 0
    assert subjects((await crm.get("/changes")).json()) == ["new"]
    assert subjects(await read(crm, page["items"][0]["cursor"])) == ["new"]
    gone = await crm.get(f"/changes?since={since}")
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/cursor-expired")
    assert "since=now" in gone.json()["detail"]
    assert await read(crm, page["next"]) == {"items": [], "next": page["next"], "more": False}


async def test_a_page_costs_one_statement(
    crm: As, house: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.hear(house.opened())
    seen: list[str] = []

    async def counted(tx: Any, statement: str, *values: Any) -> Any:
        seen.append(statement)
        return await fetch(tx, statement, *values)

    monkeypatch.setattr(queries, "fetch", counted)
    engine = database._engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    assert (await crm.get("/changes")).json()["items"]
    assert len(seen) == 1, seen


def received(house: Any, event: Any) -> Any:
    """An event as it arrives."""
    data = event.model_dump(mode="json")
    values = {"id": new_id(), "type": event.type, "tenant_id": house.tenant, "version": 1}
    return type(event).received(Envelope(occurred_at=now(), data=data, **values))


def number(cursor: str) -> int:
    """The place in the feed that a cursor names."""
    decoded = paging.decode(cursor, str, int)
    assert decoded
    found: int = decoded[1]
    return found
