"""What the services' own tests share: callers out of thin air, and a client that speaks as them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

import httpx
import orjson
import structlog
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from kit.caller import HEADER, Caller, Signer
from kit.ids import new_id

structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(30),
)

_KEY = OKPKey.generate_key("Ed25519")
PRIVATE_KEY = orjson.dumps(_KEY.as_dict(private=True)).decode()
PUBLIC_KEY = orjson.dumps(_KEY.as_dict(private=False)).decode()
SEALING_KEY = token_urlsafe(32)
SIGNER = Signer(PRIVATE_KEY)
"""Stands where the gateway's signer stands; the services under test are given PUBLIC_KEY."""


def contact(tenant_id: UUID, organisation_id: UUID, **granted: Any) -> Caller:
    """A contact with every module open, seeing their own records unless granted more."""
    granted.setdefault("modules", frozenset({"cases", "documents", "articles", "invoices", "projects"}))
    values = {"id": new_id(), "name": "Ann Archer", "email": "ann@acme.example"} | granted
    return Caller(kind="contact", tenant_id=tenant_id, organisation_id=organisation_id, **values)


def staff(tenant_id: UUID, *permissions: str, **granted: Any) -> Caller:
    """A member of staff with these permissions; an agent's without any named."""
    named = frozenset(permissions or ("cases.answer", "cases.assign", "articles.write"))
    values = {"id": new_id(), "name": "Sam Stone", "email": "sam@northwind.example", "permissions": named} | granted
    return Caller(kind="staff", tenant_id=tenant_id, **values)


def key(tenant_id: UUID, *permissions: str) -> Caller:
    """A tenant's key, as the CRM uses it."""
    return Caller(kind="key", tenant_id=tenant_id, id=new_id(), name="CRM", permissions=frozenset(permissions))


def guest(tenant_id: UUID, **granted: Any) -> Caller:
    """Nobody in particular, at a tenant with every module switched on."""
    granted.setdefault("modules", frozenset({"cases", "documents", "articles", "invoices", "projects"}))
    return Caller(kind="guest", tenant_id=tenant_id, **granted)


class As:
    """A client of one service, speaking as one caller."""

    def __init__(self, client: httpx.AsyncClient, audience: str, caller: Caller) -> None:
        self._client = client
        self._headers = {HEADER: SIGNER.mint(caller, audience)}

    async def __call__(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        """Send a request; `path` is below /api/v1 unless it begins with another root."""
        path = path if path.startswith(("/api", "/internal")) else f"/api/v1{path}"
        return await self._client.request(method, path, headers=self._headers | (headers or {}), **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET."""
        return await self("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST."""
        return await self("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any, **options: Any) -> httpx.Response:
        """PATCH."""
        return await self("PATCH", path, json=json, **options)

    async def put(self, path: str, json: Any, **options: Any) -> httpx.Response:
        """PUT."""
        return await self("PUT", path, json=json, **options)


class Served:
    """A service's app without a socket, for any number of callers."""

    def __init__(self, client: httpx.AsyncClient, audience: str) -> None:
        self.client = client
        self._audience = audience

    def by(self, caller: Caller) -> As:
        """A client that speaks as this caller."""
        return As(self.client, self._audience, caller)


@asynccontextmanager
async def served(app: FastAPI, audience: str) -> AsyncIterator[Served]:
    """The app of a service, answering in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield Served(client, audience)
