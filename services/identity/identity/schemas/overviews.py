"""A record with what stands around it, for whoever looks after people: one answer for one page."""

from datetime import datetime

from identity.schemas.audit import AuditPage
from identity.schemas.members import MembershipView
from identity.schemas.people import ContactView, OrganisationView
from identity.schemas.ways_in import AccessView
from kit.schemas import View


class PinState(View):
    """F059: the PIN somebody signs with: since when there is one, and since when it is locked."""

    set_at: datetime
    locked_at: datetime | None


class ContactOverview(View):
    """A contact or lead: how they get in, their PIN, whom they act for, what was done to them lately.

    `history` is null for whoever may not read the trail.
    """

    contact: ContactView
    access: AccessView
    pin: PinState | None
    memberships: list[MembershipView]
    history: AuditPage | None


class OrganisationOverview(View):
    """An organisation: what is above and below it, its people, what was done to it lately."""

    organisation: OrganisationView
    above: OrganisationView | None
    below: list[OrganisationView]
    more_below: bool
    contacts: list[ContactView]
    more_contacts: bool
    history: AuditPage | None
