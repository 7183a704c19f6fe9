"""One person and their organisations; what contacts look after themselves."""

from uuid import UUID

from identity.schemas.access import Short
from identity.schemas.people import Address
from identity.schemas.words import Email, Module, Modules, Secret
from kit.paging import CursorText, Limit
from kit.schemas import Input, Line, Search, View


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


class MyDetails(View):
    """F055: who the caller is, as they may change it."""

    id: UUID
    name: str
    email: str
    phone: str
    job_title: str
    version: int


class MyDetailsChange(Input):
    """F055: what to change of oneself; what is not named stays. An address is changed by confirming it."""

    name: Line | None = None
    phone: Short | None = None
    job_title: Short | None = None


class EmailChange(Input):
    """F055: the address to have instead."""

    email: Email


class EmailChangeAsked(View):
    """Where the letter to confirm it went."""

    sent_to: str


class WhichEmailChange(Input):
    """The secret of a link to confirm an address."""

    token: Secret


class EmailChangeView(View):
    """What a link to confirm an address is about."""

    name: str
    email: str


class CompanyView(View):
    """F056, O+7: the organisation the caller acts for. `wanted` names what a signatory will be asked for."""

    id: UUID
    name: str
    phone: str
    website: str
    address: dict[str, str]
    registered_office: str
    business_type: str
    version: int
    may_edit: bool
    wanted: list[str]


class CompanyChange(Input):
    """F056, O+7: what a manager changes of their organisation; what is not named stays."""

    phone: Short | None = None
    website: Short | None = None
    address: Address | None = None
    registered_office: Short | None = None
    business_type: Short | None = None


class ColleagueFilters(Input):
    """Which colleagues to list, from where."""

    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class ColleagueView(View):
    """F057: somebody who acts for the same organisation. Modules null: all that the portal has.

    Whether they have access, and to what, is told to managers alone; null for others.
    """

    id: UUID
    name: str
    email: str
    job_title: str
    manager: bool
    access: bool | None
    modules: list[Module] | None
    version: int
    may_edit: bool


class ColleaguePage(View):
    """One page of a list, by name."""

    items: list[ColleagueView]
    next: str | None


class NewColleague(Input):
    """Somebody to invite into the organisation the caller acts for. Without modules they see what the caller sees."""

    name: Line
    email: Email
    job_title: Short = ""
    modules: Modules | None = None


class ColleagueChange(Input):
    """What a colleague sees, and whether they come in at all; what is not named stays."""

    modules: Modules | None = None
    access: bool | None = None
