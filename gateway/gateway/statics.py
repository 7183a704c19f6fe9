"""Files that are the same for everybody: our own, and each tenant's colours."""

import re

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.pages import render
from gateway.parts import Parts
from kit.problems import NotFound

FOR_GOOD = b"public, max-age=31536000, immutable"
FOR_NOW = b"public, max-age=60"

_THEME = re.compile(r"/theme/([a-z0-9-]{1,63})\.([0-9a-f]{12})\.css")


class Static:
    """/static/...: an address with the content's hash may be kept for good, another one not for long."""

    def __init__(self) -> None:
        files = StaticFiles(directory=render.STATIC)
        self._files: ASGIApp = GZipMiddleware(files, minimum_size=1_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one file."""
        named = bool(QueryParams(scope["query_string"]).get("v"))

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 304):
                message["headers"] = [*message["headers"], (b"cache-control", FOR_GOOD if named else FOR_NOW)]
            await send(message)

        scope["root_path"] = "/static"
        try:
            await self._files(scope, receive, keeping)
        except HTTPException as error:
            raise NotFound() from error


class Theme:
    """/theme/<slug>.<hash>.css: a tenant's colours."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tenant's style sheet. One that has changed meanwhile is not kept under its old name."""
        asked = _THEME.fullmatch(scope["path"])
        tenant = await self._parts.tenants.by_slug(asked.group(1)) if asked else None
        if tenant is None:
            raise NotFound()
        keep = FOR_GOOD if scope["path"] == tenant.theme_url else FOR_NOW
        headers = {"cache-control": keep.decode()}
        await Response(tenant.theme, media_type="text/css", headers=headers)(scope, receive, send)
