"""Traces, metrics and logs: one trace from the browser to the mail, one JSON line for what happened."""

import logging
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from threading import Event
from typing import Any

import orjson
import structlog
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import Span, SpanKind
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Engine

from kit.settings import Settings

OUTBOX_UNSENT = Gauge("portico_outbox_unsent", "Events written and not yet confirmed by the broker")
OUTBOX_OLDEST = Gauge("portico_outbox_oldest_seconds", "Age of the oldest unsent event")
INBOX_LAG = Histogram(
    "portico_inbox_lag_seconds",
    "From an event's occurrence to its handling",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800),
)
INBOX_WAITING = Gauge("portico_inbox_waiting", "Events that wait for another try")
INBOX_PARKED = Gauge("portico_inbox_parked", "Events given up on until somebody replays them")
PUBLISH_UNROUTABLE = Counter("portico_publish_unroutable", "Events no queue was bound for")
PUBLISH_FAILED = Counter("portico_publish_failed", "Events the broker did not confirm in time")
QUEUE_MESSAGES = Gauge("portico_queue_messages", "Messages ready in this service's queue")
DEAD_MESSAGES = Gauge("portico_dead_messages", "Messages the broker gave up delivering to this service")
CALLER_REFUSED = Counter("portico_caller_refused", "Requests without a caller this service believes")
REQUEST_SECONDS = Histogram("portico_http_request_seconds", "Time to answer", ["route", "method", "status"])

tracer = trace.get_tracer("portico")
_exporting = Event()

_SECRET_KEYS = re.compile(r"password|secret|token|authorization|cookie|api_key|\bpin\b", re.IGNORECASE)
_SECRET_VALUES = re.compile(r"\b(sk_|pk_)[A-Za-z0-9_-]{6,}|://[^/@\s]+:[^/@\s]+@")


def watch(engine: Engine) -> None:
    """Make a span of each of this engine's statements, where spans go out: elsewhere they only cost time."""
    instrumentor = SQLAlchemyInstrumentor()
    if _exporting.is_set() and not instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.instrument(engine=engine, skip_dep_check=True)


def start(settings: Settings) -> None:
    """Set up logs and traces for this process, once."""
    _start_logs(settings)
    # Without a place for spans to go there are only the trace's ids, to be made and handed on.
    sampler = ALWAYS_ON if settings.otlp_url else ALWAYS_OFF
    provider = TracerProvider(sampler, Resource.create({"service.name": settings.service}))
    if settings.otlp_url:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # only where spans go out

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.otlp_url), schedule_delay_millis=500))
        _exporting.set()
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, traceparent: str = "", kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """A span below the given trace context, or below the current one."""
    parent = propagate.extract({"traceparent": traceparent}) if traceparent else None
    with tracer.start_as_current_span(name, context=parent, kind=kind) as current:
        yield current


def traceparent() -> str:
    """The current trace context, as its header's value; empty outside of any."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")


def mask(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of a log line: by the name of the key, by the look of the value."""
    for key, value in line.items():
        if _is_secret(key):
            line[key] = "***"
        elif isinstance(value, str) and ("k_" in value or "://" in value):
            line[key] = _SECRET_VALUES.sub(lambda hit: (hit.group(1) or "://") + "***", value)
    return line


@lru_cache(maxsize=1_000)
def _is_secret(key: str) -> bool:
    return _SECRET_KEYS.search(key) is not None


def _line(line: MutableMapping[str, Any], **_: Any) -> bytes:
    return orjson.dumps(line, default=str)


def _trace_id(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = format(context.trace_id, "032x")
    return line


def _start_logs(settings: Settings) -> None:
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.EventRenamer("message"),
        _trace_id,
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.contextvars.bind_contextvars(service=settings.service)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, structlog.processors.JSONRenderer(_line)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
