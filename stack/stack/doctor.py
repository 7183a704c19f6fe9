"""What is up, what is missing, and what to do about it."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from stack import processes, services
from stack.parts import PARTS, Part
from stack.ports import DEPLOYABLES, OF_PART, Ports, free, holder
from stack.state import State
from stack.web import ask

GIGABYTE = 1_000_000_000
DISK, MEMORY = 2 * GIGABYTE, 1.5 * GIGABYTE


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    says: str
    remedy: str = ""


def examine(state: State) -> list[Finding]:
    """Everything, in the order in which things depend on one another."""
    findings = [_disk(state)]
    known = state.recall("ports")
    if known is None:
        return [*findings, Finding("stack", False, "was never started from this checkout", "run `portico up`")]
    if not processes.running(state):
        findings.append(_memory())
    findings += [_part(state, part) for part in PARTS.values()]
    findings += [_service(state, name) for name in DEPLOYABLES]
    findings += [finding for name in DEPLOYABLES for finding in _given_up(state, name)]
    return [*findings, *_strangers(state, Ports(known)), _virus_scan()]


def _disk(state: State) -> Finding:
    left = shutil.disk_usage(state.folder).free
    says = f"{left / GIGABYTE:.0f} GB free below {state.folder}"
    return Finding("disk", left > DISK, says, "free at least 2 GB, or set PORTICO_STATE to a folder on another disk")


def _memory() -> Finding:
    left = psutil.virtual_memory().available
    return Finding(
        "memory", left > MEMORY, f"{left / GIGABYTE:.1f} GB available", "the stack needs 1.3 GB: close something"
    )


def _part(state: State, part: Part) -> Finding:
    if part.given():
        well = part.answers(state)
        says = "given by the environment, " + ("answers" if well else "does not answer")
        return Finding(part.LABEL, well, says, "start that server, or unset its address to have one started here")
    return _process(state, part.LABEL, part.NAME, part.answers)


def _service(state: State, name: str) -> Finding:
    return _process(state, name, name, lambda state: services.ready(state, name))


def _process(state: State, label: str, name: str, answers: Callable[[State], bool]) -> Finding:
    alive = processes.find(state, name)
    if alive is None:
        known = name in processes.names(state)
        says = "was started and has ended" if known else "is not running"
        return Finding(
            label, False, says, f"run `portico up` (`portico logs {name}` says why)" if known else "run `portico up`"
        )
    # Asked only now: a stranger on its port is not to be given our passwords.
    well = answers(state)
    log = f"read `portico logs {name}`, then run `portico restart {name}`"
    return Finding(label, well, f"pid {alive.pid}" + ("" if well else ", does not answer"), log)


def _given_up(state: State, name: str) -> Iterator[Finding]:
    """Events that a service has given up on; one that does not answer was spoken of already."""
    if processes.find(state, name) is None:
        return
    try:
        told = ask("GET", f"http://127.0.0.1:{state.ports[f'{name}-ops']}/metrics", seconds=5).data.decode()
    except OSError:
        return
    for metric, says, remedy in _GIVEN_UP:
        if found := re.search(rf"^{metric} ([1-9]\d*)", told, re.MULTILINE):
            many = says.format(many=found[1], s="" if found[1] == "1" else "s")
            yield Finding(name, False, many, remedy.format(name=name))


_GIVEN_UP = (
    (
        "portico_inbox_parked",
        "has given up on {many} event{s}",
        "`portico logs {name}` says why; once that is mended, run `portico replay {name}`",
    ),
    (
        "portico_dead_messages",
        "has {many} message{s} in its dead-letter queue",
        "docs/runbook.md says under PorticoDeadLetters what to do with them",
    ),
)
"""What a process tells of it: the metric, in words, and what to do."""


def _strangers(state: State, ports: Ports) -> Iterator[Finding]:
    """Somebody else on a port of a part that is down."""
    for name, wanted in OF_PART.items():
        if processes.find(state, name) is not None or (name in PARTS and PARTS[name].given()):
            continue
        for port in (port for port in wanted if port != "epmd" and not free(ports[port])):
            says = f"{ports[port]} (for {port}) is held by {holder(ports[port])}"
            yield Finding("port", False, says, "end that process, or set PORTICO_PORT_BASE to a free block")


def _virus_scan() -> Finding:
    address = os.environ.get("PORTICO_CLAMD")
    if address is None:
        return Finding("virus scan", True, "none (PORTICO_CLAMD is not set): files are marked as not scanned")
    host, _, port = address.rpartition(":")
    well = port.isdigit() and processes.listens(host, int(port))
    says = f"clamd at {address} " + ("answers" if well else "does not answer")
    return Finding("virus scan", well, says, "start clamd there, or unset PORTICO_CLAMD")
