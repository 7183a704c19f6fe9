"""F005: host names of a tenant's own: claimed, proven by a record of the name system, given up.

Whoever can write a host's records may have it: two tenants may claim one, the first to prove it has it.
"""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import HostIsOurs, HostNotFound, HostNotProven, HostTaken, SetupNotYours, TooManyHosts
from identity.models import Host, Staff
from identity.policy import may_set_up
from identity.service import audit
from identity.service.rows import written
from identity.service.tokens import Addressee, write_to
from kit.caller import Caller
from kit.db import tenant_of
from kit.ids import now
from kit.seal import Seal

MOST = 20
"""Host names of one tenant."""
UNPROVEN = timedelta(days=14)
"""How long a claim waits for its proof."""
MISSING = timedelta(days=7)
"""How long a proven name is kept after its record was last seen."""


def record_name(host: str) -> str:
    """Where the record that proves a host is."""
    return f"_portico.{host}"


def record_value(token: str) -> str:
    """What it says."""
    return f"portico-verification={token}"


def all_hosts(caller: Caller) -> Any:
    """F021: the tenant's host names are for those who set it up. Raises SetupNotYours."""
    if not may_set_up(caller):
        raise SetupNotYours()
    return select(Host).order_by(Host.host)


async def list_hosts(tx: AsyncSession, caller: Caller) -> Sequence[Host]:
    """All of the tenant's. Raises SetupNotYours."""
    found: Sequence[Host] = (await tx.execute(all_hosts(caller))).scalars().all()
    return found


async def claim_host(tx: AsyncSession, caller: Caller, host: str, ours: Sequence[str]) -> Host:
    """Say that a host is the tenant's; claimed already, the claim stands. Raises HostIsOurs, TooManyHosts."""
    known = {row.host: row for row in await list_hosts(tx, caller)}
    if any(name and (host == name or host.endswith(f".{name}")) for name in ours):
        raise HostIsOurs(errors=[{"field": "host", "detail": HostIsOurs.title}])
    if host in known:
        return known[host]
    if len(known) >= MOST:
        raise TooManyHosts()
    row = Host(tenant_id=tenant_of(tx), host=host, token=token_urlsafe(24), claimed_at=now())
    tx.add(row)
    await written(tx, {"hosts_pkey": HostTaken})
    audit.note(tx, caller, audit.Line("host.claimed", "host", None, host))
    return row


async def find_host(tx: AsyncSession, caller: Caller, host: str) -> Host:
    """One of the tenant's. Raises SetupNotYours, HostNotFound."""
    row: Host | None = (await tx.execute(all_hosts(caller).where(Host.host == host))).scalar_one_or_none()
    if row is None:
        raise HostNotFound()
    return row


async def prove_host(tx: AsyncSession, caller: Caller, host: str, found: Sequence[str]) -> Host:
    """Let a host lead to the portal if its record is there. Raises HostNotProven, HostTaken, HostNotFound."""
    row = await find_host(tx, caller, host)
    if row.token and record_value(row.token) not in found:
        raise HostNotProven(f"Make the TXT record {record_name(host)} with the value {record_value(row.token)}.")
    row.missing_since, row.checked_at = None, now()
    is_new = row.verified_at is None
    row.verified_at = row.verified_at or now()
    await written(tx, {"hosts_verified": HostTaken})
    if is_new:
        audit.note(tx, caller, audit.Line("host.proven", "host", None, host))
    return row


async def release_host(tx: AsyncSession, caller: Caller, host: str) -> None:
    """Give a host up: it leads nowhere any more, and others may prove it. Raises HostNotFound."""
    row = await find_host(tx, caller, host)
    await tx.delete(row)
    await tx.flush()
    audit.note(tx, caller, audit.Line("host.released", "host", None, host))


async def seen_again(tx: AsyncSession, caller: Caller, seal: Seal, host: str, found: Sequence[str]) -> None:
    """What the daily look found: a record that is gone for MISSING gives the host up, and the admins are told."""
    row = (await tx.execute(select(Host).where(Host.host == host).with_for_update())).scalar_one_or_none()
    if row is None or row.verified_at is None:
        return
    if record_value(row.token) in found:
        row.missing_since = None
    elif row.missing_since is None or row.missing_since > now() - MISSING:
        row.missing_since = row.missing_since or now()
    else:
        await tx.execute(delete(Host).where(Host.host == host))
        gone = {"missing_since": [None, row.missing_since]}
        audit.note(tx, caller, audit.Line("host.lost", "host", None, host, gone))
        await _tell_admins(tx, seal, host)


async def _tell_admins(tx: AsyncSession, seal: Seal, host: str) -> None:
    admins = select(Staff).where(Staff.active, Staff.roles.any("admin"))
    for person in (await tx.execute(admins)).scalars():
        to = Addressee("staff", person.id, person.name, person.email)
        write_to(tx, seal, "host_lost", to, path="/console/setup/hosts", host=host)
