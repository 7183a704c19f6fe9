"""A service's worker: the relay, the consumer, the retries, and the service's own timers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from kit.bus import Consumer, Publisher
from kit.db import Database
from kit.inbox import Hears, Inbox, keep_retrying
from kit.outbox import Relay
from kit.settings import ServiceSettings

log = structlog.get_logger()

Task = Callable[[], Awaitable[None]]


class Worker:
    """Everything a service does without being asked over HTTP."""

    def __init__(
        self, settings: ServiceSettings, database: Database, hears: Hears, timers: Sequence[Task] = ()
    ) -> None:
        amqp_url = settings.amqp_url.get_secret_value()
        self._database = database
        self._publisher = Publisher(amqp_url)
        self._inbox = Inbox(database, hears)
        self._consumer = Consumer(amqp_url, settings.service, self._inbox)
        self._relay = Relay(settings.database_url.get_secret_value(), self._publisher.publish)
        self._timers = timers
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; returns at once, for nothing here may keep a request from being answered."""
        work: list[Task] = [self._relay.run, self._consumer.run, self._retry, *self._timers]
        self._tasks = [asyncio.create_task(_kept_alive(task)) for task in work]

    async def stop(self) -> None:
        """Let deliveries in hand finish, then stop. What was not acknowledged comes again."""
        if not self._tasks:
            return
        await self._consumer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._publisher.close()
        self._tasks = []

    async def _retry(self) -> None:
        await keep_retrying(self._inbox, self._database)


async def _kept_alive(task: Task) -> None:
    """Run a task that should never end; one that fails is said and begun again."""
    while True:
        try:
            await task()
            return
        except Exception as error:
            log.error("worker.task_failed", task=getattr(task, "__qualname__", repr(task)), exc_info=error)
            await asyncio.sleep(2)
