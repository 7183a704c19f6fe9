"""One request of somebody who is logged in: who, at which tenant, and the way to the services and to a page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.datastructures import FormData

from gateway.callers import Grant
from gateway.client import SERVICES, Refused
from gateway.desks import USUAL
from gateway.pages import render, words
from gateway.pages.kept import locale_of, zone_of
from gateway.pages.reader import Reader
from gateway.parts import Parts
from gateway.sessions import Audience, Session, clear_cookie
from gateway.tenancy import inner_path, tenant_of
from gateway.tenants import Tenant
from kit.problems import NotFound, Problem, Unavailable

API = "/api/v1"
_OF_A_FILE = ("content-type", "content-disposition", "cache-control")


class LoginNeeded(Problem):
    """A page for people who are logged in, asked for by somebody who is not."""

    status, title = 401, "Log in to go on."


class PasswordFirst(Problem):
    """F033: a page for somebody who must choose another password before anything else."""

    status, title = 403, "Choose a password of your own first."


class Visit:
    """A request at a tenant's portal or console."""

    def __init__(self, request: Request, audience: Audience, session: Session | None) -> None:
        tenant = tenant_of(request.scope)
        assert tenant is not None
        self.request = request
        self.parts: Parts = request.app.state.parts
        self.tenant: Tenant = tenant
        self.audience = audience
        self.alias = USUAL
        self._session = session

    @property
    def session(self) -> Session:
        """Whose visit it is. Raises LoginNeeded when it is nobody's."""
        if self._session is None:
            raise LoginNeeded()
        return self._session

    @property
    def grant(self) -> Grant:
        """What services are told of whose visit it is. Raises LoginNeeded when it is nobody's."""
        return self.session.grant

    @property
    def known(self) -> bool:
        """Is somebody logged in?"""
        return self._session is not None

    @property
    def root(self) -> str:
        """The tenant's root, for addresses in answers."""
        root: str = self.request.scope.get("root_path", "")
        return root

    async def get(self, path: str, **query: Any) -> Any:
        """A service's answer to this visitor, from the path below /api/v1."""
        return await self.send("GET", path, query=query)

    async def post(self, path: str, json: Any, key: str) -> Any:
        """Do something once, however often it is sent with this key."""
        return await self.send("POST", path, json=json, headers={"idempotency-key": key})

    async def send(self, method: str, path: str, **options: Any) -> Any:
        """Any call of this visitor. The path's first segment names the service."""
        service = SERVICES[path.split("/", 2)[1]]
        return await self.parts.services.call(service, self.grant, method, API + path, **options)

    async def widget(self, module: str, path: str, **query: Any) -> Any:
        """What a page can do without: None where the module is off, or its service refuses or is away."""
        if module not in self.session.caller.modules:
            return None
        try:
            return await self.get(path, **query)
        except (Refused, Unavailable):
            return None

    async def file(self, path: str, **query: Any) -> StreamingResponse:
        """A service's answer to this visitor as a file, passed on as it comes: no more of it is here than a piece."""
        stack, service = AsyncExitStack(), SERVICES[path.split("/", 2)[1]]
        answer = await stack.enter_async_context(self.parts.services.stream(service, self.grant, API + path, query))

        async def pieces() -> AsyncIterator[bytes]:
            async with stack:
                async for piece in answer.content.iter_any():
                    yield piece

        return StreamingResponse(pieces(), headers={name: answer.headers[name] for name in _OF_A_FILE})

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page, written for this visitor."""
        return HTMLResponse(render.page(template, self.reader(), **self._given(), **context), status)

    def fragment(self, template: str, block: str, **context: Any) -> HTMLResponse:
        """One block of a page."""
        return HTMLResponse(render.fragment(template, block, self.reader(), **self._given(), **context))

    def reader(self) -> Reader:
        """Whom the page is written for."""
        scope, settings = self.request.scope, self.parts.settings
        zone = zone_of(scope, settings.zone)
        acting_for = str(self._session.caller.organisation_id or "") if self._session else ""
        limits = (settings.form_files, settings.file_bytes, settings.largest_bytes)
        return Reader(self.root, locale_of(scope), zone, *limits, acting_for, self.alias)

    def _given(self) -> dict[str, Any]:
        """What every page takes."""
        return {
            "tenant": self.tenant.shown_at(self.root),
            "theme_url": self.tenant.theme_url,
            "caller": self._session and self._session.caller,
            "organisations": self._session.organisations if self._session else (),
            "flash": words.flash(self.request.query_params.get("done")),
            "here": self._here(),
        }

    def _here(self) -> str:
        """This page's own address; the first page's for an answer to a form, which has none."""
        query = self.request.url.query
        return inner_path(self.request.scope) + (f"?{query}" if query else "") if self._read else "/"

    @property
    def _read(self) -> bool:
        return self.request.method in ("GET", "HEAD")

    def go(self, path: str, **query: str | list[str]) -> RedirectResponse:
        """On to another page of this tenant, after something was done."""
        tail = f"?{urlencode(query, doseq=True)}" if query else ""
        return RedirectResponse(f"{self.root}{path}{tail}", 303)


async def together(*calls: Awaitable[Any]) -> list[Any]:
    """Independent calls at the same time. Raises the first refusal."""
    return list(await asyncio.gather(*calls))


async def form_of(request: Request) -> FormData:
    """A form without files."""
    return await request.form(max_files=0, max_fields=200)


async def visit_of(request: Request, audience: Audience, kind: type[Visit] = Visit) -> Visit:
    """The visit of this request; somebody's or nobody's."""
    tenant = tenant_of(request.scope)
    assert tenant is not None
    parts: Parts = request.app.state.parts
    session = await parts.sessions.find(request.scope, tenant.id, tenant.slug, audience)
    visit = kind(request, audience, session)
    visit.alias = await parts.desks.alias(tenant.id)
    return visit


async def _contact(request: Request) -> Visit:
    return _somebodys(await visit_of(request, "portal"))


async def _staff(request: Request) -> Visit:
    return _somebodys(await visit_of(request, "console"))


async def _somebody(request: Request) -> Visit:
    return _somebodys(await visit_of(request, audience_of(request)))


def audience_of(request: Request) -> Audience:
    """Whose page this is by its address."""
    return "console" if inner_path(request.scope).split("/")[1] == "console" else "portal"


def _somebodys(visit: Visit) -> Visit:
    if visit.session.must_change_password:
        raise PasswordFirst()
    return visit


Contact = Annotated[Visit, Depends(_contact)]
"""A contact's visit to the portal. Nobody else gets to the route."""


