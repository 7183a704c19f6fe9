"""A service's queue: nothing is acknowledged that was not handled or remembered."""

import asyncio
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel
from faststream import AckPolicy
from faststream.rabbit import RabbitBroker, RabbitMessage, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType
from pydantic import ValidationError

from contracts.event import Envelope
from kit import telemetry
from kit.bus import EXCHANGE, broker, queue_of, started
from kit.failpoints import failpoint
from kit.inbox import Inbox

log = structlog.get_logger()

MEASURED_EVERY = 10
"""Seconds between two looks at how much waits in the queues."""


class Consumer:
    """A service's queue, bound to what it hears, delivering to its inbox."""

    def __init__(self, url: str, service: str, inbox: Inbox, *, prefetch: int = 64) -> None:
        # On the default channel, because the queue is declared there first and consumed where it was declared.
        self._broker = broker(url, prefetch)
        self._service = service
        self._inbox = inbox
        self._subscribe(queue_of(service))

    def _subscribe(self, queue: RabbitQueue) -> None:
        @self._broker.subscriber(queue, ack_policy=AckPolicy.MANUAL, no_reply=True, decoder=_whole)
        async def deliver(message: RabbitMessage) -> None:
            await self._deliver(message)

    async def run(self) -> None:
        """Declare, bind, consume until cancelled."""
        await started(await self._declared())
        while True:
            await self._measure()
            await asyncio.sleep(MEASURED_EVERY)

    async def _declared(self) -> RabbitBroker:
        while True:
            try:
                await self._broker.connect()
                await self._bind()
                return self._broker
            except (OSError, TimeoutError, aio_pika.exceptions.AMQPError) as error:
                log.warning("bus.away", error=repr(error))
                await asyncio.sleep(2)

    async def _bind(self) -> None:
        exchange = await self._broker.declare_exchange(EXCHANGE)
        await self._broker.declare_queue(
            RabbitQueue(f"{self._service}.dead", queue_type=QueueType.QUORUM, durable=True)
        )
        queue = await self._broker.declare_queue(queue_of(self._service))
        for routing_key in self._inbox.table:
            await queue.bind(exchange, routing_key)

    async def _deliver(self, message: RabbitMessage) -> None:
        headers: dict[str, Any] = message.headers
        traceparent = str(headers.get("traceparent", ""))
        try:
            envelope = Envelope.model_validate_json(message.body)
        except ValidationError as error:
            log.error("bus.unreadable", message_id=message.message_id, error=str(error))
            await message.reject(requeue=False)
            return
        await self._inbox.deliver(envelope, message.body, traceparent)
        await failpoint("ack.before")
        await message.ack()
        await failpoint("ack.after")

    async def _measure(self) -> None:
        try:
            # On a channel of its own: the broker object asks once for each queue and then repeats the answer.
            connection = await self._broker.connect()
            async with connection.channel() as channel:
                telemetry.QUEUE_MESSAGES.set(await _waiting(channel, self._service))
                telemetry.DEAD_MESSAGES.set(await _waiting(channel, f"{self._service}.dead"))
        except (OSError, TimeoutError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
            log.warning("bus.unmeasured", error=repr(error))

    async def close(self) -> None:
        """Finish what is in hand, then let the connection go."""
        await self._broker.stop()


async def _whole(message: RabbitMessage) -> RabbitMessage:
    """Hand the message over as it came: its headers and its acknowledgement are ours to use."""
    return message


async def _waiting(channel: AbstractChannel, queue: str) -> int:
    declared = await channel.declare_queue(queue, passive=True)
    return declared.declaration_result.message_count or 0
