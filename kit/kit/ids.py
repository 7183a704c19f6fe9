"""Ids and times, made here and nowhere else."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from uuid_utils import compat

_NAMESPACE = UUID("6f1c1c7e-5a57-5f0e-9d3c-0b8a1a1f6f10")


def new_id() -> UUID:
    """A UUIDv7: sorts by the time it was made."""
    return compat.uuid7()


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, for what must exist once however often it is made."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
