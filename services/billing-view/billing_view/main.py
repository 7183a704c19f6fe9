"""The HTTP process of billing-view."""

from fastapi import FastAPI

from billing_view.api import api
from billing_view.settings import BillingViewSettings
from billing_view.worker import worker
from kit.app import begin, service_app
from kit.db import Database
from kit.serve import database_answers, serve


def build(settings: BillingViewSettings, database: Database) -> FastAPI:
    """The app, wired."""
    return service_app(settings, [api], worker(settings, database), database)


if __name__ == "__main__":
    settings = BillingViewSettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
