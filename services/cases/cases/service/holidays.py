"""The days on which a desk does not work."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat
from cases.models import Holiday
from cases.policy import may_read_desk, may_set_desk
from cases.schemas.talk import DayOff
from kit.caller import Caller


async def read_holidays(tx: AsyncSession, caller: Caller) -> Sequence[Holiday]:
    """The days off, in their order."""
    if not may_read_desk(caller):
        raise MayNotDoThat()
    return (await tx.execute(select(Holiday).order_by(Holiday.on_date))).scalars().all()


async def set_holidays(tx: AsyncSession, caller: Caller, wanted: Sequence[DayOff]) -> list[Holiday]:
    """Put these in place of the days off there were. What was promised before stays promised."""
    if not may_set_desk(caller):
        raise MayNotDoThat("Only those who edit the portal's settings can change the desk.")
    await tx.execute(delete(Holiday))
    named = {day.on_date: Holiday(on_date=day.on_date, name=day.name) for day in wanted}
    tx.add_all(named.values())
    await tx.flush()
    return [named[day] for day in sorted(named)]
