"""The worker process of cases."""

from cases.handlers import hears
from cases.settings import CasesSettings
from kit.app import begin
from kit.db import Database
from kit.serve import serve_worker
from kit.worker import Worker


def worker(settings: CasesSettings, database: Database) -> Worker:
    """Relay, consumer and retries; cases has no timers of its own yet."""
    return Worker(settings, database, hears)


if __name__ == "__main__":
    settings = CasesSettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
