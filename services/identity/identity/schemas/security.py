"""What somebody sees and changes of their own ways in."""

from datetime import datetime
from uuid import UUID

from kit.schemas import View


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
