"""One's own cases in figures."""

from datetime import UTC, datetime

from cases.queries.charts import open_by_priority, resolution
from cases.schemas.charts import Charts, OpenOnes, Resolved
from kit.edge import Caller, Tx, of_module, router
from kit.ids import now

api = router(tags=["cases"], dependencies=[of_module("cases")])

MONTHS = 12


@api.get("/cases/charts")
async def read_charts(caller: Caller, tx: Tx) -> Charts:
    """F080, F081, F082: the caller's open cases by priority, and how long theirs took to be resolved."""
    months = _last_months(now())
    since = datetime.fromisoformat(f"{months[0]}-01").replace(tzinfo=UTC)
    counted = [OpenOnes(priority=row.priority, count=row.count) for row in await open_by_priority(tx, caller)]
    resolved = [
        Resolved(month=row.month, priority=row.priority, count=row.count, hours=round(float(row.hours), 1))
        for row in await resolution(tx, caller, since)
    ]
    return Charts(open=counted, months=months, resolved=resolved)


def _last_months(today: datetime) -> list[str]:
    """This month and those before it, oldest first."""
    count = today.year * 12 + today.month - 1
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(count - MONTHS + 1, count + 1)]
