"""What billing-view hears: whom the CRM means when it names an organisation or a contact."""

from sqlalchemy.ext.asyncio import AsyncSession

from billing_view.models import KnownContact, KnownOrganisation
from contracts import ContactChanged, OrganisationChanged
from kit.copies import keep_newest
from kit.hears import Hears

hears = Hears()


@hears(OrganisationChanged)
async def know_the_organisation(tx: AsyncSession, event: OrganisationChanged) -> None:
    """Keep a copy of an organisation: its invoices are its own from now on, also those fed before."""
    await keep_newest(
        tx,
        KnownOrganisation,
        id=event.organisation_id,
        external_id=event.external_id,
        name=event.name,
        version=event.envelope.version,
    )


@hears(ContactChanged)
async def know_the_contact(tx: AsyncSession, event: ContactChanged) -> None:
    """Keep what the CRM calls a contact."""
    await keep_newest(
        tx, KnownContact, id=event.contact_id, external_id=event.external_id, version=event.envelope.version
    )
