"""F059: the PIN somebody signs with."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints, model_validator

from identity.schemas.security import Typed
from kit.schemas import Input, View

Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$")]
"""Four to twelve digits."""


class PinView(View):
    """Whether there is a PIN. A locked one is unlocked by staff; `may_reset`: by oneself, with the password."""

    set_at: datetime | None
    locked: bool
    may_reset: bool


class PinChange(Input):
    """A new PIN, and what proves that it may be set: the PIN before, or the password."""

    pin: Pin
    current_pin: Annotated[str, StringConstraints(max_length=12)] | None = None
    password: Typed | None = None

    @model_validator(mode="after")
    def _one(self) -> "PinChange":
        if (self.current_pin is None) == (self.password is None):
            raise ValueError("send current_pin to change it, or password to set or reset it")
        return self


class PinCheck(Input):
    """Somebody signs: is it their PIN?"""

    tenant_id: UUID
    person_id: UUID
    pin: Annotated[str, StringConstraints(max_length=100)]


class PinRight(View):
    """It is."""

    right: bool = True
