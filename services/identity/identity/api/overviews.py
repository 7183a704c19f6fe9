"""A record with what stands around it: what a page about it shows, in one answer."""

from uuid import UUID

from identity.api.contact_access import access_view
from identity.errors import ContactNotFound, OrganisationNotFound
from identity.queries import overviews as queries
from identity.schemas.audit import AuditPage, AuditView
from identity.schemas.members import MembershipView
from identity.schemas.overviews import ContactOverview, OrganisationOverview, PinState
from identity.schemas.people import ContactView, OrganisationView
from kit.edge import Caller, Tx, router

overviews = router(tags=["people"])


@overviews.get("/contacts/{contact_id}/overview")
async def read_contact_overview(contact_id: UUID, caller: Caller, tx: Tx) -> ContactOverview:
    """A contact or lead, how they get in, their PIN, whom they act for, and what was done to them lately."""
    found = await queries.contact(tx, caller, contact_id)
    if found is None:
        raise ContactNotFound()
    pin = {"set_at": found.access.pin_set_at, "locked_at": found.access.pin_locked_at}
    return ContactOverview(
        contact=ContactView.model_validate(found.contact),
        access=access_view(caller, found.access),
        pin=PinState.model_validate(pin) if found.access.pin_set_at else None,
        memberships=[MembershipView(**one) for one in found.memberships],
        history=_history(found.history),
    )


@overviews.get("/organisations/{organisation_id}/overview")
async def read_organisation_overview(organisation_id: UUID, caller: Caller, tx: Tx) -> OrganisationOverview:
    """An organisation, what is above and below it, its people, and what was done to it lately."""
    found = await queries.organisation(tx, caller, organisation_id)
    if found is None:
        raise OrganisationNotFound()
    return OrganisationOverview(
        organisation=OrganisationView.model_validate(found.organisation),
        above=OrganisationView.model_validate(found.above) if found.above else None,
        below=[OrganisationView.model_validate(row) for row in found.below[: queries.SHOWN]],
        more_below=len(found.below) > queries.SHOWN,
        contacts=[ContactView.model_validate(row) for row in found.contacts[: queries.SHOWN]],
        more_contacts=len(found.contacts) > queries.SHOWN,
        history=_history(found.history),
    )


def _history(lines: queries.Lines | None) -> AuditPage | None:
    if lines is None:
        return None
    return AuditPage(items=[AuditView.model_validate(row) for row in lines[0]], next=lines[1])
