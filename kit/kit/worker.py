"""A service's worker: the relay, the consumer, the retries, and the service's own timers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from kit.away import is_away
from kit.consumer import Consumer
from kit.db import Database
from kit.hears import Hears
from kit.inbox import Inbox
from kit.outbox import Relay
from kit.publisher import Publisher
from kit.retrying import keep_retrying
from kit.settings import ServiceSettings

log = structlog.get_logger()

Task = Callable[[], Awaitable[None]]
PATIENCE = 20.0
"""Seconds a task has to end before it is told again; longer than any takes to finish what it has in hand."""


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
        await ended(self._tasks)
        await self._publisher.close()
        self._tasks = []

    async def _retry(self) -> None:
        await keep_retrying(self._inbox, self._database)


async def ended(tasks: Sequence[asyncio.Task[None]], patience: float = PATIENCE) -> None:
    """Stop tasks, and wait until they have.

    Told again and again: `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes in the moment of its
    result, and libraries wait with it, so a task that never ends would go on as if nothing had been said.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience)


async def take_turns(
    turn: Callable[[], Awaitable[object]],
    seconds: float,
    postponed: str,
    away: Callable[[BaseException], bool] = is_away,
) -> None:
    """A timer: a turn every so many seconds, until cancelled. One that met a part that was `away` is logged under the
    name `postponed`, and left to the next."""
    while True:
        try:
            await turn()
        except Exception as error:
            if not away(error):
                raise
            log.warning(postponed, error=repr(error))
        await asyncio.sleep(seconds)


async def _kept_alive(task: Task) -> None:
    """Run a task that should never end; one that fails is said and begun again."""
    while True:
        try:
            await task()
            return
        except Exception as error:
            log.error("worker.task_failed", task=getattr(task, "__qualname__", repr(task)), exc_info=error)
            await asyncio.sleep(2)
