"""Setting a portal up: what is looked at first, and the act itself."""

from datetime import datetime
from typing import Literal

from kit.schemas import Input, View

CheckName = Literal["company", "support_email", "key", "logo", "address", "phone", "duty"]


class Check(View):
    """F008: one thing a portal should have; where it is `needed`, the portal is not set up without it."""

    name: CheckName
    ok: bool
    needed: bool
    sentence: str
    """What to do about it."""


class Checks(View):
    """F008: the list, and when the portal was set up, if it was."""

    checks: list[Check]
    installed_at: datetime | None


class Install(Input):
    """F007: set the portal up; `anyway` leaves for later what only warns."""

    anyway: bool = False


class Installed(Checks):
    """F007: a portal that is set up, and the publishable key its public link needs."""

    api_key: str
