"""Tables of the ways in beside a password: second factors, passkeys, providers; and of the signing PIN."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from identity.models.base import Base
from kit.db import Tenanted
from kit.ids import now


class Totp(Base):
    """Somebody's authenticator app. Its secret is sealed; a step of its clock that was accepted never is again."""

    __tablename__ = "totps"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[str]
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """What lets somebody in once whose authenticator app is gone. Kept by its hash."""

    __tablename__ = "recovery_codes"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class Pin(Base):
    """F059: what a contact signs with. A try is counted before it is looked at; five wrong ones lock it."""

    __tablename__ = "pins"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Passkey(Tenanted, Base):
    """A key pair of one of somebody's devices. The device keeps the secret half."""

    __tablename__ = "passkeys"

    person_id: Mapped[UUID]
    audience: Mapped[str]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    host: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]


class IdentityProvider(Base):
    """Where an organisation's own people log in: an OpenID Connect provider, and what it knows us by."""

    __tablename__ = "identity_providers"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
