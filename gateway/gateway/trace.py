"""One trace from the browser on: the outermost layer, which begins it or goes on with it."""

from contextvars import ContextVar

from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import telemetry
from kit.access import REQUEST_ID

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class Trace:
    """A span around every request, named for its route once that is known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer inside the span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with telemetry.span(scope["method"], _given(scope), SpanKind.SERVER) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            await self._app(scope, receive, sending)
            route = getattr(scope.get("route"), "path", "unmatched")
            span.update_name(f"{scope['method']} {route}")


def _given(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")


def remember_request(scope: Scope) -> None:
    """Keep the request's id at hand for the calls made on its behalf."""
    _request_id.set(next((value.decode() for name, value in scope["headers"] if name == REQUEST_ID), ""))


def headers() -> dict[str, str]:
    """What a call to a service carries, so that its log lines and spans are found with ours."""
    given = {"traceparent": telemetry.traceparent(), "x-request-id": _request_id.get()}
    return {name: value for name, value in given.items() if value}
