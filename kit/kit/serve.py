"""Processes: the app on its port, health and metrics on another, and a quiet end on SIGTERM."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
import uvloop
from sqlalchemy import text

from kit.db import Database
from kit.ops import Check, Ops
from kit.settings import Settings
from kit.worker import Worker


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
