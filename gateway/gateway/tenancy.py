"""Whose portal is asked for: by path or name below our own address, by a host of the tenant's own, by key.

Stands before everything a tenant has. Takes out of a request what only the gateway may say, finds the tenant,
and puts its root in `root_path`, so that behind it every portal has the same routes.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.parts import Parts
from gateway.tenants import Tenant
from kit.problems import NotFound

TENANT = "tenant"
"""Where a request's scope["state"] holds its Tenant, or None at the bare address."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NoSuchPortal(NotFound):
    """Unknown, suspended, a wrong or revoked key: nobody can tell which."""

    title = "There is no portal at this address."


def _host(authority: str) -> str:
    """A name without its port; nobody's, where it is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:  # brackets that hold no address
        return ""


class Tenancy:
    """Finds the tenant of each request."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts
        host = urlsplit(parts.settings.portal_origin).hostname or ""
        self._hosts = _LOOPBACK if host in _LOOPBACK else frozenset({host})
        self._behind = f".{parts.settings.subdomains_of.strip('.').lower()}" if parts.settings.subdomains_of else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the tenant, pay from its budget, go on. Raises NoSuchPortal."""
        if scope["type"] == "http":
            scope.setdefault("state", {})[TENANT] = tenant = await self._find(scope)
            if tenant is not None:
                self._parts.budget.take(tenant.id)
        await self._app(scope, receive, send)

    async def _find(self, scope: Scope) -> Tenant | None:
        host = _host(Headers(scope=scope).get("host", ""))
        if host not in self._hosts:
            return _known(await self._by_name(host))
        if not scope["path"].startswith("/portal/"):
            return None
        slug = scope["path"].split("/", 3)[2]
        tenant = _known(await self._parts.tenants.by_slug(slug))
        scope["root_path"] = f"/portal/{slug}"
        return tenant

    async def _by_name(self, host: str) -> Tenant | None:
        """F004, F005: below our own name, the slug is the first label; any other name is one of a tenant's own."""
        if self._behind and host.endswith(self._behind):
            return await self._parts.tenants.by_slug(host.removesuffix(self._behind))
        return await self._parts.tenants.by_host(host)


def _known(tenant: Tenant | None) -> Tenant:
    if tenant is None:
        raise NoSuchPortal()
    return tenant


def tenant_of(scope: Scope) -> Tenant | None:
    """The tenant of this request; None at the bare address."""
    tenant: Tenant | None = scope["state"][TENANT]
    return tenant


def inner_path(scope: Scope) -> str:
    """The path below the tenant's root."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"
