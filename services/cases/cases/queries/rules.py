"""What a verb on a case needs to know of the tenant's desk, read with the case itself.

Two columns that any query about cases may carry: the desk's choices as their text, and its days off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, null, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from cases.clock import Calendar, calendar
from cases.models import DeskRow, Holiday
from cases.schemas.desk import Desk
from kit.caller import Caller

desk_text = select(cast(DeskRow.settings, Text)).scalar_subquery()
"""The desk's choices; NULL where none was made yet. Of one tenant there is one row."""
days_off = select(func.array_agg(Holiday.on_date)).scalar_subquery()
"""The desk's holidays."""
_settings = DeskRow.settings


def status_words(caller: Caller) -> ColumnElement[Any]:
    """F107: what the tenant calls a status to its customers, by key; nothing for everybody else."""
    return select(_settings["status_words"]).scalar_subquery() if caller.kind == "contact" else null()


def told_history(caller: Caller) -> ColumnElement[bool]:
    """F122: may the caller see what was changed? Customers, where their desk lets them."""
    if caller.kind != "contact":
        return true()
    return func.coalesce(select(_settings["history_for_customers"].as_boolean()).scalar_subquery(), true())


@dataclass(frozen=True)
class Rules:
    """How a desk is set, and when it works."""

    desk: Desk
    calendar: Calendar


def rules(settings: str | None, holidays: Sequence[date] | None) -> Rules:
    """The rules in the two columns. Kept, because checking a desk's choices takes longer than any query."""
    return _rules(settings or "{}", tuple(sorted(holidays or ())))


@lru_cache(maxsize=2_000)
def _rules(settings: str, holidays: tuple[date, ...]) -> Rules:
    desk = Desk.model_validate_json(settings, extra="ignore")
    hours = desk.business_hours
    return Rules(desk, calendar(hours.zone, hours.days.model_dump(mode="json"), holidays))


async def the_rules(tx: AsyncSession) -> Rules:
    """The rules of the tenant, where no case is at hand to read them with."""
    row = (await tx.execute(select(desk_text, days_off))).one()
    return rules(row[0], row[1])
