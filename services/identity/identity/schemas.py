"""What crosses HTTP about tenants, people, keys and sessions."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    model_validator,
)

from kit.caller import Caller, Scope
from kit.ids import now
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Person, Search, View

Module = Literal["cases", "documents", "articles", "invoices"]
UserAgent = Annotated[str, AfterValidator(lambda sent: sent[:500])]
"""What a browser calls itself; nobody is refused for a long name."""

Audience = Literal["portal", "console"]
KeyScope = Literal["crm.write", "people.read", "cases.read", "documents.read", "articles.read", "invoices.read"]
"""What a secret key can be granted."""

_PART = r"[^@\s\x00-\x1f\x7f<>\"(),:;\\]+"
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=rf"^{_PART}@([\w-]+\.)+[\w-]*[^\W_]$")
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Host = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=253)]
Secret = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1000)]
"""A key or token, whatever was sent for one."""

ExternalId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Modules = Annotated[list[Module], Field(max_length=10), AfterValidator(lambda names: list(dict.fromkeys(names)))]
LONGEST_KEY = timedelta(days=3653)
Base64 = Annotated[str, StringConstraints(max_length=360_000)]
ShownOnce = Annotated[SecretStr, PlainSerializer(lambda secret: secret.get_secret_value(), when_used="json")]


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
    """A session's token, as the browser sent it."""

    token: Secret


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


class KeyResolved(View):
    """Whose key it is, and what it was granted."""

    tenant: TenantView
    caller: Caller


class SessionStarted(View):
    """A new session; the token is told this once."""

    token: ShownOnce
    expires_at: datetime
    caller: Caller


class SessionResolved(View):
    """Who is logged in, at which tenant, until when if nothing more comes."""

    tenant: TenantView
    audience: Audience
    caller: Caller
    expires_at: datetime


class Me(View):
    """The caller, as every service sees them."""

    caller: Caller
    person: Person


class PortalSettingsChange(Input):
    """F009, F067-F069: a portal's settings. What is optional and not named stays; a logo is base64, or null."""

    name: Line
    accent: Colour
    accent_dark: Colour | None = None
    support_email: Email
    modules: Modules
    scopes: dict[Module, Scope] = {}
    logo: Base64 | None = None


class PortalSettingsView(View):
    """A portal's settings, as its staff edit them."""

    name: str
    slug: str
    hosts: list[str]
    portal_url: str
    accent: str
    accent_dark: str | None
    support_email: str
    modules: list[Module]
    scopes: dict[str, str]
    logo_url: str | None
    version: int


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


class OrganisationChange(Input):
    """An organisation as the CRM knows it; what is not named stays."""

    name: Line
    parent_external_id: ExternalId | None = None
    active: bool = True


class ContactChange(Input):
    """F022-F025, F027, F051, F052: a contact as the CRM knows them; what is not named stays."""

    name: Line
    email: Email
    organisation_external_id: ExternalId
    portal_enabled: bool = False
    manager: bool = False
    email_opt_out: bool = False
    support_start_on: date | None = None
    support_end_on: date | None = None
    modules: Modules | None = None

    @model_validator(mode="after")
    def _window(self) -> "ContactChange":
        if self.support_start_on and self.support_end_on and self.support_end_on < self.support_start_on:
            raise ValueError("support_end_on is before support_start_on")
        return self


class OrganisationView(View):
    """An organisation, as whoever may see it sees it."""

    id: UUID
    external_id: str | None
    name: str
    parent_id: UUID | None
    active: bool
    version: int
    created_at: datetime
    updated_at: datetime


class ContactView(View):
    """A contact, as whoever may see them sees them."""

    id: UUID
    external_id: str | None
    name: str
    email: str
    organisation_id: UUID
    organisation_name: str
    portal_enabled: bool
    manager: bool
    email_opt_out: bool
    support_start_on: date | None
    support_end_on: date | None
    modules: list[Module] | None
    version: int
    created_at: datetime
    updated_at: datetime


class StaffView(View):
    """A member of staff."""

    id: UUID
    name: str
    email: str
    roles: list[str]
    on_duty: bool
    active: bool
    version: int


class StaffChange(Input):
    """F060: on duty, or not."""

    on_duty: bool


class PeopleFilters(Input):
    """Which of them to list, from where."""

    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class ContactFilters(PeopleFilters):
    """The same, of one organisation."""

    organisation_id: UUID | None = None


class OrganisationPage(View):
    """One page of a list, by name."""

    items: list[OrganisationView]
    next: str | None
    total: Total


class ContactPage(View):
    """One page of a list, by name."""

    items: list[ContactView]
    next: str | None
    total: Total


class StaffPage(View):
    """One page of a list, by name."""

    items: list[StaffView]
    next: str | None
