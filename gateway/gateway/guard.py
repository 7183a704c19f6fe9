"""Around everything: what comes in is stripped of what only we may say, what goes out says how it may be used."""

import re
from urllib.parse import urlsplit

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import trace
from gateway.client import Refused
from gateway.pages import errors
from gateway.settings import GatewaySettings
from kit.problems import Problem

log = structlog.get_logger()

_OURS = b"x-portico-"
_SECRET = re.compile(rb"(?:^|[=&/;?]|%2[fF]|%3[dD])sk_[A-Za-z0-9_-]{16,}")


class SecretInAddress(Problem):
    """A secret key in an address ends up in logs and histories."""

    status, title = 400, "A secret key never belongs in an address: it is in logs now, so revoke it and make a new one."

    def __init__(self) -> None:
        super().__init__("Send secret keys in the Authorization header only.")


class Guard:
    """Refuses, strips and labels; answers what the layers behind it raise."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, labelled, whatever happens behind."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["headers"] = [pair for pair in scope["headers"] if not pair[0].lower().startswith(_OURS)]
        trace.remember_request(scope)
        begun = False

        async def labelling(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = self._labelled(message.get("headers", []))
            await send(message)

        try:
            if _SECRET.search(scope.get("raw_path", b"") + b"?" + scope["query_string"]):
                raise SecretInAddress()
            await self._app(scope, receive, labelling)
        except Exception as error:
            if begun:
                raise
            await errors.answer(scope, receive, labelling, _said(error))

    def _labelled(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in headers}
        return [*headers, *(pair for pair in self._headers if pair[0] not in given)]


def _said(error: Exception) -> Problem | Refused:
    if isinstance(error, (Problem, Refused)):
        return error
    log.error("request.failed", error=repr(error), exc_info=error)
    return errors.InternalError()


def security_headers(settings: GatewaySettings) -> list[tuple[bytes, bytes]]:
    """What every answer says unless it says otherwise itself. No tenant's page is kept by anybody."""
    storage = _origin(settings.s3_public_url)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {storage}".strip(),
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    if settings.portal_origin.startswith("https:"):
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
