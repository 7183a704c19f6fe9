"""The HTTP process of knowledge."""

from fastapi import FastAPI

from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve
from knowledge.api import announcing, api
from knowledge.settings import KnowledgeSettings
from knowledge.worker import worker


def build(settings: KnowledgeSettings, database: Database) -> FastAPI:
    """The app, wired."""
    return service_app(settings, [api, announcing], worker(settings, database), database)


if __name__ == "__main__":
    settings = KnowledgeSettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
