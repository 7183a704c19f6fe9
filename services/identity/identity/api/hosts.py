"""Host names of the tenant's own: claimed, proven, given up."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from identity.errors import NameserverAway
from identity.models import Host
from identity.nameserver import Nameserver
from identity.schemas.hosts import HostKey, HostList, HostView, NewHost
from identity.service import hosts as service
from kit.db import Database
from kit.edge import Caller, Tx, router, transaction
from kit.idempotency import outside_first

hosts = router(tags=["hosts"])


async def _ours(request: Request) -> Sequence[str]:
    origin: str = request.app.state.portal_origin
    subdomains_of: str = request.app.state.subdomains_of
    return (urlsplit(origin).hostname or "", subdomains_of.strip(".").lower())


Ours = Annotated[Sequence[str], Depends(_ours)]
"""The installation's own names: nobody may claim them, or what is below them."""


@hosts.get("/hosts")
async def list_hosts(caller: Caller, tx: Tx) -> HostList:
    """F005: the tenant's host names, each with the record that proves it."""
    return HostList(items=[_view(row) for row in await service.list_hosts(tx, caller)])


@hosts.post("/hosts", status_code=201)
async def claim_host(new: NewHost, caller: Caller, tx: Tx, ours: Ours) -> HostView:
    """F005: say that a host name is the tenant's; the answer names the record that proves it."""
    return _view(await service.claim_host(tx, caller, new.host, ours))


@hosts.post("/hosts/{host}/check")
@outside_first
async def check_host(host: HostKey, caller: Caller, request: Request) -> HostView:
    """F005: look for the record; found, the host leads to the portal. Asked again, it answers the same."""
    database: Database = request.app.state.database
    nameserver: Nameserver = request.app.state.nameserver
    async with database.transaction(caller.tenant_id) as tx:
        await service.find_host(tx, caller, host)
    found = await nameserver.texts(service.record_name(host))
    if found is None:
        raise NameserverAway()
    return _view(await service.prove_host(await transaction(request), caller, host, found))


@hosts.delete("/hosts/{host}", status_code=204)
async def release_host(host: HostKey, caller: Caller, tx: Tx) -> None:
    """F005: give a host name up, at once."""
    await service.release_host(tx, caller, host)


def _view(row: Host) -> HostView:
    proven = row.verified_at is not None
    ends_at = row.missing_since and row.missing_since + service.MISSING
    return HostView(
        host=row.host,
        state="claimed" if not proven else "missing" if row.missing_since else "proven",
        record_name=service.record_name(row.host),
        record_value=service.record_value(row.token) if row.token else "",
        claimed_at=row.claimed_at,
        verified_at=row.verified_at,
        checked_at=row.checked_at,
        missing_since=row.missing_since,
        ends_at=ends_at if proven else row.claimed_at + service.UNPROVEN,
    )
