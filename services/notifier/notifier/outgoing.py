"""Sending: takes due mails one by one, hands each to the server, writes down how it went.

Several lanes work side by side, each with a connection of its own that it keeps while there is mail. A
mail is leased before it is sent and concluded after; a worker that dies in between leaves it `sending`,
and when the lease runs out it is `unknown` (see models.Mail).
"""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from typing import Any

import asyncpg
import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Gauge
from sqlalchemy import text

from kit.away import AWAY, is_away
from kit.db import AnyRow, Database
from kit.failpoints import failpoint
from kit.seal import Seal
from kit.telemetry import span
from kit.worker import Task
from notifier import queries, service
from notifier.letters import Letters
from notifier.policy import withheld_from
from notifier.service import Outcome
from notifier.settings import NotifierSettings
from notifier.smtp import Server, ServerAway

log = structlog.get_logger()

MAILS = Gauge("portico_mails", "Mails that were not sent, by state", ["state"])
ANSWERS = Gauge("portico_mail_server_answers", "1 when the outgoing server answered at the last look")

LANES = 3
POLL_SECONDS = 2.0
"""How often due mails are looked for without a wake-up: back-offs and leases run out silently."""
WATCH_SECONDS = 30
LONGEST_PAUSE = 30.0
DRAIN_SECONDS = 15
"""How long a mail in hand may still take when the worker is told to stop."""


class Outgoing:
    """The worker's timers for mail."""

    def __init__(self, settings: NotifierSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        seal = Seal(settings.mail_keys.get_secret_value())
        self._letters = Letters(settings.mail_from, seal, settings.portal_origin)
        self._wake = asyncio.Event()

    def timers(self) -> Sequence[Task]:
        """What the worker keeps running."""
        return [self.listen, self.watch, *[self.send] * LANES]

    async def listen(self) -> None:
        """Wake the lanes when mails are made or fall due, and count what waits."""
        while True:
            try:
                await self._listen()
            except (*AWAY, asyncpg.PostgresError) as error:
                log.warning("mail.database_away", error=repr(error))
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        url = self._database.url.replace("postgresql+asyncpg://", "postgresql://", 1)
        connection = await asyncpg.connect(url, timeout=5, command_timeout=30)
        try:
            await connection.add_listener("mails", lambda *_: self._wake.set())
            while True:
                for row in await connection.fetch("SELECT state, many FROM mails_state()"):
                    MAILS.labels(row["state"]).set(row["many"])
                self._wake.set()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            connection.terminate()

    async def watch(self) -> None:
        """F202: look again and again whether the server answers, and write it down for staff to see."""
        while True:
            error = await self._look()
            ANSWERS.set(error is None)
            async with self._database.transaction(None) as tx:
                await tx.execute(text("SELECT outgoing_note(:error)"), {"error": error})
            await asyncio.sleep(WATCH_SECONDS)

    async def _look(self) -> str | None:
        server = Server(self._settings)
        try:
            await server.ready()
        except ServerAway as away:
            return str(away)
        finally:
            await server.close()
        return None

    async def send(self) -> None:
        """One lane: send what is due, then wait; a server that is away is asked again ever more slowly."""
        server = Server(self._settings)
        try:
            while True:
                await self._send_all(server)
                await server.close()
                await self._wake.wait()
                self._wake.clear()
        finally:
            await server.close()

    async def _send_all(self, server: Server) -> None:
        pause = 1.0
        while True:
            try:
                if not await _finished(self._send_one(server, pause)):
                    return
                pause = 1.0
            except ServerAway:
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("mail.database_away", error=repr(error))
                await asyncio.sleep(1)

    async def _send_one(self, server: Server, pause: float) -> bool:
        """Send the next due mail. Returns whether there was one."""
        async with self._database.transaction(None) as tx:
            mail = await service.take_mail(tx)
        if mail is None:
            return False
        with span(f"send {mail.template}", mail.trace, SpanKind.PRODUCER):
            try:
                outcome = await self._sent(server, mail)
            except ServerAway as away:
                async with self._database.transaction(mail.tenant_id) as tx:
                    await service.give_back(tx, mail, str(away), pause)
                raise
            async with self._database.transaction(mail.tenant_id) as tx:
                await service.conclude(tx, mail, outcome)
            log.info("mail", mail_id=str(mail.id), template=mail.template, state=outcome.state, error=outcome.error)
        return True

    async def _sent(self, server: Server, mail: AnyRow) -> Outcome:
        async with self._database.transaction(mail.tenant_id) as tx:
            known = await queries.known_of(tx, mail)
        if known is None or withheld_from(mail, known):
            return Outcome("failed", "The recipient is no longer to be written to.")
        try:
            letter = self._letters.written(mail, known)
        except Exception as error:  # a letter that cannot be written must not keep the others from being sent
            log.exception("mail.unwritable", mail_id=str(mail.id), template=mail.template)
            return Outcome("queued", f"The letter could not be written: {type(error).__name__}")
        await failpoint("send.before")
        outcome = await server.hand_over(letter, mail.recipient)
        await failpoint("send.after")
        return outcome


async def _finished(work: Coroutine[Any, Any, bool]) -> bool:
    """Run to the end what must not be cut in the middle, even when told to stop."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait({task}, timeout=DRAIN_SECONDS)
        if done and (error := task.exception()):
            log.warning("mail.cut_at_the_end", error=repr(error))
        raise
