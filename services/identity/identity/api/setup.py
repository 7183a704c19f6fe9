"""Setting the portal up."""

from identity.schemas.setup import Checks, Install, Installed
from identity.service import setup as service
from kit.edge import Caller, Tx, router

setup = router(tags=["setup"])


@setup.get("/portal/checks")
async def read_checks(caller: Caller, tx: Tx) -> Checks:
    """F008: what the portal has and what misses, for those who set it up."""
    found = await service.look(tx, caller)
    return Checks(checks=found.checks, installed_at=found.installed_at)


@setup.post("/portal/install")
async def install(asked: Install, caller: Caller, tx: Tx) -> Installed:
    """F007, F008: set the portal up; refused with what misses, unless `anyway` leaves warnings for later."""
    done = await service.install(tx, caller, asked)
    return Installed(checks=done.checks, installed_at=done.installed_at, api_key=done.api_key or "")
