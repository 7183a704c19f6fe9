"""The relay's way out to RabbitMQ: nothing is sent that is not confirmed."""

import asyncio
from collections.abc import Sequence

import aio_pika
import structlog
from aio_pika.abc import AbstractRobustExchange
from aiormq.exceptions import DeliveryError, PublishError

from kit import telemetry
from kit.bus import EXCHANGE, broker, started
from kit.outbox import Message

log = structlog.get_logger()

PUBLISH_DEADLINE = 10


class Publisher:
    """The relay's way out."""

    def __init__(self, url: str) -> None:
        self._broker = broker(url)
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
