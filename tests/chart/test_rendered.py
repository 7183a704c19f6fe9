"""Every check over every rendering: both helms, every ci values file."""

from collections.abc import Callable

import pytest

from . import check_network as network
from . import check_objects as objects
from . import check_pods as pods
from .rendered import CI, DEPLOYABLES, HELMS, SERVICES, Doc, of_kind, render

# In one process, which renders and reads each once.
pytestmark = pytest.mark.xdist_group("chart")
CHECKS = (*pods.CHECKS, *objects.CHECKS, *network.CHECKS)


@pytest.mark.parametrize("name", CI)
@pytest.mark.parametrize("version", HELMS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_holds(check: Callable[[list[Doc]], list[str]], version: str, name: str) -> None:
    assert check(render(version, name)) == []


@pytest.mark.parametrize("name", CI)
@pytest.mark.parametrize("version", HELMS)
def test_it_renders_every_deployable_and_every_migration(version: str, name: str) -> None:
    docs = render(version, name)
    assert {doc["metadata"]["name"] for doc in of_kind(docs, "Deployment")} == {f"portico-{it}" for it in DEPLOYABLES}
    jobs = {doc["metadata"]["name"] for doc in of_kind(docs, "Job")} - {"portico-databases"}
    assert jobs == {f"portico-migrate-{service}" for service in SERVICES}


@pytest.mark.parametrize("name", CI)
def test_both_helms_render_the_same(name: str) -> None:
    # The demo's passwords are new at every rendering.
    third, fourth = ([d for d in render(v, name) if d["kind"] != "Secret"] for v in HELMS)
    key = lambda doc: (doc["kind"], doc["metadata"]["name"])  # noqa: E731 -- one use, two lines below
    assert sorted(third, key=key) == sorted(fourth, key=key)


def test_the_longest_release_name_still_makes_good_names() -> None:
    docs = render("4.3.1", "full", release="portal-of-the-customers-of-a-company-with-a-long-name")
    assert objects.names_are_good_and_unique(docs) == []


def test_a_migration_runs_before_the_installation_unless_its_database_comes_with_it() -> None:
    hooks = {
        name: {job["metadata"]["annotations"]["helm.sh/hook"] for job in of_kind(render("4.3.1", name), "Job")}
        for name in ("minimal", "full")
    }
    assert hooks == {"minimal": {"pre-install,pre-upgrade"}, "full": {"post-install,pre-upgrade"}}


def test_nothing_a_migration_needs_before_the_installation_is_made_by_the_installation() -> None:
    docs = render("4.3.1", "external")
    made = {doc["metadata"]["name"] for doc in of_kind(docs, "Secret", "ConfigMap", "ServiceAccount")}
    assert made == set()


def test_the_real_call_graph_to_the_parts_outside_is_allowed_and_nothing_more() -> None:
    outside = {
        "192.0.2.16/28": ("postgresql", 6432),
        "192.0.2.32/28": ("rabbitmq", 5671),
        "192.0.2.48/28": ("s3", 9000),
        "203.0.113.0/24": ("s3-public", 443),
        "198.51.100.0/24": ("smtp", 465),
        "security": ("clamd", 3310),
        "observability": ("otlp", 4318),
        "0.0.0.0/0": ("sign-in", 443),
    }
    allowed = network.edges(render("4.3.1", "external"), "egress") - network.CALLS
    expected = {
        (component, peer, port)
        for component, part in network.PARTS
        for peer, (name, port) in outside.items()
        if name == part
    }
    assert allowed == expected


def test_only_the_way_in_and_monitoring_reach_the_pods_from_outside() -> None:
    ingress = network.edges(render("4.3.1", "external"), "ingress")
    from_outside = {edge for edge in ingress if edge[1] not in DEPLOYABLES}
    assert from_outside == {("gateway", "traefik", 8080)} | {(it, "monitoring", 9090) for it in DEPLOYABLES}


def test_what_a_pod_is_told_of_it_may_reach() -> None:
    docs = render("4.3.1", "external")
    allowed = network.edges(docs, "egress")
    told = {"PORTICO_DATABASE_URL": 6432, "PORTICO_AMQP_URL": 5671, "PORTICO_S3_URL": 9000, "PORTICO_CLAMD": 3310}
    for deployment in of_kind(docs, "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        ports = {port for component, _, port in allowed if component == container["name"]}
        names = {variable["name"] for variable in container["env"]}
        assert {port for name, port in told.items() if name in names} == ports & set(told.values())


@pytest.mark.parametrize("version", HELMS)
def test_subdomains_of_tenants_come_in_and_are_told_to_those_who_need_them_f004(version: str) -> None:
    docs = render(version, "full")
    hosts = {rule["host"] for ingress in of_kind(docs, "Ingress") for rule in ingress["spec"]["rules"]}
    assert {"portal.example.com", "*.portal.example.com"} <= hosts
    told = {
        deployment["metadata"]["name"].removeprefix("portico-").removesuffix("-worker")
        for deployment in of_kind(docs, "Deployment")
        for each in deployment["spec"]["template"]["spec"]["containers"][0]["env"]
        if (each["name"], each.get("value")) == ("PORTICO_SUBDOMAINS_OF", "portal.example.com")
    }
    assert told == {"gateway", "identity"}
