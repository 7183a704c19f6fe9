"""Ways in, and the end of support."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import AccessIssued, SupportEndNeared
from notifier import service
from notifier.handlers.heard import hears


@hears(AccessIssued)
async def write_about_access(tx: AsyncSession, event: AccessIssued) -> None:
    """F029, F031, F039, F045: the letter that brings a way in, to whom it was given and nobody else."""
    await service.write_credential(tx, event)


@hears(SupportEndNeared)
async def tell_of_the_end_of_support(tx: AsyncSession, event: SupportEndNeared) -> None:
    """F087: the contact hears when their support ends, and so does whoever reads the tenant's support address."""
    data = {"who": event.contact_name, "organisation": event.organisation_name}
    data |= {"ends_on": f"{event.ends_on:%d %B %Y}".lstrip("0"), "organisation_id": str(event.organisation_id)}
    await service.tell_of_renewal(tx, event.envelope.id, event.contact_id, data)
