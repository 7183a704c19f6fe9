"""Tables of what a tenant's desk is made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import Base
from kit.db import Tenanted


class DeskRow(Base):
    """A tenant's choices, in the shape of `schemas.desk.Desk`; no row means that none was made yet."""

    __tablename__ = "desks"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The choices before the newest change, which can be undone."""
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class _Listed(Tenanted):
    """What is offered in a list, in the order of `position`; archived, it is offered no more but still named."""

    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class Group(_Listed, Base):
    """F101: staff who share the cases that are given to their group."""

    __tablename__ = "groups"


class GroupMember(Base):
    """Somebody of a group."""

    __tablename__ = "group_members"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class Department(_Listed, Base):
    """F095: a part of the tenant's house that a case is for."""

    __tablename__ = "departments"


class Product(_Listed, Base):
    """F095: what a case is about."""

    __tablename__ = "products"


class Category(_Listed, Base):
    """F094: a kind of case: who gets it, and what its `form` asks besides (of `schemas.forms.Question`)."""

    __tablename__ = "categories"

    group_id: Mapped[UUID | None]
    form: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class RequestTemplate(_Listed, Base):
    """F096: a request that is asked for often, filled in beforehand."""

    __tablename__ = "request_templates"

    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    category_id: Mapped[UUID | None]
    product_id: Mapped[UUID | None]
    priority: Mapped[str | None]


class IncomingMail(Base):
    """A mail that came in, and what became of it: the same one twice becomes nothing twice."""

    __tablename__ = "incoming_mails"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    case_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
