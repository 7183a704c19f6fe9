"""The days on which a desk does not work."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat
from cases.models import Holiday
from cases.policy import may_read_desk, may_set_desk
from cases.schemas.talk import DayOff
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.problems import VersionStale

# All days off are one record that two may edit. Its version stands among the counters, whose row is locked meanwhile.
_VERSION = "SELECT value FROM counters WHERE name = 'holidays'"
_FIRST = """INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'holidays', 1)
ON CONFLICT DO NOTHING RETURNING value"""
_NEXT = """UPDATE counters SET value = value + 1 WHERE tenant_id = $1 AND name = 'holidays' AND value = $2
RETURNING value"""


class DaysOff(NamedTuple):
    """All days off, in their order, and how often they were set."""

    days: Sequence[Holiday]
    version: int


async def read_holidays(tx: AsyncSession, caller: Caller) -> DaysOff:
    """The days off. Raises MayNotDoThat."""
    if not may_read_desk(caller):
        raise MayNotDoThat()
    # The version first: whoever sets them meanwhile makes it too old, and never the days.
    found = await fetch(tx, _VERSION)
    days = (await tx.execute(select(Holiday).order_by(Holiday.on_date))).scalars().all()
    return DaysOff(days, found[0]["value"] if found else 0)


async def set_holidays(tx: AsyncSession, caller: Caller, wanted: Sequence[DayOff], version: int) -> DaysOff:
    """Put these in place of the days off there were; what was promised before stays promised. Raises VersionStale."""
    if not may_set_desk(caller):
        raise MayNotDoThat("Only those who edit the portal's settings can change the desk.")
    ours = await fetch(tx, _NEXT, tenant_of(tx), version) if version else await fetch(tx, _FIRST, tenant_of(tx))
    if not ours:
        raise VersionStale()
    await tx.execute(delete(Holiday))
    named = {day.on_date: day.name for day in wanted}
    days = [Holiday(tenant_id=tenant_of(tx), on_date=day, name=named[day]) for day in sorted(named)]
    tx.add_all(days)
    return DaysOff(days, ours[0]["value"])