def of_module(name: str) -> Any:
    """F018: what a module's pages depend on: where it is switched off, they are not there."""

    async def check(visit: Contact) -> None:
        if name not in visit.session.caller.modules:
            raise NotFound()

    return Depends(check)


Staff = Annotated[Visit, Depends(_staff)]
"""A member of staff's visit to the console."""

Somebody = Annotated[Visit, Depends(_somebody)]
"""Either, for pages that both have: the address says which."""


Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,199}$")]
"""An id, a reference or a slug in an address: nothing that could lead a service call elsewhere."""


def login_of(request: Request) -> Response:
    """To the login and back; a script that asked for a part of a page is told so instead."""
    path, audience = inner_path(request.scope), audience_of(request)
    if request.headers.get("hx-request") or "text/html" not in request.headers.get("accept", "text/html"):
        return Response(status_code=401)
    query = request.url.query
    back = f"{path}?{query}" if query else path
    tail = f"?{urlencode({'next': back})}" if request.method == "GET" and path not in ("/", "/console") else ""
    response = RedirectResponse(f"{request.scope['root_path']}{_LOGINS[audience]}{tail}", 303)
    if tenant := tenant_of(request.scope):
        clear_cookie(response, tenant.slug, audience)
    return response


def password_of(request: Request) -> Response:
    """To the page where another password is chosen; a script that asked for a part of a page is told so instead."""
    if request.headers.get("hx-request") or "text/html" not in request.headers.get("accept", "text/html"):
        return Response(status_code=401)
    path = inner_path(request.scope)
    audience: Audience = "console" if path.split("/")[1] == "console" else "portal"
    return RedirectResponse(f"{request.scope['root_path']}{_PASSWORDS[audience]}", 303)


_PASSWORDS = {"portal": "/account/password", "console": "/console/password"}
_LOGINS = {"portal": "/login", "console": "/console/login"}
