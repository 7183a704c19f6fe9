"""What must hold inside every pod. Each check gives a sentence per thing that is wrong."""

import re

from .rendered import Doc, containers, templates

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
QUANTITY = re.compile(r"\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?")


def pods_are_restricted(docs: list[Doc]) -> list[str]:
    """Pod Security Standard "restricted", and no token."""
    wrong = []
    for where, template in templates(docs):
        spec = template["spec"]
        security = spec.get("securityContext", {})
        rules = {
            "runAsNonRoot": security.get("runAsNonRoot") is True,
            "a numeric user above 0": security.get("runAsUser", 0) > 0,
            "seccomp RuntimeDefault": security.get("seccompProfile", {}).get("type") == "RuntimeDefault",
            "no token": spec.get("automountServiceAccountToken") is False,
            "no host namespaces": not any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")),
            "no host folders": not any("hostPath" in volume for volume in spec.get("volumes", [])),
        }
        wrong += [f"{where}: wants {rule}" for rule, holds in rules.items() if not holds]
    return wrong


def containers_are_restricted(docs: list[Doc]) -> list[str]:
    """Nothing to gain and nothing to write."""
    wrong = []
    for where, _, container in containers(docs):
        security = container.get("securityContext", {})
        rules = {
            "allowPrivilegeEscalation false": security.get("allowPrivilegeEscalation") is False,
            "a read-only root": security.get("readOnlyRootFilesystem") is True,
            "all capabilities dropped": security.get("capabilities") == {"drop": ["ALL"]},
            "no privilege": not security.get("privileged"),
            "no user 0": security.get("runAsUser", 1) > 0 and security.get("runAsNonRoot", True),
            "no ports of the node": not any("hostPort" in port for port in container.get("ports", [])),
        }
        wrong += [f"{where}: wants {rule}" for rule, holds in rules.items() if not holds]
    return wrong


def probes_name_declared_ports(docs: list[Doc]) -> list[str]:
    """A probe of a port nobody opens kills a healthy pod."""
    wrong = []
    for where, _, container in containers(docs):
        declared = {port["name"] for port in container.get("ports", [])}
        probes = [container[probe] for probe in PROBES if probe in container]
        asked = [probe["httpGet"]["port"] for probe in probes if "httpGet" in probe]
        wrong += [f"{where}: probes port {port}, which it does not declare" for port in asked if port not in declared]
    return wrong


def deployables_have_every_probe(docs: list[Doc]) -> list[str]:
    """Startup, readiness and liveness, on the ops port; time to drain after preStop."""
    wrong = []
    for where, spec, container in containers(docs):
        if not where.startswith("Deployment/"):
            continue
        asked = {probe: container.get(probe, {}).get("httpGet") for probe in PROBES}
        paths = {"startupProbe": "/startupz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}
        wrong += [f"{where}: {probe}" for probe, path in paths.items() if asked[probe] != {"path": path, "port": "ops"}]
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if spec.get("terminationGracePeriodSeconds", 0) < pause + 20:
            wrong.append(f"{where}: less than 20 s to drain after preStop")
        if any(port["name"] == "http" for port in container["ports"]) and not pause:
            wrong.append(f"{where}: stops before the endpoints forget it")
    return wrong


def mounts_have_volumes(docs: list[Doc]) -> list[str]:
    """Every mount has its volume, and every volume is mounted."""
    claims = {
        doc["metadata"]["name"]: {claim["metadata"]["name"] for claim in doc["spec"]["volumeClaimTemplates"]}
        for doc in docs
        if doc["kind"] == "StatefulSet" and "volumeClaimTemplates" in doc["spec"]
    }
    wrong = []
    for where, template in templates(docs):
        spec = template["spec"]
        volumes = {volume["name"] for volume in spec.get("volumes", [])} | claims.get(where.partition("/")[2], set())
        every = [*spec.get("initContainers", []), *spec["containers"]]
        mounted = {mount["name"] for container in every for mount in container.get("volumeMounts", [])}
        wrong += [f"{where}: mounts {name}, which is no volume" for name in mounted - volumes]
        wrong += [f"{where}: volume {name} is mounted nowhere" for name in volumes - mounted]
    return wrong


def env_names_are_unique(docs: list[Doc]) -> list[str]:
    """Helm 4 applies server-side, where a double is an error; elsewhere the last one silently wins."""
    wrong = []
    for where, _, container in containers(docs):
        names = [variable["name"] for variable in container.get("env", [])]
        wrong += [f"{where}: {name} twice" for name in sorted({name for name in names if names.count(name) > 1})]
    return wrong


def env_is_whole(docs: list[Doc]) -> list[str]:
    """A value is a string that is not empty, or comes from a named secret."""
    wrong = []
    for where, spec, container in containers(docs):
        if spec.get("enableServiceLinks") is not False:
            wrong.append(f"{where}: service links would overwrite PORTICO_ settings")
        for variable in container.get("env", []):
            source = variable.get("valueFrom", {}).get("secretKeyRef", {})
            plain = variable.get("value")
            if not (isinstance(plain, str) and plain) and not (source.get("name") and source.get("key")):
                wrong.append(f"{where}: {variable['name']} has no value")
    return wrong


def resources_are_quantities(docs: list[Doc]) -> list[str]:
    """Requests for the scheduler, a memory limit for the node, and no request above its limit's kind."""
    wrong = []
    for where, _, container in containers(docs):
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= resources.get("requests", {}).keys() or "memory" not in resources.get("limits", {}):
            wrong.append(f"{where}: wants requests for cpu and memory, and a memory limit")
        amounts = [*resources.get("requests", {}).values(), *resources.get("limits", {}).values()]
        wrong += [f"{where}: {amount} is no quantity" for amount in amounts if not QUANTITY.fullmatch(str(amount))]
    return wrong


CHECKS = (
    pods_are_restricted,
    containers_are_restricted,
    probes_name_declared_ports,
    deployables_have_every_probe,
    mounts_have_volumes,
    env_names_are_unique,
    env_is_whole,
    resources_are_quantities,
)
