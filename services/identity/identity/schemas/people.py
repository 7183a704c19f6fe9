"""Organisations, contacts, staff."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from identity.schemas.access import Short
from identity.schemas.words import Email, ExternalId, Host, Module, Modules
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Search, View

Home = tuple[str, str]
"""An organisation by the CRM's id, or without one by its name in small letters."""

Ids = Annotated[list[UUID], Field(max_length=100)]
"""Records that are named."""


class Address(Input):
    """Where an organisation is."""

    street: Short = ""
    postal_code: Short = ""
    city: Short = ""
    region: Short = ""
    country: Short = ""


class OrganisationFields(Input):
    """O+7: what is known of an organisation besides its name and its place."""

    active: bool = True
    phone: Short = ""
    website: Short = ""
    address: Address = Address()
    email_domains: Annotated[list[Host], Field(max_length=20)] = []
    registered_office: Short = ""
    business_type: Short = ""


class OrganisationChange(OrganisationFields):
    """An organisation as the CRM knows it; what is not named stays."""

    name: Line
    parent_external_id: ExternalId | None = None


class PersonFields(Input):
    """F022, F026-F028, F051, F052, F058, F142: what contacts and leads are granted, and how to reach them."""

    phone: Short = ""
    job_title: Short = ""
    portal_enabled: bool = False
    email_opt_out: bool = False
    support_start_on: date | None = None
    support_end_on: date | None = None
    modules: Modules | None = None
    faq: bool = True
    can_sign: bool = False
    may_reset_pin: bool = True
    notify_team: bool = False

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.support_start_on and self.support_end_on and self.support_end_on < self.support_start_on:
            raise ValueError("support_end_on is before support_start_on")
        return self


class ContactChange(PersonFields):
    """F022-F025, F027, F051, F052: a contact as the CRM knows them; what is not named stays."""

    name: Line
    email: Email
    organisation_external_id: ExternalId
    manager: bool = False

    @property
    def home(self) -> Home:
        """Which organisation is meant."""
        return self.organisation_external_id, ""

    @property
    def home_name(self) -> str:
        """Its name as it was written, where it goes by its name."""
        return ""


class LeadChange(PersonFields):
    """F026: a lead as the CRM knows them; what is not named stays. `company` is the name of their organisation."""

    name: Line
    email: Email
    company: Short = ""


class OrganisationView(View):
    """An organisation, as whoever may see it sees it."""

    id: UUID
    kind: Literal["customer", "prospect"]
    external_id: str | None
    name: str
    parent_id: UUID | None
    active: bool
    phone: str
    website: str
    address: Address
    email_domains: list[str]
    registered_office: str
    business_type: str
    version: int
    created_at: datetime
    updated_at: datetime


class ContactView(View):
    """A contact or lead, as whoever may see them sees them."""

    id: UUID
    kind: Literal["contact", "lead"]
    external_id: str | None
    name: str
    email: str
    phone: str
    job_title: str
    organisation_id: UUID
    organisation_name: str
    portal_enabled: bool
    manager: bool
    email_opt_out: bool
    support_start_on: date | None
    support_end_on: date | None
    modules: list[Module] | None
    faq: bool
    can_sign: bool
    may_reset_pin: bool
    notify_team: bool
    invited_at: datetime | None
    activated_at: datetime | None
    last_login_at: datetime | None
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
    last_login_at: datetime | None
    version: int


class StaffChange(Input):
    """F060: on duty, or not."""

    on_duty: bool


class PeopleFilters(Input):
    """Which of them to list, from where."""

    q: Search = None
    cursor: CursorText = None
    limit: Limit = 25


class StaffFilters(PeopleFilters):
    """The same, of those that are named."""

    id: Ids = []


class OrganisationFilters(PeopleFilters):
    """The same, of one kind, active or not, below one of them."""

    id: Ids = []
    kind: Literal["customer", "prospect"] | None = None
    active: bool | None = None
    parent_id: UUID | None = None


class ContactFilters(PeopleFilters):
    """The same, of one organisation, of one kind, let into the portal or not."""

    id: Ids = []
    organisation_id: UUID | None = None
    kind: Literal["contact", "lead"] | None = None
    portal_enabled: bool | None = None


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
