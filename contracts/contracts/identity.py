"""What identity says: people, organisations, and how a tenant's portal is set."""

from uuid import UUID

from contracts.event import Event


class OrganisationChanged(Event):
    """An organisation was made, renamed, moved or disabled."""

    type = "organisation.changed.v1"
    organisation_id: UUID
    external_id: str | None
    name: str
    parent_id: UUID | None
    active: bool


class ContactChanged(Event):
    """A contact was made or changed, or may no longer come in."""

    type = "contact.changed.v1"
    contact_id: UUID
    external_id: str | None
    name: str
    email: str
    organisation_id: UUID
    portal_enabled: bool
    email_opt_out: bool


class StaffChanged(Event):
    """A member of staff was made or changed, went on or off duty, or left."""

    type = "staff.changed.v1"
    staff_id: UUID
    name: str
    email: str
    on_duty: bool
    active: bool


class PortalSettingsChanged(Event):
    """A tenant's portal has a new name, look, address or set of modules."""

    type = "portal_settings.changed.v1"
    name: str
    slug: str
    portal_url: str
    accent: str
    support_email: str
    modules: list[str]
