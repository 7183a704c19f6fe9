"""Which part of the gateway a request is for."""

from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import csrf
from gateway.forward import Forward
from gateway.head import Head
from gateway.parts import Parts
from gateway.sessions import safe_next
from gateway.statics import Static, Theme
from gateway.tenancy import NoSuchPortal, Tenancy, inner_path, tenant_of


class Doors:
    """Files of ours are nobody's; everything else has a tenant, or a key that names one."""

    def __init__(self, pages: ASGIApp, parts: Parts) -> None:
        self._static, self._theme = Static(), Theme(parts)
        self._pages = pages
        self._tenanted = Tenancy(Inside(Head(pages), parts), parts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go to our own files, or to a tenant's door."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
        elif scope["path"].startswith("/static/"):
            await self._static(scope, receive, send)
        elif scope["path"].startswith("/theme/"):
            await self._theme(scope, receive, send)
        else:
            await self._tenanted(scope, receive, send)


class Inside:
    """Behind the tenant's door: its API, or its pages. At the bare address: the public link, or the API."""

    def __init__(self, pages: ASGIApp, parts: Parts) -> None:
        self._pages = pages
        self._parts = parts
        self._forward = Forward(parts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go to the API or to the pages. Raises NoSuchPortal at an address that names no tenant."""
        path = inner_path(scope)
        if path.startswith("/api/"):
            await self._forward(scope, receive, send)
        elif path == "/account/login":
            await self._public_link(scope, receive, send)
        elif tenant_of(scope) is None:
            raise NoSuchPortal()
        elif scope["path"] == scope["root_path"]:
            await RedirectResponse(f"{scope['root_path']}/", 303)(scope, receive, send)
        else:
            csrf.check(scope)
            await self._pages(scope, receive, send)

    async def _public_link(self, scope: Scope, receive: Receive, send: Send) -> None:
        """F001: the link on a tenant's website names it by key; from then on the address does."""
        query = QueryParams(scope["query_string"])
        key = query.get("api_key", "")
        tenant, here = await self._parts.tenants.by_api_key(key), tenant_of(scope)
        if tenant is None or (here is not None and here.id != tenant.id):
            raise NoSuchPortal()
        root = scope["root_path"] if here is not None else f"/portal/{tenant.slug}"
        await RedirectResponse(f"{root}/login{_onwards(query.get('next'))}", 303)(scope, receive, send)


def _onwards(asked: str | None) -> str:
    """O+4: a page of the portal that the link leads to, once whoever follows it is logged in."""
    target = safe_next(asked, "portal")
    return "" if target == "/" else f"?{urlencode({'next': target})}"
