"""Tables of what surrounds the talk on a case: days off, ready-made replies, who is writing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted


class Holiday(Base):
    """A day on which the desk does not work, so that no promise counts it."""

    __tablename__ = "holidays"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class CannedReply(Tenanted, Base):
    """What staff answer often, ready-made; a group's own, or everybody's."""

    __tablename__ = "canned_replies"

    group_id: Mapped[UUID | None]
    title: Mapped[str]
    body: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)


class Presence(Base):
    """A member of staff who is writing on a case just now."""

    __tablename__ = "presences"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    until: Mapped[datetime]
