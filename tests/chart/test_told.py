"""What a process is told in a cluster, and by Compose, is what its settings read and what one machine tells it."""

from pathlib import Path
from typing import Any

import pytest

from billing_view.settings import BillingViewSettings
from cases.settings import CasesSettings
from documents.settings import DocumentsSettings
from gateway.settings import GatewaySettings
from identity.settings import IdentitySettings
from kit.settings import Settings
from knowledge.settings import KnowledgeSettings
from notifier.settings import NotifierSettings
from stack.databases import Database
from stack.s3 import Storage
from stack.services import Site
from stack.state import State

from .rendered import DEPLOYABLES, SERVICES, named, render
from .test_compose import RUNS

pytestmark = pytest.mark.xdist_group("chart")
READ: dict[str, type[Settings]] = {
    "gateway": GatewaySettings,
    "identity": IdentitySettings,
    "cases": CasesSettings,
    "documents": DocumentsSettings,
    "knowledge": KnowledgeSettings,
    "billing-view": BillingViewSettings,
    "notifier": NotifierSettings,
}


def in_chart(name: str, values: str) -> dict[str, Any]:
    """What a deployable is told, by name; None for what comes from a secret."""
    template = named(render("4.3.1", values), "Deployment", f"portico-{name}")["spec"]["template"]
    (container,) = template["spec"]["containers"]
    return {variable["name"]: variable.get("value") for variable in container["env"]}


def in_compose(name: str) -> set[str]:
    """What Compose tells a deployable, by name."""
    return set(RUNS[name]["environment"])


def on_one_machine(service: str, folder: Path) -> set[str]:
    """What `portico up` tells a process, by name."""
    state = State.at(folder)
    state.remember("ports", 8700)
    databases = {name: Database("postgresql://a", "postgresql://b") for name in SERVICES}
    site = Site(state, databases, "amqp://a", Storage("http://localhost:1", "a", "b", "c", "d"))
    return {name for name in site.environment(service) if name.startswith("PORTICO_")}


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_a_process_is_told_all_it_must_know_and_nothing_that_it_does_not_read(name: str) -> None:
    fields = READ[name.removesuffix("-worker")].model_fields
    read = {f"PORTICO_{field.upper()}" for field in fields}
    needed = {f"PORTICO_{field.upper()}" for field, about in fields.items() if about.is_required()}
    # What all are told alike, whoever reads it; and a CA of their own is read by the libraries.
    may = read | {"PORTICO_PORTAL_ORIGIN", "PORTICO_INLINE_WORKER", "SSL_CERT_FILE"}
    for told in (set(in_chart(name, "minimal")), set(in_chart(name, "external")), in_compose(name)):
        assert needed <= told
        assert told <= may | ({"PORTICO_PORT"} if name.endswith("-worker") else set())


@pytest.mark.parametrize("service", READ)
def test_one_machine_tells_a_process_nothing_that_a_cluster_and_compose_keep_from_it(
    service: str, tmp_path: Path
) -> None:
    """A setting that only one machine sets works there and nowhere else."""
    worker = f"{service}-worker" if service in SERVICES else service
    here = on_one_machine(service, tmp_path)
    assert here <= set(in_chart(service, "external")) | set(in_chart(worker, "external"))
    assert here <= in_compose(service) | in_compose(worker)


def test_the_gateway_lets_browsers_send_files_where_documents_lets_them_be_sent() -> None:
    """F143: the content security policy names the storage that the links lead to."""
    for values in ("minimal", "external", "full"):
        links = in_chart("documents", values)["PORTICO_S3_PUBLIC_URL"]
        assert in_chart("gateway", values)["PORTICO_S3_PUBLIC_URL"] == links
    told = [RUNS[name]["environment"]["PORTICO_S3_PUBLIC_URL"] for name in ("gateway", "documents")]
    assert told[0] == told[1]


def test_the_gateway_believes_the_way_in_that_is_named() -> None:
    assert "PORTICO_TRUSTED_PROXIES" not in in_chart("gateway", "minimal")
    assert in_chart("gateway", "external")["PORTICO_TRUSTED_PROXIES"] == '["10.42.0.0/16","fd00:42::/32"]'
