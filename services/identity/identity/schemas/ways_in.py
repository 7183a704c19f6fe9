"""Letting contacts in, and the ways in that begin in a mail: activation, a forgotten password, another password."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from identity.schemas.words import Audience, Module, Modules, Secret, ShownOnce, UserAgent
from kit.schemas import Input, View

Ip = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Typed = Annotated[str, StringConstraints(strip_whitespace=False, max_length=2_000)]
"""A password as it was typed; the sentence for one that is too short or too long is our own."""
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]


class Enabling(Input):
    """F022, F027, F052: portal access for a contact or lead; what is not named stays."""

    support_start_on: date | None = None
    support_end_on: date | None = None
    modules: Modules | None = None

    @model_validator(mode="after")
    def _window(self) -> "Enabling":
        if self.support_start_on and self.support_end_on and self.support_end_on < self.support_start_on:
            raise ValueError("support_end_on is before support_start_on")
        return self


class Warned(View):
    """What whoever let somebody in should know; `kind` is stable, `text` a sentence."""

    kind: Literal["opted_out"]
    text: str


class MayDo(View):
    """What the caller may do about a contact's access as it is now."""

    edit: bool
    welcome: bool
    initial_password: bool


class AccessView(View):
    """How a contact or lead gets in, and how far they have come."""

    contact_id: UUID
    kind: Literal["contact", "lead"]
    email: str
    portal_enabled: bool
    support_start_on: date | None
    support_end_on: date | None
    window_required: bool
    modules: list[Module] | None
    email_opt_out: bool
    invited_at: datetime | None
    activated_at: datetime | None
    last_login_at: datetime | None
    version: int
    warnings: list[Warned]
    may: MayDo


class InitialPassword(View):
    """F030: told this once, to be changed at the first login."""

    email: str
    password: ShownOnce
    seconds: Annotated[int, Field(description="How long a page shows it.")] = 10


class LinkLook(Input):
    """A link from a mail, looked at."""

    audience: Audience = "portal"
    token: Secret


class LinkFor(View):
    """Whose link it is."""

    name: str
    email: str


class Activation(Input):
    """F040: an invitation, taken up with a password."""

    token: Secret
    password: Typed
    ip: Ip
    user_agent: UserAgent = ""


class AnotherLink(Input):
    """An invitation that is over: its holder wants a new one."""

    token: Secret
    ip: Ip


class Forgotten(Input):
    """F045, F046: somebody forgot their password, or their user name, which is their e-mail address."""

    audience: Audience
    what: Literal["password", "username"] = "password"
    email: Address
    ip: Ip
    proven: bool = False
    """F042: a captcha was solved; without, one address has fewer tries, whomever they are about."""


class Reset(Input):
    """F045: another password, by the link of a mail."""

    audience: Audience
    token: Secret
    password: Typed


class PasswordChange(Input):
    """F033: another password, by whoever knows the present one and has this session."""

    audience: Audience
    token: Secret
    old_password: Typed
    password: Typed
    ip: Ip


class SessionKept(View):
    """The session goes on under another token, told this once."""

    token: ShownOnce
