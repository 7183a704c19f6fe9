"""One block of a hundred ports per stack, so that two checkouts on one machine stay apart."""

import os
import secrets
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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
AGAIN = "end that process and call again, or call `portico down` and then `portico up`, which moves to free ports."
STEP = 100
BLOCKS = 50
_SPARE = range(28_000, 32_000)


@dataclass(frozen=True)
class Ports:
    """A block, by its first port."""

    base: int

    def __getitem__(self, name: str) -> int:
        return self.base + OFFSETS[name]


def free(port: int) -> bool:
    """Nothing listens there, on loopback or on all addresses, and no other user left its socket file behind."""
    if _foreign_socket(port):
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def spare() -> int:
    """A free port for something that lives shortly, between the blocks and those that the kernel gives to connections:
    one of these is somebody's before it is used."""
    return next(port for port in iter(lambda: secrets.choice(_SPARE), None) if free(port))


def _foreign_socket(port: int) -> Path | None:
    """The S3 server puts sockets named after its ports into /tmp and leaves them there when killed."""
    mine = os.geteuid()
    return next((path for path in sockets(port) if mine not in (0, path.lstat().st_uid)), None)


def sockets(port: int) -> list[Path]:
    """The S3 server's socket files for this port."""
    return list(Path("/tmp").glob(f"seaweedfs-*-{port}.sock"))  # the server's choice, not ours


def taken(ports: Ports, names: Iterable[str], *, patience: float = 0) -> str | None:
    """The first of these ports that somebody holds, by name; a server just ended may hold its own a moment longer."""
    deadline = time.monotonic() + patience
    while name := next((name for name in names if not free(ports[name])), None):
        if time.monotonic() >= deadline:
            return name
        time.sleep(0.1)
    return None


def holder(port: int) -> str:
    """Who listens there, as far as this user may know."""
    if left := _foreign_socket(port):
        return f"a socket file of another user, {left}"
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


def asked() -> int | None:
    """The first port of the block that PORTICO_PORT_BASE wants."""
    wanted = os.environ.get("PORTICO_PORT_BASE")
    if wanted is None:
        return None
    if not wanted.isdigit() or not 1024 <= int(wanted) <= 65_000:
        raise Trouble(f"PORTICO_PORT_BASE is {wanted!r}: it must be a port number between 1024 and 65000.")
    return int(wanted)


def choose(first: int, names: Iterable[str], wanted: int | None = None) -> Ports:
    """The block asked for, else the first that is free."""
    names = list(names)
    if wanted is not None:
        if name := taken(Ports(wanted), names):
            raise sentence(Ports(wanted), name, "end that process, or choose another PORTICO_PORT_BASE.")
        return Ports(wanted)
    for base in range(first, first + BLOCKS * STEP, STEP):
        if taken(Ports(base), names) is None:
            return Ports(base)
    raise sentence(Ports(first), taken(Ports(first), names) or names[0], "set PORTICO_PORT_BASE to a free block.")
