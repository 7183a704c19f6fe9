"""The real helm, third and fourth: it lints, it renders, and it refuses what is wrong before a cluster sees it."""

from functools import cache
from typing import Any

import kubernetes_validate
import kubernetes_validate.utils
import pytest

from .rendered import CHART, CI, HELMS, binaries, helm, render, title, values_file

# In one process, which renders and reads each once.
pytestmark = pytest.mark.xdist_group("chart")
# Two Kubernetes versions: the oldest line still patched by vendors, and the newest known to the schemas.
KUBERNETES = ("1.32", "1.37")
# Kinds of operators, which have no schema in Kubernetes itself. Anything else without one is a failure.
NOT_CHECKED = {
    ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("keda.sh/v1alpha1", "ScaledObject"),
    ("keda.sh/v1alpha1", "TriggerAuthentication"),
    ("monitoring.coreos.com/v1", "PrometheusRule"),
    ("monitoring.coreos.com/v1", "ServiceMonitor"),
    ("postgresql.cnpg.io/v1", "Cluster"),
    ("rabbitmq.com/v1beta1", "RabbitmqCluster"),
}


@pytest.mark.parametrize("version", HELMS)
def test_the_binaries_are_the_versions_they_are_called_by(version: str) -> None:
    assert helm(version, "version", "--short").stdout.startswith(f"v{version}")
    assert set(binaries()) == set(HELMS)


@pytest.mark.parametrize("name", CI)
@pytest.mark.parametrize("version", HELMS)
def test_it_lints(version: str, name: str) -> None:
    done = helm(version, "lint", "--strict", str(CHART), "-f", values_file(name))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", HELMS)
def test_it_wants_to_be_told_where_files_and_mails_go(version: str) -> None:
    done = helm(version, "template", "portico", str(CHART))
    assert done.returncode != 0
    assert "smtp" in done.stderr
    assert "s3" in done.stderr


REFUSED = [
    "portal.origin=portal.example.com",
    "portal.origin=https://portal.example.com/",
    "logLevel=loud",
    "unknown=1",
    "image.pullPolicy=Sometimes",
    "postgresql.existingSecret=one-for-all",
    "postgresql.egress.ports={}",
    "postgresql.egress.ports={70000}",
    "rabbitmq.url=amqp://user:password@host/",
    "s3.url=",
    "s3.bucket=Ab",
    "smtp.tls=ssl",
    "smtp.host=",
    "smtp.from=nobody",
    "smtp.password=secret",
    "clamd.address=clamd",
    "httpRoute.enabled=true",
    "networkPolicy.monitoringPeers[0].podselector.matchLabels.a=b",
    "deployables.gatway.replicas=2",
    "deployables.cases.replicas=0",
    "deployables.cases.replicas=two",
    "deployables.cases.resources.limits.memory=512MB",
    "deployables.cases.resources.limits.memory=null",
    "deployables.cases.uses={redis}",
    "deployables.cases-worker.autoscaling.min=0",
    "deployables.cases.env.portico_x=1",
    "deployables.cases.env.PORTICO_SERVICE=x",
    "pod.uid=0",
]


@pytest.mark.parametrize("value", REFUSED)
@pytest.mark.parametrize("version", HELMS)
def test_it_refuses(version: str, value: str) -> None:
    done = helm(version, "template", "portico", str(CHART), "-f", values_file("minimal"), "--set", value)
    assert done.returncode != 0, f"{value} was taken"
    assert "portico" in done.stderr or "PORTICO" in done.stderr


@pytest.fixture(scope="module", autouse=True)
def _schemas_are_read_once() -> Any:
    """The library reads two megabytes of JSON again for each object."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kubernetes_validate.utils, "schema_contents", cache(kubernetes_validate.utils.schema_contents))
        yield


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@pytest.mark.parametrize("name", CI)
@pytest.mark.parametrize("version", HELMS)
def test_kubernetes_own_schemas_take_every_object(version: str, name: str, kubernetes: str) -> None:
    assert [sentence for doc in render(version, name) if (sentence := _complaint(doc, kubernetes))] == []


def _complaint(doc: dict[str, Any], kubernetes: str) -> str | None:
    try:
        kubernetes_validate.validate(doc, kubernetes, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{title(doc)}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError:
        known = (doc["apiVersion"], doc["kind"]) in NOT_CHECKED
        return None if known else f"{title(doc)}: no schema for {doc['apiVersion']}"
    return None


def test_a_kind_without_a_schema_is_not_passed_over() -> None:
    assert _complaint({"apiVersion": "apps/v9", "kind": "Deployment", "metadata": {"name": "x"}}, "1.37")


def test_an_unknown_field_is_not_passed_over() -> None:
    service = next(doc for doc in render("4.3.1", "minimal") if doc["kind"] == "Service")
    service["spec"]["selectors"] = {}
    assert _complaint(service, "1.32")


@pytest.mark.parametrize("version", HELMS)
def test_the_package_holds_what_the_chart_reads_and_no_test_values(version: str, tmp_path: Any) -> None:
    assert helm(version, "package", str(CHART), "-d", str(tmp_path)).returncode == 0
    (package,) = tmp_path.glob("portico-*.tgz")
    done = helm(version, "template", "portico", str(package), "-f", values_file("full"))
    assert done.returncode == 0, done.stderr
    for piece in ("PorticoOutboxStuck", "portico-overview", "service.psql"):
        assert piece in done.stdout
