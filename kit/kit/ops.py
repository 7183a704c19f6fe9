"""Health and metrics of a process, on a port that faces no customer."""

import asyncio
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Receive, Scope, Send

Check = Callable[[], Awaitable[None]]
"""Raises when the process cannot do its work."""


class Ops:
    """/livez, /startupz, /readyz and /metrics, on a port that faces no customer."""

    def __init__(self, ready: Check) -> None:
        self._ready = ready
        self._draining = False

    def drain(self) -> None:
        """Say from now on that nobody new should be sent here."""
        self._draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one probe."""
        if scope["type"] != "http":
            return
        if scope["path"] == "/metrics":
            await _answer(send, 200, generate_latest(), CONTENT_TYPE_LATEST)
        elif scope["path"] in ("/livez", "/startupz"):
            await _answer(send, 200, b"ok\n")
        elif scope["path"] == "/readyz":
            await _answer(send, *await self._readiness())
        else:
            await _answer(send, 404, b"not here\n")

    async def _readiness(self) -> tuple[int, bytes]:
        if self._draining:
            return 503, b"draining\n"
        try:
            await asyncio.wait_for(self._ready(), 3)
        except Exception as error:  # a probe answers, whatever went wrong
            return 503, f"not ready: {type(error).__name__}\n".encode()
        return 200, b"ok\n"


async def _answer(send: Send, status: int, body: bytes, media_type: str = "text/plain; charset=utf-8") -> None:
    headers = [(b"content-type", media_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
