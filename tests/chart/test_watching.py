"""Alerts, dashboard and runbook: they speak of metrics that exist, and of each other."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from documents.retention import REMOVED
from documents.sweeper import ORPHANS
from kit import telemetry
from notifier import outgoing

from .rendered import CHART, ROOT, named, render

EXPORTERS = (telemetry, outgoing)
"""What they export stands in the registry once they are here."""
# What kit.telemetry exports, and the worker of documents; histograms by their series.
METRICS = {
    "portico_outbox_oldest_seconds",
    "portico_outbox_unsent",
    "portico_inbox_lag_seconds",
    "portico_inbox_parked",
    "portico_inbox_waiting",
    "portico_publish_unroutable_total",
    "portico_publish_failed_total",
    "portico_queue_messages",
    "portico_dead_messages",
    "portico_mails",
    "portico_mail_server_answers",
    "portico_http_request_seconds",
    "portico_caller_refused_total",
    "portico_documents_orphans",
    "portico_documents_removed_total",
}
FOREIGN = {"kube_pod_container_status_restarts_total", "up"}
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((CHART / "alerts" / "portico.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((CHART / "dashboards" / "overview.json").read_text())["panels"]
    return found


def metrics(expression: str) -> set[str]:
    """The metrics an expression reads, histogram series under their own name."""
    words = re.findall(r"\b(?:portico_\w+|kube_\w+|up(?=\{))", re.sub(r'"[^"]*"', '""', expression))
    return {re.sub(r"_seconds_(bucket|count|sum)$", "_seconds", word) for word in words}


def test_alerts_read_metrics_that_exist() -> None:
    for rule in rules():
        read = metrics(rule["expr"])
        assert read, rule["alert"]
        assert read <= METRICS | FOREIGN, rule["alert"]


def test_alerts_read_labels_that_are_told() -> None:
    """A label nobody tells matches nothing, and its alert stays silent for ever."""
    told = {name: set(labels) for name, labels in exported()}
    around = {"namespace", "service", "process", "pod", "le"}  # given by Prometheus, where the processes are found
    for expression in expressions():
        for name, matched in re.findall(r"(portico_\w+?)(?:_bucket|_count)?\{([^}]*)\}", expression):
            assert set(re.findall(r"(\w+)=", matched)) <= told[name] | around, expression
        read = set().union(*(told[name] for name in metrics(expression) & set(told)))
        for grouped in re.findall(r"by \(([^)]*)\)", expression):
            assert set(grouped.split(", ")) <= read | around, expression


def exported() -> Iterator[tuple[str, tuple[str, ...]]]:
    """What our processes export: each metric's name, as Prometheus has it, and its labels."""
    for collector in set(REGISTRY._names_to_collectors.values()):
        if isinstance(collector, MetricWrapperBase) and collector._name.startswith("portico_"):
            yield collector._name + ("_total" if collector._type == "counter" else ""), collector._labelnames


def test_who_waits_on_purpose_is_not_slow() -> None:
    """F110: a CRM asks for changes with a wait of 25 seconds; live pages and files stay open for minutes."""
    [slow] = [rule["expr"] for rule in rules() if rule["alert"] == "PorticoSlow"]
    [left_out] = re.findall(r'route!~"([^"]+)"', slow)
    for route in ("/api/v1/changes", "/cases/{reference}/live", "/api/v1/cases/export", "/api/v1/documents/zip"):
        assert re.fullmatch(left_out, route), route
    assert not re.fullmatch(left_out, "/api/v1/cases")


def test_what_becomes_of_files_is_told_under_the_names_that_are_watched() -> None:
    """Each side of `portico_documents_orphans` has its alert: objects, uploads in parts and rows."""
    told = [family for metric in (ORPHANS, REMOVED) for family in metric.describe()]
    names = {f"{family.name}_total" if family.type == "counter" else family.name for family in told}
    assert names == {name for name in METRICS if name.startswith("portico_documents_")}
    expressions = " ".join(rule["expr"] for rule in rules() if "portico_documents_orphans" in rule["expr"])
    assert set(re.findall(r"object|upload|row", expressions)) == {"object", "upload", "row"}


def test_every_fault_named_by_the_metrics_has_an_alert() -> None:
    read = {name for rule in rules() for name in metrics(rule["expr"])}
    # Unsent is the count behind the oldest; waiting is the way to parked.
    assert METRICS - read == {"portico_outbox_unsent", "portico_inbox_waiting"}


def test_the_dashboard_shows_every_metric() -> None:
    shown = {name for panel in panels() for target in panel["targets"] for name in metrics(target["expr"])}
    assert shown == METRICS


def expressions() -> list[str]:
    """Of all alerts and panels."""
    return [rule["expr"] for rule in rules()] + [t["expr"] for panel in panels() for t in panel["targets"]]


def test_brackets_close_in_every_expression() -> None:
    for expression in expressions():
        for opened, closed in ("()", "{}", "[]"):
            assert expression.count(opened) == expression.count(closed), expression


def test_panels_have_their_own_id_and_place() -> None:
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids)
    cells = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_an_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_the_runbook_has_a_section_for_every_alert_and_no_other() -> None:
    sections = set(re.findall(r"^### (Portico\w+)$", RUNBOOK, re.MULTILINE))
    assert sections == {rule["alert"] for rule in rules()}


def test_the_chart_carries_rules_and_dashboard_untouched() -> None:
    docs = render("4.3.1", "full")
    rule = named(docs, "PrometheusRule", "portico")
    assert [r for group in rule["spec"]["groups"] for r in group["rules"]] == rules()
    data = named(docs, "ConfigMap", "portico-dashboards")["data"]
    assert json.loads(data["overview.json"])["panels"] == panels()


def test_the_runbook_names_every_secret_the_chart_reads() -> None:
    docs = render("4.3.1", "minimal")
    read = set(re.findall(r"secretKeyRef.*?'name': '([^']+)'", str(docs)))
    for name in read:
        # Per service they are made in one loop.
        assert re.sub(r"portico-[a-z-]+-(database|migrator)", r"portico-$service-\1", name) in RUNBOOK
