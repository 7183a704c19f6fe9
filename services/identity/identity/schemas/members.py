"""One person and their organisations."""

from uuid import UUID

from identity.schemas.words import Module, Modules
from kit.schemas import Input, View


class MembershipChange(Input):
    """F027: what a contact may in a further organisation. Modules null: all that the tenant has switched on."""

    manager: bool = False
    modules: Modules | None = None


class MembershipView(View):
    """A further organisation a contact acts for."""

    organisation_id: UUID
    organisation_name: str
    organisation_external_id: str | None
    manager: bool
    modules: list[Module] | None


class Memberships(View):
    """All of a contact's further organisations, by name."""

    items: list[MembershipView]


class MyOrganisation(View):
    """An organisation the caller may act for."""

    id: UUID
    name: str
    manager: bool
    current: bool
    default: bool


class MyOrganisations(View):
    """All of them, by name."""

    items: list[MyOrganisation]
