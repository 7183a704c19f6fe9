"""CPU of a forwarded request and of a page, against a bare asyncpg + FastAPI endpoint in the same run."""

import multiprocessing
import sys
from pathlib import Path

import aiohttp
import asyncpg
import httpx
import psutil
import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from stack import postgres
from stack.state import State
from tests.load.ground import SUFFIX, console, cpu, portal_up, show

sys.path.insert(0, str(Path(__file__).parent.parent))
from world import Client, World

REQUESTS = 400
WARM = 60
PROCESSES = ("gateway", "identity", "cases", "postgres")


def bare_server(url: str, port: int) -> None:
    """The same 25 rows, read with asyncpg and answered by FastAPI, with nothing around them."""
    app = FastAPI()
    pool: list[asyncpg.Pool] = []

    @app.get("/rows")
    async def rows() -> list[dict[str, object]]:
        if not pool:
            pool.append(await asyncpg.create_pool(url, min_size=1, max_size=4))
        found = await pool[0].fetch(
            "SELECT c.id, number, subject, status, priority, contact_name, created_at, updated_at, o.name "
            "FROM cases c LEFT JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id "
            "ORDER BY updated_at DESC, c.id DESC LIMIT 25"
        )
        return [dict(row) for row in found]

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def bare_forwarder(port: int, target: str) -> None:
    """A hop with nothing in it: bare ASGI and an aiohttp session."""
    sessions: list[aiohttp.ClientSession] = []

    async def forward(scope: Scope, receive: Receive, send: Send) -> None:
        if not sessions:
            sessions.append(aiohttp.ClientSession(auto_decompress=False))
        async with sessions[0].request(scope["method"], target + scope["path"]) as response:
            await send({"type": "http.response.start", "status": response.status, "headers": response.raw_headers})
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    uvicorn.run(forward, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off")


def run(state: State) -> None:
    """Measure and print."""
    with portal_up(state) as stack:
        world = World(stack)
        ann = world.as_("ann")
        console.print("opening 30 cases ...")
        for number in range(30):
            ann.post("/cases", {"subject": f"Router {number} does not answer", "body": "No light since morning."})
        bare, hop = _bare(state)
        rows = [("bare asyncpg + FastAPI, 25 rows", bare), ("bare ASGI + aiohttp: the hop to it alone", hop)]
        page = Client(ann.root.removesuffix("/api/v1"), ann.headers | {"accept": "text/html"})
        rows += [
            ("forwarded: GET /api/v1/me", _spent(state, ann, "/me")),
            ("forwarded: GET /api/v1/cases, 25 rows", _spent(state, ann, "/cases?limit=25")),
            ("page: /cases, 25 rows", _spent(state, page, "/cases")),
        ]
    base = sum(rows[0][1].values())
    alone = sum(rows[1][1].values())
    show(
        "CPU a request, milliseconds",
        ["what", *PROCESSES, "all", "all, of bare", "gateway, of the bare hop"],
        [
            [
                what,
                *(f"{number:.2f}" for number in _columns(spent)),
                f"{sum(spent.values()) / base:.1f}",
                f"{spent['gateway'] / alone:.1f}",
            ]
            for what, spent in rows
        ],
    )


def _columns(spent: dict[str, float]) -> list[float]:
    return [*(spent.get(name, 0) for name in PROCESSES), sum(spent.values())]


def _spent(state: State, client: Client, path: str) -> dict[str, float]:
    with httpx.Client(headers=client.headers, timeout=30) as browser:
        for _ in range(WARM):
            browser.get(client.root + path).raise_for_status()
        before = cpu(state, PROCESSES)
        for _ in range(REQUESTS):
            browser.get(client.root + path)
        after = cpu(state, PROCESSES)
    return {name: (after[name] - before[name]) * 1000 / REQUESTS for name in PROCESSES}


def _bare(state: State) -> tuple[dict[str, float], dict[str, float]]:
    """What the rows cost with nothing around them, and what a hop to them costs with nothing in it."""
    port, url = state.ports["gateway"] + 90, postgres.url(state).rsplit("/", 1)[0] + f"/portico_cases{SUFFIX}"
    spawn = multiprocessing.get_context("spawn")
    server = spawn.Process(target=bare_server, args=(url, port), daemon=True)
    hop = spawn.Process(target=bare_forwarder, args=(port + 1, f"http://127.0.0.1:{port}"), daemon=True)
    server.start()
    hop.start()
    with httpx.Client(timeout=30) as browser:
        for _ in range(WARM):
            _patiently(browser, f"http://127.0.0.1:{port + 1}/rows")
        begun = _seconds(server), _seconds(hop), cpu(state, ["postgres"])["postgres"]
        for _ in range(REQUESTS):
            browser.get(f"http://127.0.0.1:{port + 1}/rows").raise_for_status()
        ended = _seconds(server), _seconds(hop), cpu(state, ["postgres"])["postgres"]
    server.kill()
    hop.kill()
    own, hopping, rows = ((after - before) * 1000 / REQUESTS for before, after in zip(begun, ended, strict=True))
    return {"gateway": own, "postgres": rows}, {"gateway": hopping}


def _seconds(process: multiprocessing.process.BaseProcess) -> float:
    times = psutil.Process(process.pid or 0).cpu_times()
    return times.user + times.system


def _patiently(browser: httpx.Client, address: str) -> None:
    import time

    for _ in range(100):
        try:
            browser.get(address).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
