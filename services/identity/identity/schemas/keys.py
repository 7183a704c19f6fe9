"""Keys: made, shown."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from identity.schemas.words import LONGEST_KEY, KeyScope, ShownOnce
from kit.ids import now
from kit.schemas import Input, Line, View

LONGEST_OVERLAP = timedelta(days=90)
"""How long a key may go on beside its successor."""

SLACK = timedelta(minutes=5)
"""How far a clock that says "now" may be behind ours."""


class NewKey(Input):
    """A key to make. A publishable one carries no scopes: it grants nothing."""

    name: Line
    kind: Literal["publishable", "secret"] = "secret"
    scopes: Annotated[list[KeyScope], Field(max_length=20)] = []
    expires_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _fits(self) -> "NewKey":
        if self.kind == "publishable" and self.scopes:
            raise ValueError("a publishable key names the portal and grants nothing, so it has no scopes")
        if self.kind == "secret" and not self.scopes:
            raise ValueError("a secret key needs at least one scope")
        if self.expires_at and not now() < self.expires_at < now() + LONGEST_KEY:
            raise ValueError("expires_at lies in the future, within ten years")
        return self


class Rotation(Input):
    """A successor to a key, and how long the old one goes on working beside it."""

    old_ends_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    """When the new one ends; not named, it lasts as long as the old one was made for."""

    @model_validator(mode="after")
    def _fits(self) -> "Rotation":
        if not now() <= self.old_ends_at + SLACK <= now() + LONGEST_OVERLAP + SLACK:
            raise ValueError("old_ends_at lies between now and 90 days ahead")
        if self.expires_at and not now() < self.expires_at < now() + LONGEST_KEY:
            raise ValueError("expires_at lies in the future, within ten years")
        return self


class KeyView(View):
    """A key as the list shows it: by its first characters. A publishable one is shown whole."""

    id: UUID
    kind: Literal["publishable", "secret"]
    name: str
    prefix: str
    key: str | None
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyView):
    """A new key with its secret, which is told this once."""

    secret: ShownOnce


class KeyPage(View):
    """One page of a list."""

    items: list[KeyView]
    next: str | None
