"""HEAD: what GET would answer, without its body. For whoever looks whether a page is there: monitors, link checkers."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Stands before the pages, which only know GET. A stream that would never end has ended with its headers."""

    def __init__(self, pages: ASGIApp) -> None:
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the page as GET does, and pass its headers on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._pages(scope, receive, send)
            return
        begun = asyncio.Event()

        async def gone() -> Message:
            await begun.wait()
            return {"type": "http.disconnect"}

        async def headers_alone(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                begun.set()

        asked = {**scope, "method": "GET"}
        await self._pages(asked, gone, headers_alone)
        if "route" in asked:  # what the access log calls it
            scope["route"] = asked["route"]
