"""The worker process of notifier."""

from kit.app import begin
from kit.db import Database
from kit.serve import serve_worker
from kit.worker import Worker
from notifier.handlers import hears
from notifier.outgoing import Outgoing
from notifier.settings import NotifierSettings
from notifier.sweeper import Sweeper


def worker(settings: NotifierSettings, database: Database) -> Worker:
    """Relay, consumer and retries, the sending of mail, and the sweeping of the feed."""
    sweeper = Sweeper(settings, database)
    return Worker(settings, database, hears, [*Outgoing(settings, database).timers(), sweeper.run])


if __name__ == "__main__":
    settings = NotifierSettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
