"""The HTTP process of notifier."""

from fastapi import FastAPI

from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve
from notifier.api import api
from notifier.settings import NotifierSettings
from notifier.worker import worker


def build(settings: NotifierSettings, database: Database) -> FastAPI:
    """The app, wired."""
    return service_app(settings, [api], worker(settings, database), database)


if __name__ == "__main__":
    settings = NotifierSettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
