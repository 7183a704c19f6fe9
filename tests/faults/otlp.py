"""A collector of spans: the little of OTLP over HTTP that says which service saw which trace."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen(NamedTuple):
    """One span, as its sender reported it."""

    service: str
    name: str
    trace: str
    span: str
    parent: str


class Collector:
    """Listens while it is entered; every span received so far is in `spans`."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.spans.extend(_read(ExportTraceServiceRequest.FromString(body)))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="collector")

    @property
    def url(self) -> str:
        """What PORTICO_OTLP_URL is to be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"

    def __enter__(self) -> "Collector":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _read(request: ExportTraceServiceRequest) -> list[Seen]:
    return [
        Seen(service, span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
        for resource in request.resource_spans
        for service in [_service(resource)]
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _service(resource: object) -> str:
    attributes = resource.resource.attributes  # type: ignore[attr-defined]
    return str(next(each.value.string_value for each in attributes if each.key == "service.name"))
