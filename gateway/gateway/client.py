"""The way to the services: one connection pool, JSON there and back, refusals as one typed error."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
import structlog
from yarl import URL

from gateway import trace
from gateway.callers import Callers, Grant
from gateway.settings import GatewaySettings
from kit.caller import HEADER
from kit.problems import Unavailable

log = structlog.get_logger()

KEEP_ALIVE = 3.0
"""Seconds an idle connection is kept: less than the services keep it, or a POST could meet a closing one."""

_IDENTITYS = (
    *("me", "portal-settings", "keys", "audit"),
    *("organisations", "contacts", "colleagues", "leads", "staff"),
    *("registrations", "invitations", "portal", "hosts", "imports", "identity-providers"),
)
SERVICES = {
    **dict.fromkeys(_IDENTITYS, "identity"),
    "cases": "cases",
    "canned-replies": "cases",
    "desk": "cases",
    "projects": "cases",
    "documents": "documents",
    "articles": "knowledge",
    "announcements": "knowledge",
    "invoices": "billing-view",
    "mails": "notifier",
    "changes": "notifier",
}
"""The first segment below /api/v1, and who answers it. What is not here is not reachable from outside."""

AWAY = (aiohttp.ClientError, TimeoutError, OSError)
"""How a service that is not there shows."""

Query = Mapping[str, Any]


class Refused(Exception):
    """A service said no: its status and its problem document."""

    def __init__(self, status: int, document: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(f"{status} {document.get('title', '')}")
        self.status = status
        self.slug = str(document.get("type", "")).removeprefix("/problems/")
        self.title = str(document.get("title") or "This was refused.")
        self.detail = str(document.get("detail") or "")
        self.fields = {row["field"]: row["detail"] for row in document.get("errors", ())}
        self.retry_after = headers.get("retry-after")

    @property
    def problem(self) -> dict[str, str]:
        """What a page shows of it: the title, and the detail where it says more; `slug` names its kind."""
        return {"slug": self.slug, "title": self.title, "detail": "" if self.detail == self.title else self.detail}


class Services:
    """Calls services on behalf of a caller."""

    def __init__(self, settings: GatewaySettings, callers: Callers) -> None:
        self._settings = settings
        self._callers = callers
        self._urls = {name: settings.url_of(name) for name in {*SERVICES.values(), "identity"}}
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one connection pool, made in the running loop when first asked for."""
        if self._session is None:
            seconds = self._settings.service_seconds
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("accept-encoding", "user-agent", "content-type"),
            )
        return self._session

    def address(self, service: str, path_and_query: str) -> URL:
        """A service's address, taken as it is written."""
        return URL(self._urls[service] + path_and_query, encoded=True)

    def headers(self, service: str, grant: Grant) -> dict[str, str]:
        """What every call carries: who calls, and which request and trace it belongs to."""
        return {HEADER: self._callers.token(grant, service), **trace.headers()}

    async def call(
        self,
        service: str,
        grant: Grant,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The service's JSON answer to JSON, or to a file's content.

        Raises Refused for a problem, Unavailable where nobody answers.
        """
        sent = self.headers(service, grant) | dict(headers or {})
        if json is not None:
            sent["content-type"] = "application/json"
        body = content if json is None else orjson.dumps(json)
        answer, _ = await self._ask(method, self.address(service, path + _tail(query)), body, sent)
        return orjson.loads(answer) if answer else None

    async def fetch(self, service: str, grant: Grant, path: str) -> tuple[bytes, str]:
        """A service's answer that is not JSON, and its media type."""
        return await self._ask("GET", self.address(service, path), None, self.headers(service, grant))

    async def made(self, service: str, grant: Grant, path: str, json: Any) -> tuple[bytes, str]:
        """What a service makes of JSON that is not JSON itself, and its media type."""
        sent = self.headers(service, grant) | {"content-type": "application/json"}
        return await self._ask("POST", self.address(service, path), orjson.dumps(json), sent)

    @asynccontextmanager
    async def stream(
        self, service: str, grant: Grant, path: str, query: Query
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A service's answer as it comes: the answer first, to be read from until this is closed.

        Raises Refused for a problem, Unavailable where nobody answers.
        """
        url = self.address(service, path + _tail(query))
        try:
            async with self.session.get(url, headers=self.headers(service, grant), allow_redirects=False) as response:
                if response.status >= 300:
                    raise _refusal(response, await response.read())
                yield response
        except AWAY as error:
            log.warning("service.away", to=url.authority, error=repr(error))
            raise Unavailable(headers={"retry-after": "2"}) from error

    async def _ask(self, method: str, url: URL, body: bytes | None, headers: dict[str, str]) -> tuple[bytes, str]:
        try:
            async with self.session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
                content = await response.read()
        except AWAY as error:
            log.warning("service.away", to=url.authority, error=repr(error))
            raise Unavailable(headers={"retry-after": "2"}) from error
        if response.status >= 300:
            raise _refusal(response, content)
        return content, response.headers.get("content-type", "")

    async def ask_identity(self, grant: Grant, path: str, question: dict[str, Any]) -> Any:
        """One of identity's internal answers; None where it knows nobody of that name."""
        try:
            return await self.call("identity", grant, "POST", f"/internal/{path}", json=question)
        except Refused as refused:
            if refused.status in (401, 404, 422):
                return None
            raise

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()


def _tail(query: Query | None) -> str:
    """A query string. Empty values fall away; lists repeat their name."""
    given = {name: value for name, value in (query or {}).items() if value not in (None, "", [])}
    return f"?{urlencode(given, doseq=True)}" if given else ""


def _refusal(response: aiohttp.ClientResponse, content: bytes) -> Refused:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        document = None
    if response.status >= 500:
        log.warning("service.failed", status=response.status, path=response.url.path)
    return Refused(response.status, document if isinstance(document, dict) else {}, response.headers)
