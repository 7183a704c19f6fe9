"""The process as it is deployed: events in by RabbitMQ, mails out by SMTP, killed in between."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import httpx
import pytest

from contracts import Event
from contracts.event import Envelope
from kit.caller import HEADER
from kit.ids import new_id, now
from kit.testing import PUBLIC_KEY, SEALING_KEY, SIGNER, staff
from stack import databases
from stack.testing import Mailbox, Parts

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Process:
    """One notifier with its worker inside."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.url = f"http://127.0.0.1:{env['PORTICO_PORT']}"
        self.ops = f"http://127.0.0.1:{env['PORTICO_OPS_PORT']}"

    @asynccontextmanager
    async def running(self, **extra: str) -> AsyncIterator[asyncio.subprocess.Process]:
        program = await asyncio.create_subprocess_exec(sys.executable, "-m", "notifier.main", env=self.env | extra)
        try:
            yield program
        finally:
            if program.returncode is None:
                program.send_signal(signal.SIGTERM)
            await asyncio.wait_for(program.wait(), 30)

    async def answers(self, path: str) -> httpx.Response | None:
        async with httpx.AsyncClient() as client:
            try:
                return await client.get(path)
            except httpx.TransportError:
                return None


async def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.2)
        return found


@pytest.fixture
def process(
    service_database: Callable[[str], databases.Database],
    amqp_url: str,
    parts: Parts,
    unused_tcp_port_factory: Callable[[], int],
) -> Process:
    return Process(
        {
            "PATH": os.environ["PATH"],
            "PORTICO_PORT": str(unused_tcp_port_factory()),
            "PORTICO_OPS_PORT": str(unused_tcp_port_factory()),
            "PORTICO_DATABASE_URL": service_database("notifier").app_url,
            "PORTICO_AMQP_URL": amqp_url,
            "PORTICO_CALLER_PUBLIC_KEY": PUBLIC_KEY,
            "PORTICO_MAIL_KEYS": SEALING_KEY,
            "PORTICO_INLINE_WORKER": "true",
            "PORTICO_SMTP_HOST": parts.smtp.host,
            "PORTICO_SMTP_PORT": str(parts.smtp.port),
            "PORTICO_SMTP_USERNAME": parts.smtp.username,
            "PORTICO_SMTP_PASSWORD": parts.smtp.password,
            "PORTICO_SMTP_TLS": parts.smtp.tls,
            "PORTICO_MAIL_FROM": "Portico <portal@portico.example>",
        }
    )


async def publish(amqp_url: str, house: Any, event: Event) -> None:
    """As the relay of cases does; refused while no queue is bound."""
    envelope = Envelope(
        id=new_id(),
        type=event.type,
        tenant_id=house.tenant,
        occurred_at=now(),
        version=1,
        data=event.model_dump(mode="json"),
    )
    headers: dict[str, Any] = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.declare_exchange("portal.events", aio_pika.ExchangeType.TOPIC, durable=True)
        message = aio_pika.Message(envelope.model_dump_json().encode(), type=event.type, headers=headers)
        await exchange.publish(message, event.type, mandatory=True)


async def published(amqp_url: str, house: Any, event: Event) -> bool:
    try:
        await publish(amqp_url, house, event)
    except aio_pika.exceptions.PublishError:
        return False
    return True


@pytest.mark.parametrize(("failpoint", "handed_over"), [("send.before", 0), ("send.after", 1)])
async def test_a_process_killed_around_a_sending_sends_after_all_under_one_message_id(
    house: Any, behind: Any, process: Process, amqp_url: str, mailbox: Mailbox, failpoint: str, handed_over: int
) -> None:
    """Rule 15, and one trace from the event to the mail."""

    async def letters() -> list[dict[str, Any]]:
        return await asyncio.to_thread(mailbox.messages, house.address("ann"))

    async with process.running(PORTICO_FAILPOINTS=f"{failpoint}=kill") as program:
        await until(lambda: published(amqp_url, house, house.noted("sam", excerpt="Try turning it off.")))
        assert await asyncio.wait_for(program.wait(), 60) == -signal.SIGKILL
    [row] = await house.mails()
    assert (row["state"], len(await letters())) == ("sending", handed_over)
    await behind.execute("UPDATE mails SET next_at = now() WHERE state = 'sending'")
    async with process.running():
        await until(lambda: house.rows("SELECT 1 FROM mails WHERE state = 'sent'"))
    arrived = await letters()
    assert len(arrived) == handed_over + 1
    assert {mail["headers"]["Message-ID"] for mail in arrived} == {f"<{row['id']}@portico.example>"}
    assert {mail["headers"]["X-Portico-Trace"] for mail in arrived} == {TRACE}


@pytest.mark.usefixtures("behind")
async def test_the_process_answers_counts_and_ends_quietly(house: Any, process: Process) -> None:
    await house.hear(house.opened())
    async with process.running() as program:
        await until(lambda: process.answers(f"{process.ops}/readyz"))
        await until(lambda: house.rows("SELECT 1 FROM mails HAVING bool_and(state = 'sent') AND count(*) = 2"))
        token = SIGNER.mint(staff(house.tenant, "mails.read"), "notifier")
        async with httpx.AsyncClient(headers={HEADER: token}) as ada:
            mails = (await ada.get(f"{process.url}/api/v1/mails")).json()["items"]
            outgoing = (await ada.get(f"{process.url}/api/v1/mails/outgoing")).json()
        metrics = await process.answers(f"{process.ops}/metrics")
        program.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(program.wait(), 30) in (0, -signal.SIGTERM)
    assert {mail["state"] for mail in mails} == {"sent"}
    assert outgoing["answers"] is True
    assert metrics is not None
    assert 'portico_mails{state="failed"} 0.0' in metrics.text
    assert "portico_mails_sent_total 2.0" in metrics.text
