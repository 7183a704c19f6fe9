"""The worker process of documents."""

from documents.checks import Checks
from documents.handlers import hears
from documents.reminding import Reminders
from documents.retention import Retention
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import Sweeper
from documents.thumbnails import Thumbnails
from kit.app import begin
from kit.db import Database
from kit.serve import serve_worker
from kit.worker import Worker


def worker(settings: DocumentsSettings, database: Database, storage: Storage) -> Worker:
    """Relay, consumer and retries, and the timers beside them."""
    sweeper, thumbnails = Sweeper(settings, database, storage), Thumbnails(settings, database, storage)
    checks, reminders = Checks(settings, database, storage), Reminders(settings, database)
    retention = Retention(settings, database, storage)
    timers = [sweeper.run, thumbnails.run, checks.run, reminders.run, retention.run]
    return Worker(settings, database, hears, timers)


if __name__ == "__main__":
    settings = DocumentsSettings()
    database = begin(settings)
    serve_worker(worker(settings, database, Storage(settings)), database, settings)
