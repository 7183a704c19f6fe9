"""The HTTP process of documents."""

from fastapi import FastAPI

from documents.api import routers
from documents.scan import Clamd
from documents.settings import DocumentsSettings
from documents.storage import Storage
from documents.worker import worker
from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve


def build(settings: DocumentsSettings, database: Database) -> FastAPI:
    """The app, wired."""
    storage = Storage(settings)
    app = service_app(settings, routers, worker(settings, database, storage), database)
    app.state.settings = settings
    app.state.storage = storage
    app.state.clamd = Clamd.of(settings)
    return app


if __name__ == "__main__":
    settings = DocumentsSettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
