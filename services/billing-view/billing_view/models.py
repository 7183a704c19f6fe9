"""Tables of billing-view: the invoices, and whose organisations and contacts the CRM means."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import TYPES, Tenanted
from kit.ids import now


class Base(DeclarativeBase):
    """All tables of this service."""

    type_annotation_map = TYPES


class Invoice(Tenanted, Base):
    """One invoice as the CRM tells it. Amounts are minor units of `currency`; days are calendar days.

    It names its organisation and contact as the CRM does. Whose that is, is looked up when it is read, in
    the copies below: so it may be fed before its organisation is known, and appears when it is.
    Lines are one value, because they are written and read with their invoice and asked for nowhere else.
    """

    __tablename__ = "invoices"

    external_id: Mapped[str]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(server_default=FetchedValue())
    reference: Mapped[str | None]
    reference_key: Mapped[str | None] = mapped_column(server_default=FetchedValue())
    organisation_external_id: Mapped[str]
    contact_external_id: Mapped[str | None]
    status: Mapped[str]
    issued_on: Mapped[date]
    due_on: Mapped[date]
    paid_on: Mapped[date | None]
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_minor: Mapped[int | None] = mapped_column(BigInteger)
    terms: Mapped[str | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    extra: Mapped[dict[str, str]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class KnownOrganisation(Tenanted, Base):
    """A copy of an organisation, fed by identity's events."""

    __tablename__ = "organisations"

    external_id: Mapped[str | None]
    name: Mapped[str]
    version: Mapped[int]


class KnownContact(Tenanted, Base):
    """What the CRM calls a contact, fed by identity's events."""

    __tablename__ = "contacts"

    external_id: Mapped[str | None]
    version: Mapped[int]
