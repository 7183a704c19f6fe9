"""What keeps the changes feed as long as was promised, and no longer."""

from sqlalchemy import text

from kit.db import Database
from kit.worker import take_turns
from notifier.settings import NotifierSettings

EVERY = 600.0
"""Seconds between two sweeps."""
MOST = 1_000
"""Changes of one tenant that are removed together: whoever tells of a new one waits for that."""

_SWEEP = text("SELECT changes_sweep(:days, :most)")


class Sweeper:
    """The worker's timer."""

    def __init__(self, settings: NotifierSettings, database: Database) -> None:
        self._days = settings.changes_days
        self._database = database

    async def run(self) -> None:
        """Sweep until cancelled; a database that is away is tried again at the next turn."""
        await take_turns(self._all, EVERY, "changes.sweep_postponed")

    async def _all(self) -> None:
        while await self.sweep():
            pass

    async def sweep(self) -> int:
        """Remove some of what is too old, of every tenant. Returns how many changes that were."""
        async with self._database.transaction(None) as tx:
            removed: int = (await tx.execute(_SWEEP, {"days": self._days, "most": MOST})).scalar_one()
            return removed
