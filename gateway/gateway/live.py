"""Open case pages that change by themselves: events of the bus become "changed" signals over SSE.

Each gateway process hears all case events on a queue of its own that ends with its connection. A signal says
that something changed and never what: the page then asks for itself, as the caller it belongs to. With the bus
away every page is sent to look at each sign of life, and all at once when the bus is back.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from pydantic import ValidationError

from contracts import (
    CaseChanged,
    CaseClosed,
    CaseMerged,
    CaseNoteAdded,
    CaseOpened,
    CaseRated,
    CaseReopened,
    CaseReplyBegun,
    CaseWatched,
    DocumentLinked,
    Envelope,
)
from gateway.limits import TooManyRequests
from gateway.settings import GatewaySettings
from kit.bus import EXCHANGE
from kit.worker import ended

log = structlog.get_logger()

HEARD = (
    *(CaseOpened, CaseNoteAdded, CaseChanged, CaseClosed, DocumentLinked),
    *(CaseReopened, CaseWatched, CaseMerged, CaseRated, CaseReplyBegun),
)
HEARTBEAT = 15.0
"""Seconds between signs of life, so that proxies keep a quiet stream."""
RECHECK = 4.0
"""Seconds between two looks at whether the reader may still read."""
AGAIN = 2.0
"""Seconds before the bus is tried again."""

OPENED = b"retry: 3000\n\n"
CHANGED = b"event: changed\ndata: {}\n\n"
STILL_HERE = b": still here\n\n"
"""What a stream may say: never a word about what changed."""

Topic = tuple[UUID, UUID]
"""A tenant and one of its cases."""


class Stream:
    """One open page. Signals fold into one, so a slow reader holds nothing up."""

    def __init__(self, sees_internal: bool) -> None:
        self.sees_internal = sees_internal
        self._woken = asyncio.Event()

    def signal(self) -> None:
        """Something changed."""
        self._woken.set()

    def signal_later(self, seconds: float) -> None:
        """Say again in a while what could not be passed on now."""
        asyncio.get_running_loop().call_later(seconds, self.signal)

    async def wait(self, seconds: float) -> bool:
        """Wait for a signal, not longer than this. True when there was one."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        signalled = self._woken.is_set()
        self._woken.clear()
        return signalled


class Live:
    """The open streams of this process, and the queue that wakes them."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._streams: dict[Topic, set[Stream]] = defaultdict(set)
        self._open: Counter[object] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._connection: AbstractConnection | None = None
        self.hears = asyncio.Event()
        self.draining = False

    def start(self) -> None:
        """Begin to hear; returns at once, for no page waits for the bus."""
        self._task = asyncio.create_task(self._hear())

    def drain(self) -> None:
        """End every stream now: browsers come back to another process by themselves."""
        self.draining = True
        self._wake_all()

    def _wake_all(self) -> None:
        for streams in self._streams.values():
            for stream in streams:
                stream.signal()

    async def stop(self) -> None:
        """Hear no more."""
        self.drain()
        if self._task is not None:
            # A cancellation can be lost in the moment in which a connection is refused (see `ended`).
            await ended([self._task], AGAIN)

    def admit(self, whose: object) -> None:
        """Raises TooManyRequests beyond what one person, or this process, may hold open."""
        full = self._open.total() >= self._settings.live_streams
        if full or self.draining or self._open[whose] >= self._settings.live_streams_each:
            raise TooManyRequests(headers={"retry-after": "30"})

    @contextmanager
    def stream(self, topic: Topic, whose: object, *, sees_internal: bool) -> Iterator[Stream]:
        """A stream for as long as its page is open."""
        stream = Stream(sees_internal)
        self._streams[topic].add(stream)
        self._open[whose] += 1
        try:
            yield stream
        finally:
            self._close(topic, whose, stream)

    def _close(self, topic: Topic, whose: object, stream: Stream) -> None:
        self._streams[topic].discard(stream)
        if not self._streams[topic]:
            del self._streams[topic]
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]

    async def _hear(self) -> None:
        while True:
            try:
                await self._consume()
            except (OSError, TimeoutError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
                log.warning("bus.away", error=repr(error))
            self.hears.clear()
            await asyncio.sleep(AGAIN)

    async def _consume(self) -> None:
        self._connection = await aio_pika.connect(self._settings.amqp_url.get_secret_value(), timeout=10)
        async with self._connection as connection:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=200)
            exchange = await channel.declare_exchange(EXCHANGE.name, aio_pika.ExchangeType.TOPIC, durable=True)
            queue = await channel.declare_queue(exclusive=True, auto_delete=True)
            for event in HEARD:
                await queue.bind(exchange, event.type)
            async with queue.iterator(no_ack=True) as messages:
                self.hears.set()
                self._wake_all()
                async for message in messages:
                    self.heard(message.body)

    def heard(self, body: bytes) -> None:
        """Wake the streams an event concerns. What staff write among themselves wakes staff only."""
        try:
            envelope = Envelope.model_validate_json(body)
            topic = (envelope.tenant_id, UUID(envelope.data["case_id"]))
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            log.warning("live.unreadable", error=repr(error))
            return
        internal = envelope.data.get("visibility") == "internal"
        for stream in self._streams.get(topic, ()):
            if stream.sees_internal or not internal:
                stream.signal()
