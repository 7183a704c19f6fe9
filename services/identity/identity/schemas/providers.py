"""Where an organisation's own people log in."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from identity.schemas.security import Step
from kit.schemas import Input, View

Issuer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s?#]+$")]
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
Domain = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=253, pattern=rf"^({_LABEL}\.)+[A-Za-z]{{2,63}}$"
    ),
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Kept = Annotated[str, StringConstraints(min_length=1, max_length=3000)]


class ProviderChange(Input):
    """An OpenID Connect provider, what it knows us by, and the domains whose people log in there.

    Without a secret the one before stays.
    """

    issuer: Issuer
    client_id: Word
    client_secret: Word | None = None
    domains: Annotated[list[Domain], Field(min_length=1, max_length=20)]
    active: bool = True
    """Switched off, it is kept and lets nobody in."""


class ProviderCheck(Input):
    """A provider to look at before it is set; what is not named is taken as it is set."""

    issuer: Issuer | None = None
    client_id: Word | None = None
    client_secret: Word | None = None


class ProviderChecked(View):
    """Does a provider answer as one, and does it know us? Where not, `sentence` says what to do, `field` where."""

    ok: bool
    field: Literal["issuer", "client_id", "client_secret"] | None
    sentence: str


class ProviderView(View):
    """A provider; its secret is never shown. `redirect_uri` is what it has to be told of us."""

    organisation_id: UUID
    issuer: str
    client_id: str
    domains: list[str]
    active: bool
    redirect_uri: str
    version: int
    organisation_name: str


class Providers(View):
    """All of a tenant's, by the organisations' names."""

    items: list[ProviderView]


class WhichOffer(Input):
    """Whose login page it is."""

    tenant_id: UUID


class Offered(View):
    """Does anybody here log in at a provider of their own?"""

    company: bool


class CompanyAsked(Input):
    """Somebody wants to log in at their company's; the address names it."""

    tenant_id: UUID
    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
    root: Annotated[str, StringConstraints(max_length=400)]
    """The portal's root as the browser sees it; one of the tenant's own addresses."""


class CompanyBegun(View):
    """Where to go, and what to bring back."""

    url: str
    kept: str


class CompanyLogin(Step):
    """Back from the provider."""

    kept: Kept
    state: Word
    code: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
