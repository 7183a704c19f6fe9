"""Tables of identity: tenants and their portals, keys, people, passwords, sessions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Computed, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from identity.models.base import Base
from identity.models.imports import Import
from identity.models.ways import IdentityProvider, Passkey, Pin, RecoveryCode, Totp
from kit.db import Tenanted
from kit.ids import now

__all__ = ["Base", "IdentityProvider", "Import", "Passkey", "Pin", "RecoveryCode", "Totp"]

MODULES = ("cases", "documents", "articles", "invoices", "projects")
ROLES: dict[str, frozenset[str]] = {
    "agent": frozenset({"cases.answer", "cases.assign", "articles.write", "projects.write"}),
    "admin": frozenset(
        {
            *("cases.answer", "cases.assign", "articles.write", "articles.publish"),
            *("settings.edit", "keys.manage", "people.edit", "mails.read", "audit.read", "projects.write"),
            "documents.publish",
        }
    ),
    "registration_mapper": frozenset({"registrations.map"}),
    "document_publisher": frozenset({"documents.publish"}),
}
"""What each role of staff may do."""


class Tenant(Base):
    """A company with a portal, and the address of that portal."""

    __tablename__ = "tenants"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Host(Base):
    """F005: a host name of the tenant's own; it leads to the portal once it is proven."""

    __tablename__ = "hosts"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime] = mapped_column(default=now)
    verified_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]


class PortalSettings(Base):
    """How a tenant's portal is named, looks, and what it shows to whom."""

    __tablename__ = "portal_settings"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    accent: Mapped[str]
    accent_dark: Mapped[str | None]
    support_email: Mapped[str]
    modules: Mapped[list[str]] = mapped_column(default=lambda: list(MODULES))
    scopes: Mapped[dict[str, str]] = mapped_column(default=dict)
    access: Mapped[dict[str, Any]] = mapped_column(default=dict)
    company: Mapped[dict[str, Any]] = mapped_column(default=dict)
    landing: Mapped[str] = mapped_column(default="details")
    welcome: Mapped[str] = mapped_column(default="")
    logo: Mapped[bytes | None] = mapped_column(deferred=True)
    logo_type: Mapped[str | None]
    logo_hash: Mapped[str | None]
    installed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Key(Tenanted, Base):
    """A publishable key (kept as it is: it grants nothing) or a secret one (kept as its hash)."""

    __tablename__ = "keys"

    kind: Mapped[str]
    name: Mapped[str]
    prefix: Mapped[str]
    hash: Mapped[bytes]
    key: Mapped[str | None]
    scopes: Mapped[list[str]]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Organisation(Tenanted, Base):
    """A customer of the tenant, possibly below another one; or a prospect: a lead's own, no customer yet."""

    __tablename__ = "organisations"

    kind: Mapped[str] = mapped_column(default="customer")
    external_id: Mapped[str | None]
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Computed("lower(name)"))
    parent_id: Mapped[UUID | None]
    active: Mapped[bool] = mapped_column(default=True)
    phone: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    address: Mapped[dict[str, Any]] = mapped_column(default=dict)
    email_domains: Mapped[list[str]] = mapped_column(default=list)
    registered_office: Mapped[str] = mapped_column(default="")
    business_type: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Contact(Tenanted, Base):
    """A person at a customer, or a lead (F026). `modules` None means all that the tenant has switched on.

    Organisation, manager and modules are those of their own organisation; see Membership for further ones.
    """

    __tablename__ = "contacts"

    kind: Mapped[str] = mapped_column(default="contact")
    external_id: Mapped[str | None]
    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Computed("lower(name)"))
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(Computed("lower(email)"))
    phone: Mapped[str] = mapped_column(default="")
    job_title: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[UUID]
    default_organisation_id: Mapped[UUID | None]
    """The organisation they act for after logging in; their own where there is none, or it is theirs no more."""
    portal_enabled: Mapped[bool] = mapped_column(default=False)
    shut_by_manager: Mapped[bool] = mapped_column(default=False)
    """A manager of theirs shut them out, and may let them in again; staff's word is staff's to take back."""
    manager: Mapped[bool] = mapped_column(default=False)
    email_opt_out: Mapped[bool] = mapped_column(default=False)
    support_start_on: Mapped[date | None]
    support_end_on: Mapped[date | None]
    renewal_told_on: Mapped[date | None]
    """F087: the end of support that was told last."""
    modules: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    faq: Mapped[bool] = mapped_column(default=True)
    can_sign: Mapped[bool] = mapped_column(default=False)
    may_reset_pin: Mapped[bool] = mapped_column(default=True)
    notify_team: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @validates("portal_enabled")
    def _by_whom(self, _: str, enabled: Any) -> Any:
        """Whoever says it, it is their word from now on; a manager who shuts somebody out adds that it was them."""
        self.shut_by_manager = False
        return enabled


class Membership(Base):
    """A further organisation a contact acts for, and what they are granted there."""

    __tablename__ = "memberships"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    manager: Mapped[bool] = mapped_column(default=False)
    modules: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Staff(Tenanted, Base):
    """Somebody who works for the tenant."""

    __tablename__ = "staff"

    name: Mapped[str]
    sort_name: Mapped[str] = mapped_column(Computed("lower(name)"))
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(Computed("lower(email)"))
    roles: Mapped[list[str]]
    on_duty: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Password(Base):
    """How a contact or member of staff proves who they are. A new one ends what the old one opened.

    Everybody who ever came in has a row; `hash` is None for those who never chose a password.
    """

    __tablename__ = "passwords"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str | None]
    must_change: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Session(Tenanted, Base):
    """One login of one browser. The token itself is known to that browser alone."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes]
    audience: Mapped[str]
    person_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    method: Mapped[str] = mapped_column(default="password")
    password_version: Mapped[int]
    ip: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Token(Tenanted, Base):
    """A secret in a link: for one purpose, for one use, until it expires. Kept by its hash."""

    __tablename__ = "tokens"

    hash: Mapped[bytes]
    purpose: Mapped[str]
    person_id: Mapped[UUID | None]
    email: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Registration(Tenanted, Base):
    """F034-F039: somebody who asked for access and waits to be mapped to an organisation."""

    __tablename__ = "registrations"

    state: Mapped[str] = mapped_column(default="waiting")
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(Computed("lower(email)"))
    company: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    contact_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)


class AuditLine(Base):
    """O+8: what was done, by whom, from where. Written by `audit_note` alone, never changed."""

    __tablename__ = "audit"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    place: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    subject_name: Mapped[str]
    changes: Mapped[dict[str, Any]]
    previous: Mapped[bytes]
    hash: Mapped[bytes]
