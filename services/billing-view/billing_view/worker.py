"""The worker process of billing-view."""

from billing_view.handlers import hears
from billing_view.settings import BillingViewSettings
from kit.app import begin
from kit.db import Database
from kit.serve import serve_worker
from kit.worker import Worker


def worker(settings: BillingViewSettings, database: Database) -> Worker:
    """Relay, consumer and retries; billing-view has no timers of its own yet."""
    return Worker(settings, database, hears)


if __name__ == "__main__":
    settings = BillingViewSettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
