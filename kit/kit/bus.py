"""RabbitMQ: one topic exchange, one quorum queue a service, and nothing sent or heard unconfirmed.

Publishing and consuming have a connection each, so that a broker that blocks publishers still delivers.
"""

import asyncio

import aio_pika
import structlog
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue
from faststream.rabbit.schemas.queue import QueueType

log = structlog.get_logger()

EXCHANGE = RabbitExchange("portal.events", type=ExchangeType.TOPIC, durable=True)
DELIVERIES = 50
"""Redeliveries the broker allows before it dead-letters; failures of handlers never use them up."""


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


def broker(url: str, prefetch: int | None = None) -> RabbitBroker:
    """A way to RabbitMQ, not yet begun: what is sent is confirmed, and what is routed nowhere comes back."""
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
