"""One trace from the browser's request to the mail in somebody's box."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from letters import letters
from otlp import Collector, Seen
from world import World, until

from stack.running import RunningStack

pytestmark = pytest.mark.xdist_group("faults")

TRACED = ("gateway", "cases", "notifier")
PEOPLE = ("ann@acme.example", "sam@northwind.example", "ada@northwind.example")


@pytest.fixture(scope="module")
def collector(fragile_stack: RunningStack) -> Iterator[Collector]:
    """Where the processes on the way send their spans."""
    with Collector() as collector, ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: fragile_stack.start(name, PORTICO_OTLP_URL=collector.url), TRACED))
        yield collector
        list(pool.map(fragile_stack.start, TRACED))


def test_a_trace_begun_by_the_client_ends_in_the_mail(world: World, collector: Collector) -> None:
    trace = uuid4().hex
    reference = open_case(world, traceparent=f"00-{trace}-{uuid4().hex[:16]}-01")
    assert {mail["headers"]["X-Portico-Trace"] for mail in mails_about(world, reference)} == {trace}
    until(lambda: goes_all_the_way(collector.spans, trace))


def test_the_gateway_begins_a_trace_where_the_client_has_none(world: World, collector: Collector) -> None:
    mails = mails_about(world, open_case(world))
    [trace] = {mail["headers"]["X-Portico-Trace"] for mail in mails}
    until(lambda: goes_all_the_way(collector.spans, trace))
    [first] = [span for span in collector.spans if span.trace == trace and not span.parent]
    assert first.service == "gateway"


def open_case(world: World, **headers: str) -> str:
    answer = world.as_("ann").post("/cases", {"subject": "Traced", "body": "Where does it go?"}, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


def mails_about(world: World, reference: str) -> list[dict[str, Any]]:
    """The receipt, and word to everybody on duty."""

    def all_of_them() -> list[dict[str, Any]] | None:
        box = [mail for who in PEOPLE for mail in letters(world, to=who) if reference in mail["text"]]
        return box if len(box) == len(PEOPLE) else None

    return list(until(all_of_them))


def goes_all_the_way(spans: list[Seen], trace: str) -> bool:
    """The requests, the hearing and all sendings are of this trace, each below another of its spans."""
    mine = [span for span in spans if span.trace == trace]
    names = {(span.service, span.name.split()[0]) for span in mine}
    wanted = {("gateway", "POST"), ("cases", "POST"), ("notifier", "hear"), ("notifier", "send")}
    sends = [span for span in mine if span.name.startswith("send ")]
    known = {span.span for span in mine}
    joined = all(span.parent in known for span in mine if span.service != "gateway")
    return wanted <= names and len(sends) == len(PEOPLE) and joined
