"""The six services' apps in this process, over their real databases and storage."""

import importlib
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from kit.db import Database
from kit.testing import PUBLIC_KEY, SEALING_KEY
from stack import databases
from stack.s3 import Storage

SERVICES = ("identity", "cases", "documents", "knowledge", "billing_view", "notifier")
RIGHTS = (
    *("cases.answer", "cases.assign", "articles.write", "articles.publish"),
    *("settings.edit", "keys.manage", "people.edit", "mails.read"),
)

App = Callable[[str], FastAPI]


def audience(service: str) -> str:
    """The name a package's service goes by."""
    return service.replace("_", "-")


def build(service: str, database: databases.Database, s3: Storage) -> FastAPI:
    """One service's app."""
    kinds = vars(importlib.import_module(f"{service}.settings")).values()
    settings = next(kind for kind in kinds if getattr(kind, "__module__", "") == f"{service}.settings")
    known = {name: value for name, value in _told(database, s3).items() if name in settings.model_fields}
    app: FastAPI = importlib.import_module(f"{service}.main").build(settings(**known), Database(database.app_url))
    if service == "notifier":
        app.state.listening.drain()  # nobody waits for what is not going to happen
    return app


def _told(database: databases.Database, s3: Storage) -> dict[str, Any]:
    return {
        "database_url": database.app_url,
        "amqp_url": "amqp://localhost:1",
        "caller_public_key": PUBLIC_KEY,
        "mail_keys": SEALING_KEY,
        "vault_keys": SEALING_KEY,
        "portal_origin": "http://localhost",
        "s3_url": s3.url,
        "s3_access_key": s3.access_key,
        "s3_secret_key": s3.secret_key,
        "s3_bucket": s3.bucket,
    }
