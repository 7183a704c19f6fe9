"""Open case pages are told that something changed, through the real bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest

from contracts import Envelope
from gateway.live import Live
from gateway.testing import ANN, ANNS, BRIGHTSIDE, CASE_ID, NORTHWIND, SAMS, Portal, Services, case_view, running
from kit.ids import now

PORTAL = "/portal/northwind/cases/CASE-1042/live"
CONSOLE = "/portal/northwind/console/cases/CASE-1042/live"


@pytest.fixture
def settings(amqp_url: str) -> dict[str, Any]:
    return {"amqp_url": amqp_url}


@pytest.fixture
async def portal(services: Services, settings: dict[str, Any]) -> AsyncIterator[Portal]:
    services.answers[("GET", "/api/v1/cases/CASE-1042")] = (200, case_view())
    services.answers[("GET", f"/api/v1/cases/{CASE_ID}")] = (200, case_view())
    async with running(services, **settings) as portal:
        await portal.parts.live.hears.wait()
        yield portal


@asynccontextmanager
async def following(portal: Portal, path: str = PORTAL, token: str = ANNS) -> AsyncIterator[asyncio.Queue[str]]:
    """The events of a stream, as they come; "end" when it ends."""
    events: asyncio.Queue[str] = asyncio.Queue()
    name = "__Host-console-northwind" if "console" in path else "__Host-portal-northwind"
    headers = portal.browser(token, name) | {"accept": "text/event-stream"}

    async def read() -> None:
        async with portal.http.get(portal.origin + path, headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            async for line in response.content:
                if line.startswith((b"event: ", b"retry: ")):
                    events.put_nowait(line.decode().strip().partition(": ")[2])
        events.put_nowait("end")

    reading = asyncio.create_task(read())
    assert await asyncio.wait_for(events.get(), 20) == "3000"
    yield events
    reading.cancel()


async def say(portal: Portal, name: str, tenant_id: str = NORTHWIND, **data: Any) -> None:
    url = portal.parts.settings.amqp_url.get_secret_value()
    envelope = Envelope(
        id=uuid4(), type=name, tenant_id=UUID(tenant_id), occurred_at=now(), version=1,
        data={"case_id": CASE_ID} | data,
    )  # fmt: skip
    connection = await aio_pika.connect(url)
    async with connection:
        exchange = await (await connection.channel()).get_exchange("portal.events")
        await exchange.publish(aio_pika.Message(envelope.model_dump_json().encode()), name)


async def test_a_reply_is_signalled_without_a_word_of_it(portal: Portal) -> None:
    async with following(portal) as events:
        await say(portal, "case.note_added.v1", visibility="customer", excerpt="hello")
        assert await asyncio.wait_for(events.get(), 20) == "changed"


async def test_an_internal_note_wakes_staff_and_never_the_contact_f110(portal: Portal) -> None:
    async with following(portal) as ann, following(portal, CONSOLE, SAMS) as sam:
        await say(portal, "case.note_added.v1", visibility="internal")
        assert await asyncio.wait_for(sam.get(), 20) == "changed"
        await asyncio.sleep(0.3)
        assert ann.empty()


async def test_with_the_bus_away_pages_are_sent_to_look_and_again_when_it_is_back(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.pages.streams.RECHECK", 0.1)
    monkeypatch.setattr("gateway.pages.streams.HEARTBEAT", 0.5)
    live = portal.parts.live
    async with following(portal) as events:
        await asyncio.sleep(0.8)
        assert events.empty()
        monkeypatch.setattr("gateway.live.AGAIN", 1.5)
        assert live._connection is not None
        await live._connection.close()
        assert await asyncio.wait_for(events.get(), 20) == "changed"
        await asyncio.wait_for(live.hears.wait(), 10)
        await asyncio.sleep(0.3)
        while not events.empty():
            events.get_nowait()
        await asyncio.sleep(0.8)
        assert events.empty()


async def test_other_cases_and_other_tenants_are_not_heard(portal: Portal) -> None:
    async with following(portal) as events:
        await say(portal, "case.changed.v1", BRIGHTSIDE)
        await say(portal, "case.changed.v1", case_id=str(uuid4()))
        await say(portal, "case.changed.v1", case_id="nonsense")
        await say(portal, "document.linked.v1", visibility="customer")
        assert await asyncio.wait_for(events.get(), 20) == "changed"
        assert events.empty()


async def test_who_is_logged_out_hears_no_more_within_five_seconds(portal: Portal, services: Services) -> None:
    async with following(portal) as events:
        del services.sessions[ANNS]
        portal.parts.sessions._recent._kept.clear()
        assert await asyncio.wait_for(events.get(), 20) == "end"


async def test_who_may_no_longer_read_hears_no_more(portal: Portal, services: Services) -> None:
    async with following(portal) as events:
        del services.answers[("GET", f"/api/v1/cases/{CASE_ID}")]
        await say(portal, "case.changed.v1")
        assert await asyncio.wait_for(events.get(), 20) == "end"


async def test_who_may_not_read_the_case_gets_no_stream(portal: Portal, services: Services) -> None:
    headers = portal.browser() | {"accept": "text/event-stream"}
    answer = await portal.get("/portal/northwind/cases/CASE-9/live", headers=headers)
    assert answer.status == 404
    answer = await portal.get(PORTAL, headers={"accept": "text/event-stream"})
    assert answer.status == 401


async def test_one_person_holds_only_so_many(portal: Portal) -> None:
    object.__setattr__(portal.parts.settings, "live_streams_each", 1)
    async with following(portal):
        assert (await portal.get(PORTAL)).status == 429
    while portal.parts.live._open[UUID(ANN)]:
        await asyncio.sleep(0.05)
    assert not portal.parts.live._streams


async def test_a_process_that_drains_ends_its_streams_at_once(portal: Portal) -> None:
    async with following(portal) as events:
        portal.parts.live.drain()
        assert await asyncio.wait_for(events.get(), 2) == "end"
    assert (await portal.get(PORTAL)).status == 429


async def test_the_bus_coming_back_is_heard_again(portal: Portal) -> None:
    async with following(portal) as events:
        assert portal.parts.live._connection is not None
        await portal.parts.live._connection.close()
        while portal.parts.live.hears.is_set():
            await asyncio.sleep(0.01)
        await asyncio.wait_for(portal.parts.live.hears.wait(), 10)
        await say(portal, "case.closed.v1")
        assert await asyncio.wait_for(events.get(), 20) == "changed"


async def test_a_hearing_whose_cancellation_is_lost_ends_all_the_same(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `asyncio.wait_for` loses one that comes in the moment in which a connection is refused."""
    lost = asyncio.Event()

    async def swallow() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            if lost.is_set():
                raise
            lost.set()
            await asyncio.sleep(3600)

    live = Live(portal.parts.settings)
    monkeypatch.setattr("gateway.live.AGAIN", 0.01)
    monkeypatch.setattr(live, "_hear", swallow)
    live.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(live.stop(), 10)
    assert lost.is_set()
