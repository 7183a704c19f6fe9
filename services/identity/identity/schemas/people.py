"""Organisations, contacts, staff."""

from datetime import date, datetime
from uuid import UUID

from pydantic import model_validator

from identity.schemas.words import Email, ExternalId, Module, Modules
from kit.paging import CursorText, Limit, Total
from kit.schemas import Input, Line, Search, View


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
