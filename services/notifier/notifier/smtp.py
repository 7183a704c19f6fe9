"""The outgoing mail server: the only room that speaks SMTP."""

import asyncio
import socket
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from notifier.service import Outcome
from notifier.settings import NotifierSettings

log = structlog.get_logger()

COMMAND_SECONDS = 20
"""For the answer to one command, or for connecting."""
MAIL_SECONDS = 60
"""For one mail from MAIL FROM to the final answer."""
CLOSING = 421
"""The server's "I am going away", at any moment."""


class ServerAway(Exception):
    """The server cannot be used at all: no mail's fault. Says why in a sentence without addresses."""


class Server:
    """One connection, opened when first needed and used for mail after mail."""

    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.mail_from)[1]
        self._smtp: SMTP | None = None

    async def hand_over(self, letter: EmailMessage, recipient: str) -> Outcome:
        """Give one letter to the server. Raises ServerAway when it was certainly not given to anybody."""
        smtp = await self.ready()
        try:
            async with asyncio.timeout(MAIL_SECONDS):
                await smtp.send_message(letter, sender=self._sender, recipients=[recipient])
        except SMTPSenderRefused as error:
            self.drop()
            raise ServerAway(f"The mail server refused our own address: {_answer(error)}.") from error
        except SMTPRecipientsRefused as error:
            return _judged(error.recipients[0])
        except SMTPResponseException as error:
            if error.code == CLOSING:
                self.drop()
            return _judged(error)
        except (SMTPNotSupported, ValueError) as error:
            return Outcome("failed", f"No mail can be sent to this address: {error}")
        except (SMTPException, OSError, TimeoutError) as error:
            # The connection broke, or the answer did not come: the server may have taken the mail.
            self.drop()
            log.warning("mail.cut", error=repr(error))
            return Outcome("unknown", f"The connection broke while sending: {type(error).__name__}")
        return Outcome("sent")

    async def ready(self) -> SMTP:
        """The connection, known to answer. Raises ServerAway."""
        if self._smtp is not None and not await _answers(self._smtp):
            self.drop()
        if self._smtp is None:
            self._smtp = await self._connected()
        return self._smtp

    async def _connected(self) -> SMTP:
        if not self._settings.smtp_host or "@" not in self._sender:
            raise ServerAway("No outgoing mail server is configured (PORTICO_SMTP_HOST and PORTICO_MAIL_FROM).")
        smtp = SMTP(**_options(self._settings))
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await smtp.connect()
                await smtp.noop()
        except (SMTPException, OSError, TimeoutError) as error:
            smtp.close()
            log.warning("mail.server_away", error=repr(error))
            raise ServerAway(_why(error)) from error
        return smtp

    def drop(self) -> None:
        """Let a broken connection go without a word."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            async with asyncio.timeout(2):
                await smtp.quit()
        except (SMTPException, OSError, TimeoutError):
            smtp.close()


def _options(settings: NotifierSettings) -> dict[str, Any]:
    login = {"username": settings.smtp_username, "password": settings.smtp_password.get_secret_value()}
    return {
        "hostname": settings.smtp_host,
        "port": settings.smtp_port,
        "use_tls": settings.smtp_tls == "tls",
        "start_tls": settings.smtp_tls == "starttls",
        "local_hostname": socket.gethostname(),
        "timeout": COMMAND_SECONDS,
        **(login if settings.smtp_username else {}),
    }


async def _answers(smtp: SMTP) -> bool:
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            await smtp.noop()
    except (SMTPException, OSError, TimeoutError):
        return False
    return True


def _judged(error: SMTPResponseException) -> Outcome:
    return Outcome("queued" if error.code < 500 else "failed", f"The mail server said: {_answer(error)}")


def _answer(error: SMTPResponseException) -> str:
    return f"{error.code} {error.message}"[:300]


def _why(error: Exception) -> str:
    if isinstance(error, SMTPAuthenticationError):
        return "The mail server refused our login."
    if isinstance(error, SMTPResponseException):
        return f"The mail server answered {error.code}."
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    return "The mail server could not be reached."
