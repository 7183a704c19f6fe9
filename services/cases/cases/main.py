"""The HTTP process of cases."""

from fastapi import FastAPI

from cases.api import routers
from cases.settings import CasesSettings
from cases.worker import worker
from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve


def build(settings: CasesSettings, database: Database) -> FastAPI:
    """The app, wired."""
    return service_app(settings, routers, worker(settings, database), database)


if __name__ == "__main__":
    settings = CasesSettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
