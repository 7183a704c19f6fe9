"""What must hold between objects. Each check gives a sentence per thing that is wrong."""

import re

from .rendered import Doc, containers, of_kind, templates, title, walk

CUSTOM = ("ScaledObject", "TriggerAuthentication", "Cluster", "RabbitmqCluster", "ServiceMonitor", "PrometheusRule")
DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
# What the schema of Kubernetes takes as any string.
ENUMS: dict[str, set[str]] = {
    "imagePullPolicy": {"Always", "IfNotPresent", "Never"},
    "restartPolicy": {"Always", "OnFailure", "Never"},
    "protocol": {"TCP", "UDP", "SCTP"},
    "pathType": {"Exact", "Prefix", "ImplementationSpecific"},
    "whenUnsatisfiable": {"DoNotSchedule", "ScheduleAnyway"},
    "unhealthyPodEvictionPolicy": {"IfHealthyBudget", "AlwaysAllow"},
    "operator": {"Equal", "Exists", "In", "NotIn", "DoesNotExist"},
    "effect": {"NoSchedule", "PreferNoSchedule", "NoExecute"},
}
ENUMS_OF_LISTS: dict[str, set[str]] = {
    "policyTypes": {"Ingress", "Egress"},
    "accessModes": {"ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"},
}
HOOKS = {"pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-delete", "post-delete", "test"}


def enums_are_known(docs: list[Doc]) -> list[str]:
    """Misspelt choices, which only the API server would refuse."""
    wrong = []
    for doc in docs:
        if doc["kind"] in CUSTOM:
            continue
        for key, value in walk(doc):
            if key in ENUMS and isinstance(value, str) and value not in ENUMS[key]:
                wrong.append(f"{title(doc)}: {key} {value}")
            if key in ENUMS_OF_LISTS and not set(value) <= ENUMS_OF_LISTS[key]:
                wrong.append(f"{title(doc)}: {key} {value}")
    return wrong


def names_are_good_and_unique(docs: list[Doc]) -> list[str]:
    """Names fit a DNS label, label values fit, and no two objects of a kind share a name."""
    wrong = [f"{title(doc)} is no DNS label" for doc in docs if not DNS_LABEL.fullmatch(doc["metadata"]["name"])]
    titles = [title(doc) for doc in docs]
    wrong += [f"{name} comes twice" for name in sorted({name for name in titles if titles.count(name) > 1})]
    for doc in docs:
        labels = doc["metadata"].get("labels", {})
        wrong += [f"{title(doc)}: label {k}={v}" for k, v in labels.items() if not LABEL_VALUE.fullmatch(v)]
    return wrong


def selectors_match_their_pods(docs: list[Doc]) -> list[str]:
    """Deployments, Services, budgets and policies each select the pods of exactly one template."""
    wrong = []
    pods = [template["metadata"]["labels"] for _, template in templates(docs)]
    for doc in docs:
        selector = _selector(doc)
        if selector is None:
            continue
        found = {tuple(sorted(labels.items())) for labels in pods if selector.items() <= labels.items()}
        if len(found) != 1:
            wrong.append(f"{title(doc)}: selects {len(found)} kinds of pod")
        if doc["kind"] in ("Deployment", "StatefulSet"):
            own = doc["spec"]["template"]["metadata"]["labels"]
            if not selector.items() <= own.items():
                wrong.append(f"{title(doc)}: its selector is not among its own pods' labels")
    return wrong


def _selector(doc: Doc) -> dict[str, str] | None:
    spec = doc.get("spec", {})
    if doc["kind"] in ("Deployment", "StatefulSet", "PodDisruptionBudget"):
        return dict(spec["selector"]["matchLabels"])
    return dict(spec["selector"]) if doc["kind"] == "Service" else None


def services_target_declared_ports(docs: list[Doc]) -> list[str]:
    """Each targetPort is a port that the selected pods declare by that name."""
    wrong = []
    for service in of_kind(docs, "Service"):
        selector = service["spec"]["selector"]
        declared = {
            port["name"]
            for _, template in templates(docs)
            if selector.items() <= template["metadata"]["labels"].items()
            for container in template["spec"]["containers"]
            for port in container.get("ports", [])
        }
        targets = [port["targetPort"] for port in service["spec"]["ports"]]
        wrong += [f"{title(service)}: targets {target}" for target in targets if target not in declared]
    return wrong


