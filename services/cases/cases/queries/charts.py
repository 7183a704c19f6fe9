"""One's own cases in figures: those assigned to oneself, for staff."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import OPEN_STATUSES, Case
from cases.policy import mine, visible
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

_c = Case.__table__.c


async def open_by_priority(tx: AsyncSession, caller: Caller) -> Sequence[AnyRow]:
    """F080: how many are open, of each priority there is."""
    query: AnyQuery = select(_c.priority, func.count().label("count")).group_by(_c.priority)
    return (await tx.execute(query.where(visible(caller), mine(caller), _c.status.in_(OPEN_STATUSES)))).all()


async def resolution(tx: AsyncSession, caller: Caller, since: datetime) -> Sequence[AnyRow]:
    """F081: month by month what was resolved, and the hours from opening to resolution, on the average."""
    done = func.coalesce(_c.resolved_at, _c.closed_at)
    month = func.to_char(func.timezone("UTC", done), literal_column("'YYYY-MM'")).label("month")
    hours = func.avg(func.extract("epoch", done - _c.created_at) / 3600.0).label("hours")
    query: AnyQuery = select(month, _c.priority, func.count().label("count"), hours)
    query = query.where(visible(caller), mine(caller), done >= since).group_by(month, _c.priority)
    return (await tx.execute(query.order_by(month, _c.priority))).all()
