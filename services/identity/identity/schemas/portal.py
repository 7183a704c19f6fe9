"""The caller, and the portal's settings."""

from identity.schemas.access import AccessSettings, Company, Landing, Note
from identity.schemas.words import Base64, Colour, Email, Module, Modules
from kit.caller import Caller, Scope
from kit.schemas import Input, Line, Person, View


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
    access: AccessSettings = AccessSettings()
    company: Company = Company()
    landing: Landing = "details"
    welcome: Note = ""


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
    access: AccessSettings
    company: Company
    landing: Landing
    welcome: str
    version: int
