"""One block of a hundred ports per stack, so that two checkouts on one machine stay apart."""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from stack.trouble import Trouble

DEPLOYABLES = ("gateway", "identity", "cases", "documents", "knowledge", "billing-view", "notifier")
OFFSETS = {
    **{name: offset for offset, name in enumerate(DEPLOYABLES)},
    **{f"{name}-ops": 10 + offset for offset, name in enumerate(DEPLOYABLES)},
    "postgres": 20,
    "rabbitmq": 30,
    "rabbitmq-dist": 31,
    "rabbitmq-management": 32,
    "rabbitmq-prometheus": 33,
    "epmd": 34,
    "s3": 40,
    "s3-master": 41,
    "s3-master-grpc": 42,
    "s3-volume": 43,
    "s3-volume-grpc": 44,
    "s3-filer": 45,
    "s3-filer-grpc": 46,
    "s3-grpc": 47,
    "smtp": 50,
    "mailbox": 51,
}
OF_PART = {
    "postgres": ("postgres",),
    "rabbitmq": tuple(name for name in OFFSETS if name.startswith("rabbitmq") or name == "epmd"),
    "s3": tuple(name for name in OFFSETS if name == "s3" or name.startswith("s3-")),
    "mail": ("smtp", "mailbox"),
    **{name: (name, f"{name}-ops") for name in DEPLOYABLES},
}
STEP = 100
BLOCKS = 50


@dataclass(frozen=True)
class Ports:
    """A block, by its first port."""

    base: int

    def __getitem__(self, name: str) -> int:
        return self.base + OFFSETS[name]


def free(port: int) -> bool:
    """Nothing listens there, on loopback or on all addresses."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def taken(ports: Ports, names: Iterable[str]) -> str | None:
    """The first of these ports that somebody holds, by name."""
    return next((name for name in names if not free(ports[name])), None)


def holder(port: int) -> str:
    """Who listens there, as far as this user may know."""
    try:
        listening = [c for c in psutil.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        pid = next(c.pid for c in listening if c.laddr and c.laddr.port == port)
        return f"{psutil.Process(pid).name()} (pid {pid})" if pid else "a process of another user"
    except (StopIteration, psutil.Error):
        return "another process"


def sentence(ports: Ports, name: str, remedy: str) -> Trouble:
    """One sentence naming the port, its purpose and its holder."""
    port = ports[name]
    return Trouble(f"Port {port} (for {name}) is held by {holder(port)}: {remedy}")


def choose(first: int, names: Iterable[str]) -> Ports:
    """The block asked for in PORTICO_PORT_BASE, else the first that is free."""
    names = list(names)
    if wanted := os.environ.get("PORTICO_PORT_BASE"):
        ports = Ports(int(wanted))
        if name := taken(ports, names):
            raise sentence(ports, name, "end that process, or choose another PORTICO_PORT_BASE.")
        return ports
    for base in range(first, first + BLOCKS * STEP, STEP):
        if taken(Ports(base), names) is None:
            return Ports(base)
    raise sentence(Ports(first), taken(Ports(first), names) or names[0], "set PORTICO_PORT_BASE to a free block.")
