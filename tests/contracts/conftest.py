"""The services, a tenant that identity knows, and every kind of caller."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from uuid import UUID

import pytest
from apps import RIGHTS, App, build
from fastapi import FastAPI
from starlette.testclient import TestClient

from identity import provision
from identity.schemas import PortalSettingsChange
from kit.caller import Caller
from kit.db import Database
from kit.ids import new_id
from kit.testing import contact, guest, key, staff
from stack import databases
from stack.s3 import Storage


@pytest.fixture(scope="session")
def app_of(service_database: Callable[[str], databases.Database], s3: Storage) -> App:
    """A service's app by the name of its package, the same at every call."""

    @cache
    def made(service: str) -> FastAPI:
        return build(service, service_database(service), s3)

    return made


@pytest.fixture(scope="session")
def client_of(
    service_database: Callable[[str], databases.Database], s3: Storage
) -> Iterator[Callable[[str], TestClient]]:
    """A client of a service by the name of its package, on an app and an event loop of its own."""
    with ExitStack() as stack:

        @cache
        def made(service: str) -> TestClient:
            app = build(service, service_database(service), s3)
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield made


@pytest.fixture(scope="session")
def tenant(service_database: Callable[[str], databases.Database]) -> UUID:
    """A tenant that identity knows."""
    settings = {"name": "Northwind", "accent": "#1F5FBF", "support_email": "help@northwind.example"}
    new = provision.NewTenant(
        slug=f"t-{new_id().hex[-12:]}",
        settings=PortalSettingsChange.model_validate(settings | {"modules": ["cases", "documents"]}),
        admin_name="Ada Abbot",
        admin_email="ada@northwind.example",
        admin_password="staple staple staple",
    )

    async def make() -> UUID:
        database = Database(service_database("identity").app_url, pool_size=1)
        try:
            return (await provision.make_tenant(database, "http://localhost", new)).tenant_id
        finally:
            await database.close()

    return asyncio.run(make())


@pytest.fixture(scope="session")
def callers(tenant: UUID) -> dict[str, Caller]:
    """One caller of each kind, granted all there is."""
    return {
        "staff": staff(tenant, *RIGHTS),
        "contact": contact(tenant, new_id()),
        "key": key(tenant, "crm.write"),
        "guest": guest(tenant),
        "system": Caller(kind="system", tenant_id=tenant, name="gateway"),
    }
