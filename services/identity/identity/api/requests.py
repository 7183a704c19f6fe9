"""F054: requests of people who are not logged in, by way of the gateway."""

from identity.api.internal import internal
from identity.api.portal import MailSeal
from identity.schemas.requests import NewRequest, Received, RequestConfirmed, RequestLook, WhichRequest
from identity.service import requests as service
from kit.edge import Tx, router

requests = router(prefix="/internal", tags=["internal"], dependencies=internal.dependencies)


@requests.post("/requests", status_code=202)
async def ask(new: NewRequest, tx: Tx, seal: MailSeal) -> Received:
    """F054: somebody at the caller's tenant sends a request. One answer for known and unknown addresses."""
    await service.ask(tx, seal, new)
    return Received()


@requests.post("/requests/look")
async def look(which: WhichRequest, tx: Tx) -> RequestLook:
    """What the link in a letter would send; it stays good."""
    return await service.look(tx, which)


@requests.post("/requests/confirm")
async def confirm(which: WhichRequest, tx: Tx) -> RequestConfirmed:
    """F054: use the link; asked again with the same Idempotency-Key, it answers the same for a day."""
    return await service.confirm(tx, which)
