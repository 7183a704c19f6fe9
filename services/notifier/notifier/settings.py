"""Configuration of notifier."""

from typing import Literal

from pydantic import SecretStr

from kit.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """Which server takes our mail. Only the worker talks to it, so only the worker must be told."""

    service: str = "notifier"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    mail_from: str = ""
    """The address mails come from, bare or as `Name <address>`; its domain stands in every Message-ID."""
