"""The chart as the real helm renders it, and ways to walk through what came out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "k8s"
CI = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").glob("*-values.yaml"))
HELMS = ("3.17.2", "4.3.1")
SERVICES = ("identity", "cases", "documents", "knowledge", "billing-view", "notifier")
DEPLOYABLES = ("gateway", *SERVICES, *(f"{service}-worker" for service in SERVICES))
COMPONENT = "app.kubernetes.io/component"

# An object as YAML gives it: its shape is exactly what the checks ask about.
Doc = dict[str, Any]


@cache
def binaries() -> dict[str, dict[str, str]]:
    """helm and kubectl by helm's version."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "helm.py")], stdout=subprocess.PIPE, text=True, check=True
    )
    paths: dict[str, dict[str, str]] = json.loads(done.stdout)
    return paths


def helm(version: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the helms; the caller looks at how it ended."""
    return subprocess.run([binaries()[version]["helm"], *arguments], capture_output=True, text=True, check=False)


def values_file(name: str) -> str:
    """One of the chart's ci values files."""
    return str(CHART / "ci" / f"{name}-values.yaml")


def manifest(version: str, name: str, *arguments: str, release: str = "portico") -> str:
    """The chart rendered with one ci values file and further arguments."""
    done = helm(version, "template", release, str(CHART), "-n", "portico", "-f", values_file(name), *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def _loaded(version: str, name: str, arguments: tuple[str, ...], release: str) -> str:
    text = manifest(version, name, *arguments, release=release)
    # libyaml where PyYAML has it: 4,800 lines take the pure Python loader seconds.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return json.dumps([doc for doc in yaml.load_all(text, loader) if doc])


def render(version: str, name: str, *arguments: str, release: str = "portico") -> list[Doc]:
    """The objects of one rendering, fresh: a test may spoil them."""
    docs: list[Doc] = json.loads(_loaded(version, name, arguments, release))
    return docs


def of_kind(docs: list[Doc], *kinds: str) -> list[Doc]:
    """Those objects of the given kinds."""
    return [doc for doc in docs if doc["kind"] in kinds]


def named(docs: list[Doc], kind: str, name: str) -> Doc:
    """The one object of that kind and name."""
    return next(doc for doc in of_kind(docs, kind) if doc["metadata"]["name"] == name)


def title(doc: Doc) -> str:
    """How a check names what it complains about."""
    return f"{doc['kind']}/{doc['metadata']['name']}"


def templates(docs: list[Doc]) -> list[tuple[str, Doc]]:
    """Every pod template, with the name of what makes the pods."""
    owners = of_kind(docs, "Deployment", "StatefulSet", "DaemonSet", "Job")
    return [(title(doc), doc["spec"]["template"]) for doc in owners]


def containers(docs: list[Doc]) -> list[tuple[str, Doc, Doc]]:
    """Every container, init containers too: where it is, the pod's spec, its own spec."""
    return [
        (f"{owner} {container['name']}", template["spec"], container)
        for owner, template in templates(docs)
        for container in (*template["spec"].get("initContainers", []), *template["spec"]["containers"])
    ]


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key below, with its value, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
