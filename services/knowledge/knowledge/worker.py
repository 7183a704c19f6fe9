"""The worker process of knowledge."""

from kit.app import begin
from kit.db import Database
from kit.hears import Hears
from kit.serve import serve_worker
from kit.worker import Worker
from knowledge.settings import KnowledgeSettings


def worker(settings: KnowledgeSettings, database: Database) -> Worker:
    """Relay, retries and purges; knowledge hears nothing yet and has no timers of its own."""
    return Worker(settings, database, Hears())


if __name__ == "__main__":
    settings = KnowledgeSettings()
    database = begin(settings)
    serve_worker(worker(settings, database), database, settings)
