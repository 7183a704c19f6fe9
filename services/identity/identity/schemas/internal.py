"""What the gateway asks and is told."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints, model_validator

from identity.schemas.access import AccessSettings, Company, Landing
from identity.schemas.words import Audience, Host, Module, Secret, ShownOnce, UserAgent
from kit.caller import Caller
from kit.paging import CursorText
from kit.schemas import Input, View


class WhichTenant(Input):
    """How a tenant is named from outside: one of the three."""

    api_key: Secret | None = None
    slug: Annotated[str, StringConstraints(max_length=253)] | None = None
    host: Host | None = None

    @model_validator(mode="after")
    def _one(self) -> "WhichTenant":
        if sum(value is not None for value in (self.api_key, self.slug, self.host)) != 1:
            raise ValueError("send one of api_key, slug and host")
        return self


class WhichKey(Input):
    """A secret key, as the CRM sent it."""

    key: Secret


class WhichSession(Input):
    """A session's token, as the browser sent it; and, to look only, another organisation of its person's."""

    token: Secret
    organisation_id: UUID | None = None


class Switch(Input):
    """A session, and the organisation its person is to act for from now on."""

    token: Secret
    organisation_id: UUID


class Login(Input):
    """F032: who wants in, to what, and from where."""

    tenant_id: UUID
    audience: Audience
    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
    password: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000)]
    ip: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    user_agent: UserAgent = ""


class Snapshots(Input):
    """E7: whose records to say again, and after which."""

    tenant_id: UUID
    cursor: CursorText = None


class SnapshotsSaid(View):
    """How many were said, and where to go on; null at the end."""

    said: int
    next: str | None


class TenantView(View):
    """A tenant, as its portal shows it. `logo_url` is a path below the tenant's root."""

    id: UUID
    slug: str
    name: str
    hosts: list[str]
    logo_url: str | None
    accent: str
    accent_dark: str | None
    modules: list[Module]
    settings_version: int
    support_email: str
    status: str
    access: AccessSettings
    company: Company
    landing: Landing
    welcome: str


class KeyResolved(View):
    """Whose key it is, and what it was granted."""

    tenant: TenantView
    caller: Caller


class SessionStarted(View):
    """A new session; the token is told this once."""

    token: ShownOnce
    expires_at: datetime
    caller: Caller


class ActsFor(View):
    """An organisation somebody may act for."""

    id: UUID
    name: str


class SessionResolved(View):
    """Who is logged in, at which tenant, until when if nothing more comes; and whether a password comes first."""

    session_id: UUID
    must_change_password: bool
    tenant: TenantView
    audience: Audience
    caller: Caller
    expires_at: datetime
    support_ends_on: date | None = None
    """F087: when their support ends, once that is to be told."""
    organisations: list[ActsFor]
    """Every organisation they may act for."""
