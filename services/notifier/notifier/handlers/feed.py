"""What a tenant's own programs may ask for."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import PUBLIC, Event
from notifier import service
from notifier.handlers.heard import hears


@hears(*PUBLIC.values())
async def keep_for_the_feed(tx: AsyncSession, event: Event) -> None:
    """What a tenant's own programs may hear of goes into its changes feed, and is then there to be asked for."""
    service.record(tx, event)
