"""What somebody sees and changes of their own ways in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from identity.schemas.words import Secret, ShownOnce, UserAgent
from kit.schemas import Input, View

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40)]
"""What an app shows, or a recovery code."""
Setup = Annotated[str, StringConstraints(max_length=1000)]
"""What a page got when it began, sent back as it was."""
Ip = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Typed = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000)]
"""A password, as it was typed."""


class SessionView(View):
    """One login of one browser: which, from where, since when, and whether it is the one that asks."""

    id: UUID
    browser: str | None
    system: str | None
    ip: str
    method: str
    created_at: datetime
    seen_at: datetime
    current: bool


class Sessions(View):
    """Somebody's sessions, the one used last first; never more than a hundred."""

    items: list[SessionView]


class SessionsEnded(View):
    """How many sessions are over with this."""

    ended: int


class PasskeyView(View):
    """A passkey, by the name it was given."""

    id: UUID
    name: str
    host: str
    created_at: datetime
    last_used_at: datetime | None


class SecurityView(View):
    """How somebody proves who they are."""

    has_password: bool
    totp_since: datetime | None
    codes_left: int
    required: bool
    """Does the tenant ask for a second step here?"""
    passkeys: list[PasskeyView]
    """Oldest first; never more than twenty."""


class TotpSetup(View):
    """A new app: what its QR code says, and what to send back with its first code."""

    setup: str
    secret: ShownOnce
    uri: ShownOnce


class TotpConfirm(Input):
    """The first code a new app shows."""

    setup: Setup
    code: Code


class RecoveryCodes(View):
    """Told this once."""

    codes: list[str]


class PasswordAgain(Input):
    """Asked for before something that matters."""

    password: Typed


class Step(Input):
    """Where a step of a login comes from."""

    tenant_id: UUID
    ip: Ip
    user_agent: UserAgent = ""


class SecondStep(Step):
    """The second step of a login: the ticket of the first, and the code."""

    ticket: Secret
    code: Code


class EnrolStep(SecondStep):
    """The same for somebody who has to add an app to come in."""

    setup: Setup


class WhichTicket(Input):
    """A ticket to the second step."""

    tenant_id: UUID
    ticket: Secret


class MagicAsked(Step):
    """An address a link is asked for."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class MagicUsed(Step):
    """A link that is used."""

    token: Secret


class MagicPeek(Input):
    """A link that is looked at."""

    tenant_id: UUID
    token: Secret


class MagicView(View):
    """Whose link it is."""

    email: str


class StepNeeded(View):
    """The first step of a login is done: what comes next, and the ticket to it."""

    step: Literal["second_factor", "enrol"]
    ticket: ShownOnce
    methods: list[Literal["totp", "recovery_code"]]


class Enrolled(View):
    """The app was added and the session is open; all of it is told this once."""

    token: ShownOnce
    expires_at: datetime
    codes: Annotated[list[str], Field(max_length=20)]
