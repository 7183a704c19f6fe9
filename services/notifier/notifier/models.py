"""Tables of notifier: the mails, and copies of who is who and of how each tenant's portal looks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Tenanted
from kit.ids import derived_id, now

STATES = ("queued", "sending", "sent", "failed", "unknown")


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES | {dict[str, Any]: JSONB, list[str]: ARRAY(TYPES[str])}


class Mail(Tenanted, Base):
    """One mail to one address about one event; `id` is made from the three and names it to the receiver.

    `next_at` is when a queued mail is due, and when the lease of one being sent runs out. A mail whose
    sending was cut at an unknown moment is `unknown`: a notification goes out again under the same
    Message-ID, a credential never does.
    """

    __tablename__ = "mails"

    event_id: Mapped[UUID]
    template: Mapped[str]
    kind: Mapped[str] = mapped_column(default="notification")
    recipient: Mapped[str]
    recipient_id: Mapped[UUID]
    recipient_kind: Mapped[str]
    recipient_name: Mapped[str]
    about: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    trace: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    next_at: Mapped[datetime | None] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]


class KnownPerson(Tenanted, Base):
    """A copy of a contact or member of staff. `active`: may log in to the portal, or works here."""

    __tablename__ = "people"

    kind: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    active: Mapped[bool]
    opted_out: Mapped[bool]
    on_duty: Mapped[bool]
    organisation_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    """Those a contact acts for; None while nobody has said so, and for staff."""
    notify_team: Mapped[bool] = mapped_column(default=False)
    """F142: the team hears of it when this contact adds a file."""
    version: Mapped[int]


class Portal(Base):
    """A copy of how a tenant's portal is called, looks and is reached."""

    __tablename__ = "portals"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str]
    portal_url: Mapped[str]
    accent: Mapped[str]
    support_email: Mapped[str]
    modules: Mapped[list[str]]
    has_logo: Mapped[bool]
    version: Mapped[int]


def mail_id(tenant_id: UUID, event_id: UUID, recipient: str, template: str) -> UUID:
    """The same for the same mail, however often it is made: receivers tell repetitions by it."""
    return derived_id("mail", tenant_id, event_id, recipient, template)
