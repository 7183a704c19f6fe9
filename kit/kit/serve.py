"""Processes: the app on its port, health and metrics on another, and a quiet end on SIGTERM."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
import uvloop
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.types import Receive, Scope, Send

from kit.db import Database
from kit.settings import Settings
from kit.worker import Worker

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


def database_answers(database: Database) -> Check:
    """Ready when the database answers."""

    async def check() -> None:
        async with database.transaction(None) as tx:
            await tx.execute(text("SELECT 1"))

    return check


def serve(app: Any, settings: Settings, ready: Check, drain: Callable[[], None] | None = None) -> None:
    """Run an HTTP process until it is told to stop. `drain` is called once when that happens: it ends what
    would otherwise never finish, such as open streams."""
    options: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "date_header": False}
    main = _MainServer(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            timeout_graceful_shutdown=settings.drain_seconds,
            proxy_headers=False,
            h11_max_incomplete_event_size=32_768,
            **options,
        )
    )
    ops = Ops(ready)
    main.told = [ops.drain, *([drain] if drain else [])]
    _run(_with_ops(main.serve, settings, ops, options))


def serve_worker(worker: Worker, database: Database, settings: Settings) -> None:
    """Run a worker process until it is told to stop."""

    ops = Ops(database_answers(database))

    async def work() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        worker.start()
        await stop.wait()
        ops.drain()
        await worker.stop()
        await database.close()

    options: dict[str, Any] = {"log_config": None, "access_log": False}
    _run(_with_ops(work, settings, ops, options))


def _run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def _with_ops(main: Check, settings: Settings, ops: Ops, options: dict[str, Any]) -> None:
    server = _OpsServer(uvicorn.Config(ops, host=settings.host, port=settings.ops_port, lifespan="off", **options))
    serving = asyncio.create_task(server.serve())
    try:
        await main()
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)


class _MainServer(uvicorn.Server):
    """Says at once that it was told to stop: uvicorn's own shutdown event comes after the last request."""

    told: Sequence[Callable[[], None]] = ()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear signals; uvicorn's own way raises them again at the end, and an orderly end would count as a kill."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain."""
        if not self.should_exit:
            asyncio.get_running_loop().call_soon_threadsafe(self._tell)
        super().handle_exit(sig, frame)

    def _tell(self) -> None:
        for tell in self.told:
            tell()


class _OpsServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the main server."""
        yield


async def _answer(send: Send, status: int, body: bytes, media_type: str = "text/plain; charset=utf-8") -> None:
    headers = [(b"content-type", media_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
