"""The worker process of documents."""

from documents.checks import Checks
from documents.handlers import hears
from documents.reminding import Reminders
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.sweeper import Sweeper
from documents.thumbnails import Thumbnails
from kit.app import begin
from kit.db import Database
from kit.serve import serve_worker
from kit.worker import Worker


def worker(settings: DocumentsSettings, database: Database, storage: Storage) -> Worker:
    """Relay, consumer and retries, and the sweeper, the drawing and the checks of large files beside them."""
    sweeper, thumbnails = Sweeper(settings, database, storage), Thumbnails(settings, database, storage)
    checks = Checks(settings, database, storage)
    return Worker(
        settings, database, hears, [sweeper.run, thumbnails.run, checks.run, Reminders(settings, database).run]
    )


if __name__ == "__main__":
    settings = DocumentsSettings()
    database = begin(settings)
    serve_worker(worker(settings, database, Storage(settings)), database, settings)