def routes_lead_to_services(docs: list[Doc]) -> list[str]:
    """Ingress and HTTPRoute backends are Services here, by a port these have; never the ops port."""
    ports = {
        doc["metadata"]["name"]: {port["name"]: port["port"] for port in doc["spec"]["ports"]}
        for doc in of_kind(docs, "Service")
    }
    wrong = []
    for doc in of_kind(docs, "Ingress"):
        for rule in doc["spec"]["rules"]:
            service = rule["http"]["paths"][0]["backend"]["service"]
            name = service["port"]["name"]
            if name not in ports.get(service["name"], {}) or name == "ops":
                wrong.append(f"{title(doc)}: leads to {service}")
    for doc in of_kind(docs, "HTTPRoute"):
        for backend in (backend for rule in doc["spec"]["rules"] for backend in rule["backendRefs"]):
            if ports.get(backend["name"], {}).get("http") != backend["port"]:
                wrong.append(f"{title(doc)}: leads to {backend}")
    return wrong


def budgets_have_one_bound(docs: list[Doc]) -> list[str]:
    """Both bounds at once are refused by the API server; each deployable has a budget."""
    budgets = of_kind(docs, "PodDisruptionBudget")
    wrong = [f"{title(doc)}: wants maxUnavailable alone" for doc in budgets if "minAvailable" in doc["spec"]]
    wrong += [f"{title(doc)}: maxUnavailable 1" for doc in budgets if doc["spec"].get("maxUnavailable") != 1]
    have = {doc["metadata"]["name"] for doc in budgets}
    want = {doc["metadata"]["name"] for doc in of_kind(docs, "Deployment")}
    return wrong + [f"{name} has no budget" for name in sorted(want - have)]


def jobs_end(docs: list[Doc]) -> list[str]:
    """Jobs are hooks that never restart in place, give up in time, and are replaced by the next."""
    wrong = []
    for job in of_kind(docs, "Job"):
        notes = job["metadata"].get("annotations", {})
        hooks = set(notes.get("helm.sh/hook", "").split(","))
        rules = {
            "restartPolicy Never": job["spec"]["template"]["spec"].get("restartPolicy") == "Never",
            "a deadline": job["spec"].get("activeDeadlineSeconds", 0) > 0,
            "known hooks": hooks <= HOOKS,
            "to run before upgrades": "pre-upgrade" in hooks,
            "to replace the one before": "before-hook-creation" in notes.get("helm.sh/hook-delete-policy", ""),
        }
        wrong += [f"{title(job)}: wants {rule}" for rule, holds in rules.items() if not holds]
    return wrong


def replicas_have_one_owner(docs: list[Doc]) -> list[str]:
    """An autoscaler and a fixed number would pull each other back and forth."""
    scalers = of_kind(docs, "HorizontalPodAutoscaler", "ScaledObject")
    scaled = [doc["spec"]["scaleTargetRef"]["name"] for doc in scalers]
    wrong = [f"{name} has two autoscalers" for name in sorted({name for name in scaled if scaled.count(name) > 1})]
    for doc in of_kind(docs, "Deployment"):
        if ("replicas" in doc["spec"]) == (doc["metadata"]["name"] in scaled):
            wrong.append(f"{title(doc)}: replicas wants exactly one owner")
    for doc in scalers:
        low = doc["spec"].get("minReplicas", doc["spec"].get("minReplicaCount"))
        high = doc["spec"].get("maxReplicas", doc["spec"].get("maxReplicaCount"))
        if not 1 <= low <= high:
            wrong.append(f"{title(doc)}: from {low} to {high}")
    return wrong


def secrets_reach_only_who_needs_them(docs: list[Doc]) -> list[str]:
    """The migrator's login is the migration jobs' alone, the private key the gateway's."""
    wrong = []
    for where, _, container in containers(docs):
        names = {variable["name"] for variable in container.get("env", [])}
        job = where.startswith("Job/")
        gateway = where.startswith("Deployment/") and container["name"] == "gateway"
        secrets = [v["valueFrom"]["secretKeyRef"]["name"] for v in container.get("env", []) if "valueFrom" in v]
        rules = {
            "the migrator's login": job or not any(_is_migrators(secret) for secret in secrets),
            "PORTICO_MIGRATOR_URL": job or "PORTICO_MIGRATOR_URL" not in names,
            "PORTICO_CALLER_PRIVATE_KEY": gateway or "PORTICO_CALLER_PRIVATE_KEY" not in names,
            "a database": not gateway or "PORTICO_DATABASE_URL" not in names,
        }
        wrong += [f"{where}: must not have {thing}" for thing, holds in rules.items() if not holds]
    return wrong


def _is_migrators(secret: str) -> bool:
    return secret.endswith(("-migrator", "-owner"))


CHECKS = (
    enums_are_known,
    names_are_good_and_unique,
    selectors_match_their_pods,
    services_target_declared_ports,
    routes_lead_to_services,
    budgets_have_one_bound,
    jobs_end,
    replicas_have_one_owner,
    secrets_reach_only_who_needs_them,
)
