"""Where handlers say what they hear, and how they write whom and what."""

from uuid import UUID

from contracts import Actor
from kit.hears import Hears

hears = Hears()


def name_of(who: Actor) -> str:
    """Keys and the system write in the tenant's name: the letter then names the tenant."""
    return who.name if who.kind in ("contact", "staff") else ""


def text_of(value: UUID | None) -> str | None:
    """An id as letters' data has it."""
    return str(value) if value else None
