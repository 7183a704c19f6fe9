"""Around every request: an id, a bound on what may be in an address, one log line, one measurement."""

import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import problems
from kit.ids import new_id
from kit.telemetry import REQUEST_SECONDS

log = structlog.get_logger()

REQUEST_ID = b"x-request-id"
_WELL_FORMED = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")

# The framework's own bound on a body answers in plain text, outside of every error handler.
_TOO_LARGE = problems.body("too-large", 413, "Too large", "This is larger than what can be sent at once.")
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_TOO_LARGE_HEADERS = [
    (b"content-type", problems.MEDIA_TYPE.encode()),
    (b"content-length", str(len(_TOO_LARGE)).encode()),
]


class Access:
    """The outermost ASGI layer of every process that answers HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then say how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        started, status, ours = time.perf_counter(), 500, False

        async def sending(message: Message) -> None:
            nonlocal status, ours
            if message["type"] == "http.response.start":
                status = message["status"]
                ours = status == 413 and _PLAIN in message.get("headers", [])
                if ours:
                    message["headers"] = _TOO_LARGE_HEADERS.copy()
                message.setdefault("headers", []).append((REQUEST_ID, request_id))
            elif ours:
                message = {"type": "http.response.body", "body": _TOO_LARGE}
            await send(message)

        try:
            if b"%00" in scope.get("raw_path", b"") or b"%00" in scope.get("query_string", b""):
                await _refuse(sending)
            else:
                await self._app(scope, receive, sending)
        finally:
            _say(scope, status, time.perf_counter() - started, request_id)


def _request_id(scope: Scope) -> bytes:
    given: bytes | None = next((value for name, value in scope["headers"] if name == REQUEST_ID), None)
    if given is None or not _WELL_FORMED.match(given):
        given = new_id().hex.encode()
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != REQUEST_ID] + [(REQUEST_ID, given)]
    return given


def _say(scope: Scope, status: int, seconds: float, request_id: bytes) -> None:
    route = getattr(scope.get("route"), "path", None) or "unmatched"
    REQUEST_SECONDS.labels(route, scope["method"], status).observe(seconds)
    log.info(
        "request",
        method=scope["method"],
        path=_shown(scope["path"], route),
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        request_id=request_id.decode(),
    )


def _shown(path: str, route: str) -> str:
    """The path, as it may be written down: what a link of a mail holds opens something, so its place is named."""
    return route if "{token}" in route else path


async def _refuse(send: Send) -> None:
    body = problems.body("bad-request", 400, "Bad request", "The address contains a character no address may contain.")
    headers = [(b"content-type", problems.MEDIA_TYPE.encode())]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
