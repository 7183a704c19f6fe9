"""The last door: a session for whoever has proven enough, or a ticket to the step that is still missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.schemas.words import Audience
from identity.service import tokens
from identity.service.sessions import Opening, open_session
from identity.service.tokens import Addressee
from kit.caller import Caller

Factor = Literal["none", "asked", "needed"]
"""Nothing more is asked; a code is asked for; they must have a second factor and have none yet."""

STEPS: dict[Factor, Literal["second_factor", "enrol"]] = {"asked": "second_factor", "needed": "enrol"}
PURPOSES = {"second_factor": "second_factor", "enrol": "enrol_factor"}
"""What the token of each step is for."""


@dataclass(frozen=True)
class Entrance:
    """Where somebody comes in, from where, and how they proved who they are."""

    audience: Audience
    ip: str
    user_agent: str
    method: str
    forgive: str = ""
    """The address whose tries are forgiven."""


@dataclass(frozen=True)
class Started:
    """A session that was opened; its token is told this once."""

    token: str
    expires_at: datetime
    caller: Caller


@dataclass(frozen=True)
class Ticket:
    """The first step is done: this opens the second one, and nothing else."""

    step: Literal["second_factor", "enrol"]
    secret: str
    methods: tuple[str, ...]


Admission = Started | Ticket


def kind_of(audience: Audience) -> Literal["contact", "staff"]:
    """Who comes in there."""
    return "contact" if audience == "portal" else "staff"


async def let_in(
    tx: AsyncSession, entrance: Entrance, person_id: UUID, password_version: int, *, proven: bool
) -> Started:
    """Open the session. Raises LoginRefused when they may not come in any more."""
    here = entrance.audience, person_id, password_version, entrance.ip, entrance.user_agent, entrance.method
    return Started(*await open_session(tx, Opening(*here, forgive=entrance.forgive, proven=proven)))


async def ask_for_more(
    tx: AsyncSession, person: Addressee, factor: Factor, password_version: int, entrance: Entrance
) -> Ticket:
    """A ticket for the step that is missing. The one before is over with it."""
    step = STEPS[factor]
    data = {"audience": entrance.audience, "method": entrance.method, "version": password_version}
    secret = await tokens.issue(tx, PURPOSES[step], person, data=data | {"forgive": entrance.forgive})
    return Ticket(step, secret, ("totp", "recovery_code") if step == "second_factor" else ("totp",))
