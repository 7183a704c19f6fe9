"""The HTTP process of notifier."""

from fastapi import FastAPI

from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve
from notifier.api import routers
from notifier.listening import Listening
from notifier.settings import NotifierSettings
from notifier.worker import worker


def build(settings: NotifierSettings, database: Database) -> FastAPI:
    """The app, wired."""
    app = service_app(settings, routers, worker(settings, database), database)
    app.state.listening = Listening(database.url)
    return app


if __name__ == "__main__":
    settings = NotifierSettings()
    database = begin(settings)
    app = build(settings, database)
    serve(app, settings, database_answers(database), app.state.listening.drain)
