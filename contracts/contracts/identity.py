"""What identity says: people, organisations, and how a tenant's portal is set."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from contracts.event import Event


class OrganisationChanged(Event):
    """An organisation was made, renamed, moved or disabled."""

    type = "organisation.changed.v1"
    read_with = "people.read"
    organisation_id: UUID
    external_id: str | None
    name: str
    parent_id: UUID | None
    active: bool
    phone: str = ""
    website: str = ""
    address: dict[str, str] = {}
    """Street, postal code, city, region, country, as far as known."""
    registered_office: str = ""
    business_type: str = ""


class ContactChanged(Event):
    """A contact was made or changed, or may no longer come in."""

    type = "contact.changed.v1"
    read_with = "people.read"
    contact_id: UUID
    external_id: str | None
    name: str
    email: str
    organisation_id: UUID
    portal_enabled: bool
    email_opt_out: bool
    kind: Literal["contact", "lead"] = "contact"
    organisation_ids: list[UUID] = []
    """Every organisation they act for, their own first."""
    can_sign: bool = False
    notify_team: bool = False
    """F142: the team hears of it when this contact adds a file."""
    phone: str = ""
    job_title: str = ""


class SupportEndNeared(Event):
    """F087: the end of a contact's support came as near as the tenant wants it told. Said once for each such day."""

    type = "support_end.neared.v1"
    read_with = "people.read"
    contact_id: UUID
    contact_name: str
    organisation_id: UUID
    organisation_name: str
    ends_on: date


class StaffChanged(Event):
    """A member of staff was made or changed, went on or off duty, or left."""

    type = "staff.changed.v1"
    read_with = "people.read"
    staff_id: UUID
    name: str
    email: str
    on_duty: bool
    active: bool
    roles: list[str] = []


class PortalSettingsChanged(Event):
    """A tenant's portal has a new name, look, address or set of modules."""

    type = "portal_settings.changed.v1"
    read_with = None
    name: str
    slug: str
    portal_url: str
    accent: str
    support_email: str
    modules: list[str]
    has_logo: bool = False


class AccessIssued(Event):
    """Somebody was given a way in, or word about theirs, and is to be told by mail.

    `sealed` holds what only the letter may show (a link's path, a first password): the bus, its queues and
    every backup see it sealed. `person_id` is None for somebody who has no account.
    """

    type = "access.issued.v1"
    read_with = None
    issue_id: UUID
    template: str
    person_id: UUID | None
    person_kind: Literal["contact", "staff", "stranger"]
    name: str
    email: str
    sealed: str
    expires_at: datetime | None
