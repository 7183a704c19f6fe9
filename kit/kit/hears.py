"""Which functions hear which events."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[AsyncSession, Any], Awaitable[None]]


class UnknownEvent(LookupError):
    """This service does not know the event's type; it is parked until a newer version does."""


class Hears:
    """A service's table of events and the functions that hear them."""

    def __init__(self) -> None:
        self.table: dict[str, list[Handler]] = {}

    def __call__(
        self, *events: type[E]
    ) -> Callable[[Callable[[AsyncSession, E], Awaitable[None]]], Callable[[AsyncSession, E], Awaitable[None]]]:
        """Declare a function as the hearer of these events."""

        def declare(
            handler: Callable[[AsyncSession, E], Awaitable[None]],
        ) -> Callable[[AsyncSession, E], Awaitable[None]]:
            for event in events:
                self.table.setdefault(event.type, []).append(handler)
            return handler

        return declare
