"""The HTTP process of identity."""

from fastapi import FastAPI

from identity.api import routers
from identity.nameserver import Nameserver
from identity.settings import IdentitySettings
from identity.worker import worker
from kit.app import begin, service_app
from kit.db import Database
from kit.egress import Egress
from kit.seal import Seal
from kit.serve import database_answers, serve


def build(settings: IdentitySettings, database: Database) -> FastAPI:
    """The app, wired."""
    app = service_app(settings, routers, worker(settings, database), database)
    app.state.portal_origin = settings.portal_origin
    app.state.subdomains_of = settings.subdomains_of
    app.state.nameserver = Nameserver(settings.dns)
    app.state.mail_seal = Seal(settings.mail_keys.get_secret_value())
    app.state.vault_seal = Seal(settings.vault_keys.get_secret_value())
    app.state.egress = Egress(settings.egress_allow)
    return app


if __name__ == "__main__":
    settings = IdentitySettings()
    database = begin(settings)
    serve(build(settings, database), settings, database_answers(database))
