"""A check that never fails proves nothing: each finds the defect planted for it."""

from collections.abc import Callable
from typing import Any

import pytest

from . import check_network as network
from . import check_objects as objects
from . import check_pods as pods
from .rendered import Doc, named, of_kind, render
from .test_rendered import CHECKS

pytestmark = pytest.mark.xdist_group("chart")
Spoil = Callable[[list[Doc]], None]


def pod(docs: list[Doc], kind: str = "Deployment", name: str = "portico-cases") -> Any:
    return named(docs, kind, name)["spec"]["template"]["spec"]


def container(docs: list[Doc]) -> Any:
    return pod(docs)["containers"][0]


def policy(docs: list[Doc], name: str) -> Any:
    return named(docs, "NetworkPolicy", f"portico-{name}")["spec"]


def budget(docs: list[Doc]) -> Any:
    return named(docs, "PodDisruptionBudget", "portico-cases")["spec"]


def service(docs: list[Doc]) -> Any:
    return named(docs, "Service", "portico-cases")["spec"]


PLANTED: list[tuple[Callable[[list[Doc]], list[str]], Spoil]] = [
    (pods.pods_are_restricted, lambda d: pod(d).update(automountServiceAccountToken=True)),
    (pods.pods_are_restricted, lambda d: pod(d)["securityContext"].pop("seccompProfile")),
    (pods.pods_are_restricted, lambda d: pod(d, "Job", "portico-migrate-cases")["securityContext"].clear()),
    (pods.containers_are_restricted, lambda d: container(d)["securityContext"].update(readOnlyRootFilesystem=False)),
    (pods.containers_are_restricted, lambda d: container(d)["securityContext"]["capabilities"].update(add=["CHOWN"])),
    (pods.probes_name_declared_ports, lambda d: container(d)["readinessProbe"]["httpGet"].update(port="opps")),
    (pods.deployables_have_every_probe, lambda d: container(d).pop("startupProbe")),
    (pods.deployables_have_every_probe, lambda d: pod(d).update(terminationGracePeriodSeconds=10)),
    (pods.mounts_have_volumes, lambda d: container(d)["volumeMounts"].append({"name": "x", "mountPath": "/x"})),
    (pods.mounts_have_volumes, lambda d: pod(d)["volumes"].append({"name": "unused", "emptyDir": {}})),
    (pods.env_names_are_unique, lambda d: container(d)["env"].append(dict(container(d)["env"][0]))),
    (pods.env_is_whole, lambda d: container(d)["env"].append({"name": "EMPTY", "value": ""})),
    (pods.env_is_whole, lambda d: pod(d).pop("enableServiceLinks")),
    (pods.resources_are_quantities, lambda d: container(d)["resources"]["limits"].update(memory="512MB")),
    (pods.resources_are_quantities, lambda d: container(d).pop("resources")),
    (objects.enums_are_known, lambda d: container(d).update(imagePullPolicy="ifNotPresent")),
    (objects.enums_are_known, lambda d: service(d)["ports"][0].update(protocol="tcp")),
    (objects.enums_are_known, lambda d: policy(d, "cases").update(policyTypes=["ingress"])),
    (objects.names_are_good_and_unique, lambda d: d[0]["metadata"].update(name="Portico_cases")),
    (objects.names_are_good_and_unique, lambda d: d.append(d[0])),
    (objects.selectors_match_their_pods, lambda d: service(d)["selector"].update(app="cases")),
    (objects.selectors_match_their_pods, lambda d: budget(d)["selector"]["matchLabels"].popitem()),
    (objects.services_target_declared_ports, lambda d: service(d)["ports"][0].update(targetPort="web")),
    (
        objects.routes_lead_to_services,
        lambda d: named(d, "HTTPRoute", "portico")["spec"]["rules"][0]["backendRefs"][0].update(port=8080),
    ),
    (
        objects.routes_lead_to_services,
        lambda d: named(d, "Ingress", "portico")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"].update(
            port={"name": "ops"}
        ),
    ),
    (objects.budgets_have_one_bound, lambda d: budget(d).update(minAvailable=1)),
    (objects.budgets_have_one_bound, lambda d: d.remove(named(d, "PodDisruptionBudget", "portico-cases"))),
    (objects.jobs_end, lambda d: pod(d, "Job", "portico-migrate-cases").update(restartPolicy="Always")),
    (
        objects.jobs_end,
        lambda d: named(d, "Job", "portico-migrate-cases")["metadata"]["annotations"].update(
            {"helm.sh/hook": "preinstall"}
        ),
    ),
    (objects.replicas_have_one_owner, lambda d: named(d, "Deployment", "portico-cases")["spec"].update(replicas=2)),
    (objects.replicas_have_one_owner, lambda d: of_kind(d, "ScaledObject")[0]["spec"].update(minReplicaCount=0)),
    (
        objects.secrets_reach_only_who_needs_them,
        lambda d: container(d)["env"].append(
            {"name": "X", "valueFrom": {"secretKeyRef": {"name": "portico-cases-migrator", "key": "url"}}}
        ),
    ),
    (
        objects.secrets_reach_only_who_needs_them,
        lambda d: container(d)["env"].append({"name": "PORTICO_CALLER_PRIVATE_KEY", "value": "{}"}),
    ),
    (network.all_is_denied_by_default, lambda d: d.remove(named(d, "NetworkPolicy", "portico-default-deny"))),
    (network.rules_name_ports, lambda d: policy(d, "cases")["egress"][0].pop("ports")),
    (network.both_ends_agree, lambda d: policy(d, "cases")["ingress"].pop()),
    (network.both_ends_agree, lambda d: policy(d, "gateway")["egress"][1]["ports"][0].update(port=80)),
    (
        network.calls_are_the_real_ones,
        lambda d: policy(d, "cases")["egress"].append(policy(d, "gateway")["egress"][2]),
    ),
    (network.names_are_resolved, lambda d: d.remove(named(d, "NetworkPolicy", "portico-dns"))),
]


@pytest.mark.parametrize(("check", "spoil"), PLANTED, ids=lambda it: getattr(it, "__name__", ""))
def test_it_finds_the_planted_defect(check: Callable[[list[Doc]], list[str]], spoil: Spoil) -> None:
    docs = render("4.3.1", "full")
    spoil(docs)
    assert check(docs) != []


def test_every_check_has_a_defect_planted_for_it() -> None:
    assert {check for check, _ in PLANTED} == set(CHECKS)
