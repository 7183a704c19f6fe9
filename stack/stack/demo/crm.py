"""The public API, spoken as a tenant's CRM would speak it."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp

from stack.trouble import Trouble

Json = dict[str, Any]
AT_ONCE = 8
TRIES = 20


class Crm:
    """One tenant's CRM with its secret key."""

    def __init__(self, origin: str, secret: str) -> None:
        self._origin, self._secret = origin, secret
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> "Crm":
        headers = {"authorization": f"Bearer {self._secret}"}
        self._session = aiohttp.ClientSession(f"{self._origin}/api/v1/", headers=headers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, path: str) -> Json:
        """What is at a path."""
        return await self._ask("GET", path)

    async def works(self) -> bool:
        """The key opens the API."""
        async with self._session.get("me") as answer:
            return answer.status == 200

    async def put_all(self, what: str, records: Mapping[str, Json]) -> dict[str, Json]:
        """Make or change all of these, by external id; what came back for each."""
        answers = await asyncio.gather(*(self._put(what, key, record) for key, record in records.items()))
        return dict(zip(records, answers, strict=True))

    async def _put(self, what: str, external_id: str, record: Json) -> Json:
        async with self._turn:
            return await self._ask("PUT", f"{what}/by-external-id/{external_id}", record)

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Asks again when told to wait, as every client of the API must."""
        for _ in range(TRIES):
            try:
                answer = await self._once(method, path, body)
            except aiohttp.ClientError as error:
                raise Trouble(f"The portal did not answer {method} {path} ({error}): run `portico doctor`.") from error
            if isinstance(answer, dict):
                return answer
            await asyncio.sleep(answer)
        raise Trouble(f"The portal has had no time for {method} {path}: read `portico logs gateway`.")

    async def _once(self, method: str, path: str, body: Json | None) -> Json | float:
        """The answer, or how long to wait for one."""
        async with self._session.request(method, path, json=body) as answer:
            if answer.status < 400:
                found: Json = await answer.json()
                return found
            if "retry-after" not in answer.headers:
                raise Trouble(f"The portal refused {method} {path} ({answer.status}): {await answer.text()}")
            return float(answer.headers["retry-after"])
