"""Who may talk to whom: the NetworkPolicies against the call graph, written down here once more."""

from typing import Any

from .rendered import COMPONENT, SERVICES, Doc, of_kind, templates, title

# The real calls (design, section 3): from, to, port at the pod that answers or of the part outside.
Edge = tuple[str, str, int]
WITH_DATABASE = (*SERVICES, *(f"{service}-worker" for service in SERVICES))
CALLS: set[Edge] = {("gateway", service, 8080) for service in SERVICES}
PARTS: set[tuple[str, str]] = {
    ("gateway", "rabbitmq"),
    ("gateway", "s3-public"),
    ("documents", "s3"),
    ("documents-worker", "s3"),
    ("documents", "clamd"),
    ("documents-worker", "clamd"),
    ("notifier-worker", "smtp"),
    ("identity", "sign-in"),
    ("migrations", "postgresql"),
    *((component, "postgresql") for component in WITH_DATABASE),
    *((component, "rabbitmq") for component in WITH_DATABASE),
    *((component, "otlp") for component in ("gateway", *WITH_DATABASE)),
}


def edges(docs: list[Doc], direction: str) -> set[tuple[str, str, int]]:
    """All allowed edges as (component, peer, port), out of the policies of each component."""
    side = "to" if direction == "egress" else "from"
    return {
        (component, _peer(peer), port["port"])
        for policy in of_kind(docs, "NetworkPolicy")
        if (component := policy["spec"]["podSelector"]["matchLabels"].get(COMPONENT))
        for rule in policy["spec"].get(direction, [])
        for peer in rule.get(side) or [{}]
        for port in rule["ports"]
    }


def _peer(peer: dict[str, Any]) -> str:
    """Our own component, else an address or label as it stands; `anyone` for no peer."""
    labels = {**peer.get("namespaceSelector", {}), **peer.get("podSelector", {})}.get("matchLabels", {})
    for key in (COMPONENT, "cnpg.io/cluster", "app.kubernetes.io/name", "kubernetes.io/metadata.name"):
        if key in labels:
            return str(labels[key])
    return str(peer.get("ipBlock", {}).get("cidr", "anyone"))


def all_is_denied_by_default(docs: list[Doc]) -> list[str]:
    """One policy selects every pod of the release, both ways, and allows nothing."""
    denies = [
        policy["spec"]["podSelector"]["matchLabels"]
        for policy in of_kind(docs, "NetworkPolicy")
        if set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and not policy["spec"].get("ingress")
        and not policy["spec"].get("egress")
    ]
    return [
        f"{where} is not denied by default"
        for where, template in templates(docs)
        if not any(labels.items() <= template["metadata"]["labels"].items() for labels in denies)
    ]


def rules_name_ports(docs: list[Doc]) -> list[str]:
    """A rule without ports would allow them all; a type without a rule list denies, which is meant."""
    wrong = []
    for policy in of_kind(docs, "NetworkPolicy"):
        for direction in ("ingress", "egress"):
            rules = policy["spec"].get(direction, [])
            wrong += [f"{title(policy)}: {direction} to every port" for rule in rules if not rule.get("ports")]
            if rules and direction.capitalize() not in policy["spec"]["policyTypes"]:
                wrong.append(f"{title(policy)}: {direction} rules without the type")
    return wrong


def both_ends_agree(docs: list[Doc]) -> list[str]:
    """What one of our pods may call, that pod lets in, on a port it opens; and the other way round."""
    ours = {template["metadata"]["labels"][COMPONENT]: template for _, template in templates(docs)}
    out = {(a, b, port) for a, b, port in edges(docs, "egress") if b in ours}
    into = {(a, b, port) for b, a, port in edges(docs, "ingress") if a in ours}
    wrong = [f"{a} -> {b}:{port} is allowed at one end only" for a, b, port in sorted(out ^ into)]
    for a, b, port in sorted(out | into):
        every = ours[b]["spec"]["containers"] if b in ours else []
        if port not in {declared["containerPort"] for c in every for declared in c.get("ports", [])}:
            wrong.append(f"{a} -> {b}:{port}, which nobody opens")
    return wrong


def calls_are_the_real_ones(docs: list[Doc]) -> list[str]:
    """Between our own pods: the gateway calls each service, and nothing else calls anything."""
    ours = {template["metadata"]["labels"][COMPONENT] for _, template in templates(docs)} - {"seaweedfs"}
    allowed = {(a, b, port) for a, b, port in edges(docs, "egress") if a in ours and b in ours}
    wrong = [f"{a} -> {b}:{port} is no real call" for a, b, port in sorted(allowed - CALLS)]
    return wrong + [f"{a} -> {b}:{port} is not allowed" for a, b, port in sorted(CALLS - allowed)]


def names_are_resolved(docs: list[Doc]) -> list[str]:
    """Every pod that may call out can ask DNS."""
    for policy in of_kind(docs, "NetworkPolicy"):
        ports = {(p["port"], p["protocol"]) for rule in policy["spec"].get("egress", []) for p in rule["ports"]}
        if ports == {(53, "UDP"), (53, "TCP")}:
            labels = policy["spec"]["podSelector"]["matchLabels"].items()
            return [f"{where}: no DNS" for where, t in templates(docs) if not labels <= t["metadata"]["labels"].items()]
    return ["no policy allows DNS"]


CHECKS = (
    all_is_denied_by_default,
    rules_name_ports,
    both_ends_agree,
    calls_are_the_real_ones,
    names_are_resolved,
)
