"""The days on which a desk does not work."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotDoThat
from cases.models import Holiday
from cases.policy import may_read_desk, may_set_desk
from cases.schemas.talk import DayOff
from kit.caller import Caller
from kit.db import tenant_of

_KEY = ("tenant_id", "on_date")


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
    named = {day.on_date: day.name for day in wanted}
    rows = [{"tenant_id": tenant_of(tx), "on_date": day, "name": named[day]} for day in sorted(named)]
    if rows:
        # Two may set them at the same time: of what the other one put here meanwhile, the DELETE has not seen anything.
        put = insert(Holiday).values(rows)
        await tx.execute(put.on_conflict_do_update(index_elements=_KEY, set_={"name": put.excluded.name}))
    return [Holiday(**row) for row in rows]
