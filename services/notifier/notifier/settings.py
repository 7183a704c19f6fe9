"""Configuration of notifier."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from kit.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """Which server takes our mail. Only the worker talks to it, so only the worker must be told."""

    service: str = "notifier"
    portal_origin: str = ""
    """Where browsers find the portal: links in mails lead there; if empty, to where it was when last set up."""
    smtp_host: str = ""
    """The server that takes our mail."""
    smtp_port: int = 587
    """Its port."""
    smtp_username: str = ""
    """Who logs in there; empty for nobody."""
    smtp_password: SecretStr = SecretStr("")
    """The login's password."""
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is protected: not at all, by STARTTLS, or from its first byte."""
    mail_from: str = ""
    """The address mails come from, bare or as `Name <address>`; its domain stands in every Message-ID."""
    mail_keys: SecretStr
    """What letters' secrets are sealed with on their way from identity to notifier: 32 bytes in base64url, the
    newest first, older ones behind commas."""
    changes_days: Annotated[int, Field(ge=1)] = 30
    """How many days the changes feed keeps what it told; whoever asks for older gets 410."""
