"""Sending over real SMTP: to the sink, and to servers that refuse, hang up or are not there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from kit.db import Database
from kit.worker import ended
from notifier import outgoing, service, smtp
from notifier.outgoing import Outgoing
from notifier.settings import NotifierSettings
from stack.testing import Mailbox, Parts


@pytest.fixture
def sink(settings: NotifierSettings, parts: Parts) -> NotifierSettings:
    """Told of the real mail sink."""
    server = parts.smtp
    return settings.model_copy(
        update={
            "smtp_host": server.host,
            "smtp_port": server.port,
            "smtp_username": server.username,
            "smtp_password": SecretStr(server.password),
            "smtp_tls": server.tls,
        }
    )


@asynccontextmanager
async def sending(settings: NotifierSettings, database: Database) -> AsyncIterator[None]:
    """The timers of a worker, running."""
    tasks = [asyncio.create_task(_run(timer)) for timer in Outgoing(settings, database).timers()]
    try:
        yield
    finally:
        await ended(tasks)


async def _run(timer: Callable[[], Awaitable[None]]) -> None:
    await timer()


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """Wait for what must come true."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.1)
        return found


async def states(house: Any) -> dict[str, str]:
    return {row["template"]: row["state"] for row in await house.mails()}


class Faulty:
    """An SMTP server that answers as it is told, and counts what it took."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", *, hang_up: bool = False) -> None:
        self.rcpt, self.data, self.hang_up = rcpt, data, hang_up
        self.taken: list[bytes] = []
        self.connections = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, replies: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        self.connections += 1
        return replies

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.content)
        if self.hang_up:
            server.transport.abort()
        return self.data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(
    settings: NotifierSettings, faulty: Faulty, port: int | None = None, *, utf8: bool = True
) -> Iterator[NotifierSettings]:
    controller = Controller(faulty, hostname="127.0.0.1", port=port or free_port(), enable_SMTPUTF8=utf8)
    controller.start()
    try:
        yield settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": controller.port, "smtp_tls": "none"})
    finally:
        controller.stop()


@pytest.mark.usefixtures("behind")
async def test_a_mail_reaches_the_mailbox_with_the_events_trace(
    house: Any, sink: NotifierSettings, database: Database, mailbox: Mailbox
) -> None:
    await house.rows("UPDATE people SET name = 'Änn Ärcher' WHERE id = $1", house.ann)
    async with sending(sink, database):
        await house.hear(house.noted("sam", excerpt="Try turning it off."))
        [mail] = await until(lambda: asyncio.to_thread(mailbox.messages, house.address("ann")))
        await until(lambda: sent(house))
    [row] = await house.mails()
    assert mail["subject"] == "[CASE-1042] New on your case: Printer offline"
    assert "Try turning it off." in mail["text"]
    assert mail["to"] == f"Änn Ärcher <{house.address('ann')}>"
    assert mail["headers"]["Message-ID"] == f"<{row['id']}@portico.example>"
    assert (row["tries"], row["error"], row["next_at"]) == (1, None, None)


async def sent(house: Any) -> bool:
    """Whether every mail is; several may be of one template."""
    return {row["state"] for row in await house.mails()} == {"sent"}


async def test_a_batch_goes_over_few_connections(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    for number in range(12):
        await house.hear(house.noted("sam", reference=f"CASE-{number}"))
    with answering(settings, server := Faulty()) as told:
        async with sending(told, database):
            await until(lambda: sent(house))
    assert len(server.taken) == 12
    assert server.connections <= outgoing.LANES + 1, "one a lane, and one that looks whether the server answers"


async def test_one_mail_is_sent_by_one_of_many_workers(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    for number in range(10):
        await house.hear(house.noted("sam", reference=f"CASE-{number}"))
    with answering(settings, server := Faulty()) as told:
        async with sending(told, database), sending(told, database):
            await until(lambda: sent(house))
    assert len(server.taken) == 10


@pytest.mark.parametrize(
    ("server", "state", "error"),
    [
        (Faulty(rcpt="451 Try later"), "queued", "451"),
        (Faulty(data="452 Full"), "queued", "452"),
        (Faulty(rcpt="550 No such user"), "failed", "550"),
        (Faulty(data="554 Spam"), "failed", "554"),
        (Faulty(hang_up=True), "unknown", "broke"),
    ],
    ids=["451 at RCPT", "452 at DATA", "550 at RCPT", "554 at DATA", "hangs up"],
)
async def test_what_the_server_says_decides_what_becomes_of_a_mail(
    house: Any, settings: NotifierSettings, database: Database, behind: Any, server: Faulty, state: str, error: str
) -> None:
    await house.hear(house.noted("sam"))
    with answering(settings, server) as told:
        async with sending(told, database):
            [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE tries = 1"))
    assert (row["state"], error in row["error"]) == (state, True)
    assert (row["next_at"] is None) == (state == "failed")


async def test_a_temporary_refusal_is_tried_again_and_given_up_after_the_last_try(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    await house.hear(house.noted("sam"))
    await behind.execute("UPDATE mails SET tries = $1", service.MOST_TRIES - 2)
    with answering(settings, server := Faulty(rcpt="451 Try later")) as told:
        async with sending(told, database):
            await until(lambda: house.rows("SELECT 1 FROM mails WHERE tries = $1", service.MOST_TRIES - 1))
            await behind.execute("UPDATE mails SET next_at = now() WHERE state = 'queued'")
            [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE state = 'failed'"))
    assert row["tries"] == service.MOST_TRIES
    assert server.taken == []


def test_the_waits_grow_from_seconds_to_hours_and_never_agree() -> None:
    waits = [service.back_off(tries).total_seconds() for tries in range(1, service.MOST_TRIES)]
    assert waits[0] < 20
    assert waits[-1] > 3 * 3600 * 0.75
    assert 8 * 3600 < sum(waits) < 40 * 3600
    assert len({service.back_off(3) for _ in range(20)}) > 1


async def test_a_server_that_is_away_costs_no_try_and_is_found_again_by_itself_f202(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    port = free_port()
    away = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"})
    async with sending(away, database):
        await house.hear(house.opened())
        [row] = await until(
            lambda: house.rows("SELECT * FROM mails WHERE error IS NOT NULL AND template = 'case_received'")
        )
        assert (row["state"], row["tries"]) == ("queued", 0)
        assert row["error"] == "The mail server could not be reached."
        [looked] = await until(lambda: behind.fetch("SELECT * FROM outgoing WHERE NOT answers"))
        assert looked["error"] == "The mail server could not be reached."
        with answering(settings, server := Faulty(), port):
            await until(lambda: sent(house), 40)
    assert len(server.taken) == 2


async def test_a_mail_gives_up_on_a_server_that_stays_away_for_days(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    await house.hear(house.noted("sam"))
    await behind.execute("UPDATE mails SET created_at = now() - interval '3 days'")
    async with sending(settings, database):
        [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE state = 'failed'"))
    assert row["error"].startswith("No outgoing mail server is configured")


async def test_a_refused_login_is_the_servers_trouble_and_no_mails(
    house: Any, sink: NotifierSettings, database: Database, behind: Any
) -> None:
    await house.hear(house.noted("sam"))
    wrong = sink.model_copy(update={"smtp_password": SecretStr("wrong")})
    async with sending(wrong, database):
        [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE error IS NOT NULL"))
    assert (row["state"], row["error"]) == ("queued", "The mail server refused our login.")


@pytest.mark.parametrize("kind", ["notification", "credential"])
async def test_a_sending_cut_at_an_unknown_moment_is_repeated_for_notifications_only(
    house: Any, settings: NotifierSettings, database: Database, behind: Any, kind: str
) -> None:
    """Rule 15: the same Message-ID again; a credential stays in doubt and the person asks again."""
    await house.hear(house.noted("sam"))
    await behind.execute("UPDATE mails SET kind = $1", kind)
    await house.hear(house.closed("sam"))
    async with database.transaction(None) as tx:
        held = await service.take_mail(tx)
    assert held is not None
    assert held.template == "case_answered"
    await behind.execute("UPDATE mails SET next_at = now() - interval '1 second' WHERE state = 'sending'")
    with answering(settings, server := Faulty()) as told:
        async with sending(told, database):
            await until(lambda: house.rows("SELECT 1 FROM mails WHERE template = 'case_closed' AND state = 'sent'"))
            if kind == "notification":
                await until(lambda: sent(house))
    [row] = await house.rows("SELECT * FROM mails WHERE template = 'case_answered'")
    repeated = any(f"<{row['id']}@portico.example>".encode() in letter for letter in server.taken)
    if kind == "notification":
        assert (row["state"], row["tries"], repeated) == ("sent", 2, True)
    else:
        assert (row["state"], row["next_at"], repeated) == ("unknown", None, False)
        assert row["error"] == service.CUT


async def test_who_lost_the_lease_does_not_undo_what_another_did(house: Any, database: Database, behind: Any) -> None:
    await house.hear(house.noted("sam"))
    async with database.transaction(None) as tx:
        slow = await service.take_mail(tx)
    await behind.execute("UPDATE mails SET next_at = now() - interval '1 second'")
    async with database.transaction(None) as tx:
        quick = await service.take_mail(tx)
    assert slow is not None
    assert quick is not None
    async with database.transaction(house.tenant) as tx:
        await service.conclude(tx, slow, service.Outcome("failed", "too late"))
        await service.give_back(tx, slow, "too late", 1)
    assert (await house.mails())[0]["state"] == "sending"
    async with database.transaction(house.tenant) as tx:
        await service.conclude(tx, quick, service.Outcome("sent"))
    async with database.transaction(house.tenant) as tx:
        await service.conclude(tx, slow, service.Outcome("queued", "too late"))
    assert (await house.mails())[0]["state"] == "sent"


async def test_a_mail_in_hand_is_finished_when_the_worker_is_told_to_stop(
    house: Any, settings: NotifierSettings, database: Database, behind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = asyncio.Event()

    async def slowly(name: str) -> None:
        if name == "send.before":
            reached.set()
            await asyncio.sleep(1)

    monkeypatch.setattr(outgoing, "failpoint", slowly)
    await house.hear(house.noted("sam"))
    with answering(settings, Faulty()) as told:
        async with sending(told, database):
            await asyncio.wait_for(reached.wait(), 10)
    assert await states(house) == {"case_answered": "sent"}


@pytest.mark.parametrize("changed", [{"email_opt_out": True}, {"portal_enabled": False}])
async def test_a_waiting_mail_is_not_sent_to_who_may_get_none_by_now_f051(
    house: Any, settings: NotifierSettings, database: Database, behind: Any, changed: dict[str, Any]
) -> None:
    await house.hear(house.noted("sam"))
    await house.contact("ann", version=2, **changed)
    with answering(settings, server := Faulty()) as told:
        async with sending(told, database):
            [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE state = 'failed'"))
    assert row["error"] == "The recipient is no longer to be written to."
    assert server.taken == []


async def test_a_letter_that_cannot_be_written_keeps_no_other_from_being_sent(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    await house.hear(house.noted("sam"))
    await behind.execute("UPDATE mails SET template = 'lost'")
    await house.hear(house.closed("sam"))
    with answering(settings, Faulty()) as told:
        async with sending(told, database):
            await until(lambda: house.rows("SELECT 1 FROM mails WHERE state = 'sent'"))
    [lost] = await house.rows("SELECT * FROM mails WHERE template = 'lost'")
    assert (lost["state"], lost["error"]) == ("queued", "The letter could not be written: KeyError")


@pytest.mark.parametrize(("utf8", "state"), [(True, "sent"), (False, "failed")])
async def test_an_address_beyond_ascii_is_sent_to_by_servers_that_can(
    house: Any, settings: NotifierSettings, database: Database, behind: Any, utf8: bool, state: str
) -> None:
    await house.contact("ann", version=2, email="jörg@exämple.example")
    await house.hear(house.noted("sam"))
    with answering(settings, Faulty(), utf8=utf8) as told:
        async with sending(told, database):
            [row] = await until(lambda: house.rows("SELECT * FROM mails WHERE tries = 1"))
    assert row["state"] == state


async def test_mails_are_counted_by_state(
    house: Any, settings: NotifierSettings, database: Database, behind: Any
) -> None:
    await house.hear(house.opened())
    await behind.execute("UPDATE mails SET state = 'failed', next_at = NULL WHERE template = 'case_received'")
    await behind.execute("UPDATE mails SET next_at = now() + interval '1 hour' WHERE state = 'queued'")

    async def counted() -> bool:
        numbers = {
            state: outgoing.MAILS.labels(state)._value.get() for state in ("queued", "sending", "failed", "unknown")
        }
        return numbers == {"queued": 1, "sending": 0, "failed": 1, "unknown": 0}

    async with sending(settings, database):
        await until(counted)


async def test_a_blackhole_is_given_up_on_in_time(settings: NotifierSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        told = settings.model_copy(
            update={"smtp_host": "127.0.0.1", "smtp_port": silent.getsockname()[1], "smtp_tls": "none"}
        )
        with pytest.raises(smtp.ServerAway, match="did not answer in time"):
            await smtp.Server(told).ready()
