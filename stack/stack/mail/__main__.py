"""A mail server that keeps what it gets and sends nothing on. Development only."""

import asyncio
import logging
import os
import signal
from hmac import compare_digest
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from stack.mail.box import Box
from stack.mail.pages import application

SIZE_LIMIT = 26_000_000
log = logging.getLogger("portico.mail")


class Keeper:
    """What the server does with a mail."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Acknowledge only what is on disk."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        name = self.box.keep(envelope.mail_from or "", [str(to) for to in envelope.rcpt_tos], content)
        log.info("kept %s for %s", name, ", ".join(map(str, envelope.rcpt_tos)))
        return f"250 OK kept as {name}"


class Login:
    """The one account."""

    def __init__(self, username: str, password: str) -> None:
        self.expected = username.encode(), password.encode()

    def __call__(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        """`handled=False` lets the server answer the refusal; otherwise the client waits for ever."""
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        right = compare_digest(data.login, self.expected[0]) and compare_digest(data.password, self.expected[1])
        return AuthResult(success=right, handled=False)


def session(box: Box, login: Login) -> SMTP:
    """The protocol of one connection."""
    return SMTP(
        Keeper(box),
        hostname="localhost",
        loop=asyncio.get_running_loop(),
        data_size_limit=SIZE_LIMIT,
        enable_SMTPUTF8=True,
        authenticator=login,
        auth_required=True,
        auth_require_tls=False,
    )


async def main() -> None:
    """Serve both ports until told to stop."""
    env = os.environ
    box = Box(Path(env["PORTICO_MAILBOX_FOLDER"]))
    login = Login(env["PORTICO_SMTP_USERNAME"], env["PORTICO_SMTP_PASSWORD"])
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    smtp = await loop.create_server(lambda: session(box, login), "127.0.0.1", int(env["PORTICO_SMTP_PORT"]))
    runner = web.AppRunner(application(box), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(env["PORTICO_MAILBOX_PORT"])).start()
    await stop.wait()
    smtp.close()
    await runner.cleanup()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(main())
