"""Copies of who is who, fed by identity's events."""

from uuid import UUID

from sqlalchemy import ARRAY, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted


class KnownPerson(Tenanted, Base):
    """A copy of a contact or member of staff, fed by identity's events."""

    __tablename__ = "people"

    kind: Mapped[str]
    external_id: Mapped[str | None]
    """What the CRM calls a contact; staff have none."""
    name: Mapped[str]
    email: Mapped[str]
    organisation_id: Mapped[UUID | None]
    organisation_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    """Every organisation a contact acts for; None where that was not told yet."""
    active: Mapped[bool]
    on_duty: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int]


class KnownOrganisation(Tenanted, Base):
    """A copy of an organisation, fed by identity's events."""

    __tablename__ = "organisations"

    external_id: Mapped[str | None]
    name: Mapped[str]
    version: Mapped[int]
