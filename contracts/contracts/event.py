"""The shape every event shares, and the one list of all events."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr

EVENTS: dict[str, type["Event"]] = {}
"""Every declared event by its type, which is also its routing key."""


class Envelope(BaseModel):
    """What surrounds an event on the wire. Trace context travels in the headers.

    `version` is the subject's own version: a hearer ignores what is older than what it has.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    type: str
    tenant_id: UUID
    occurred_at: datetime
    version: int
    data: dict[str, Any]


class Event(BaseModel):
    """A fact, in the past tense. Fields may be added; anything else is a new version beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    read_with: ClassVar[str | None] = None
    """The scope with which a tenant's key hears of it in the changes feed; None, and said so, for what stays inside."""
    _envelope: Envelope | None = PrivateAttr(default=None)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "type" in cls.__dict__:
            EVENTS[cls.type] = cls

    @property
    def public(self) -> bool:
        """May the tenant's own programs hear of it, with the right for that?"""
        return self.read_with is not None

    @property
    def internal(self) -> bool:
        """Is it what staff say among themselves? Of that the tenant's own programs hear with one more right."""
        return getattr(self, "visibility", "customer") == "internal"

    @property
    def envelope(self) -> Envelope:
        """The envelope this event arrived in; only a received event has one."""
        if self._envelope is None:
            raise LookupError(f"{self.type} was not received, so it has no envelope")
        return self._envelope

    @classmethod
    def received(cls, envelope: Envelope) -> "Event":
        """The event inside an envelope, as the class that declares its type."""
        event = EVENTS[envelope.type].model_validate(envelope.data)
        event._envelope = envelope
        return event


class Actor(BaseModel):
    """Who did it, as others may show them."""

    model_config = ConfigDict(frozen=True)

    id: UUID | None
    kind: str
    name: str
