"""RabbitMQ: one topic exchange, one quorum queue a service, and nothing sent or heard unconfirmed.

Publishing and consuming have a connection each, so that a broker that blocks publishers still delivers.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractRobustExchange
from aiormq.exceptions import DeliveryError, PublishError
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitMessage, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType
from pydantic import ValidationError

from contracts.event import Envelope
from kit import telemetry
from kit.failpoints import failpoint
from kit.inbox import Inbox
from kit.outbox import Message

log = structlog.get_logger()

EXCHANGE = RabbitExchange("portal.events", type=ExchangeType.TOPIC, durable=True)
PUBLISH_DEADLINE = 10
DELIVERIES = 50
"""Redeliveries the broker allows before it dead-letters; failures of handlers never use them up."""
MEASURED_EVERY = 10
"""Seconds between two looks at how much waits in the queues."""


def queue_of(service: str) -> RabbitQueue:
    """A service's queue: quorum, bounded redelivery, dead-lettered at least once."""
    return RabbitQueue(
        service,
        queue_type=QueueType.QUORUM,
        durable=True,
        arguments={
            "x-delivery-limit": DELIVERIES,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": f"{service}.dead",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def _broker(url: str, prefetch: int | None = None) -> RabbitBroker:
    channel = Channel(prefetch_count=prefetch, publisher_confirms=True, on_return_raises=True)
    return RabbitBroker(url, default_channel=channel, reconnect_interval=1, timeout=10, logger=None, apply_types=False)


async def started(broker: RabbitBroker) -> None:
    """Start a broker's connection, however long it takes to be there."""
    pause = 0.5
    while True:
        try:
            await broker.start()
            return
        except (OSError, TimeoutError, aio_pika.exceptions.AMQPError) as error:
            log.warning("bus.away", error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10)


async def _whole(message: RabbitMessage) -> RabbitMessage:
    """Hand the message over as it came: its headers and its acknowledgement are ours to use."""
    return message


class Publisher:
    """The relay's way out."""

    def __init__(self, url: str) -> None:
        self._broker = _broker(url)
        self._exchange: AbstractRobustExchange | None = None

    async def publish(self, messages: Sequence[Message]) -> set[str]:
        """Send a batch and gather its confirms. Returns the ids that were confirmed."""
        if self._exchange is None:
            await started(self._broker)
            self._exchange = await self._broker.declare_exchange(EXCHANGE)
        sent = await asyncio.gather(*(self._send(self._exchange, message) for message in messages))
        return {message.id for message, ok in zip(messages, sent, strict=True) if ok}

    async def _send(self, exchange: AbstractRobustExchange, message: Message) -> bool:
        outgoing = aio_pika.Message(
            message.body,
            message_id=message.id,
            type=message.type,
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={"traceparent": message.trace},
        )
        try:
            await exchange.publish(outgoing, message.type, mandatory=True, timeout=PUBLISH_DEADLINE)
        except PublishError:
            telemetry.PUBLISH_UNROUTABLE.inc()
            log.error("bus.unroutable", event_type=message.type, event_id=message.id)
            return False
        except (DeliveryError, OSError, TimeoutError, RuntimeError, aio_pika.exceptions.AMQPError) as error:
            telemetry.PUBLISH_FAILED.inc()
            log.warning("bus.publish_failed", event_type=message.type, event_id=message.id, error=repr(error))
            return False
        return True

    async def close(self) -> None:
        """Let the connection go."""
        await self._broker.stop()


class Consumer:
    """A service's queue, bound to what it hears, delivering to its inbox."""

    def __init__(self, url: str, service: str, inbox: Inbox, *, prefetch: int = 64) -> None:
        # On the default channel, because the queue is declared there first and consumed where it was declared.
        self._broker = _broker(url, prefetch)
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


async def _waiting(channel: AbstractChannel, queue: str) -> int:
    declared = await channel.declare_queue(queue, passive=True)
    return declared.declaration_result.message_count or 0
