"""Where a RabbitMQ server comes from: the machine's own, apt when root, unpacked packages when not."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stack.state import State
from stack.trouble import Trouble

PACKAGE = "rabbitmq-server"
DEBIAN = Path("usr/lib/rabbitmq/bin/rabbitmq-server")
# What the server needs of its dependencies; the rest (users, init scripts) serves the system service only.
WANTED = re.compile(r"^(rabbitmq-server|erlang-[a-z0-9-]+|libsctp1|libssl3t?6?4?|libncurses6|libtinfo6)$")
APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")
ADVICE = (
    "RabbitMQ is not on this machine, no Docker engine answers, and it could not be installed: install it "
    "(Debian: apt install rabbitmq-server), start Docker, or set PORTICO_AMQP_URL to a broker."
)


@dataclass(frozen=True)
class Server:
    """A RabbitMQ start script and the Erlang that runs it; `root` is where its packages were unpacked."""

    script: Path
    root: Path | None = None

    @property
    def epmd(self) -> str:
        """Erlang's port mapper, which every node needs."""
        path = self.environment()["PATH"]
        if found := shutil.which("epmd", path=path):
            return found
        raise Trouble(f"{self.script} is there but Erlang's epmd is not on {path}: install Erlang.")

    def environment(self) -> dict[str, str]:
        """What the script needs to find its own Erlang."""
        if self.root is None:
            return {"PATH": f"{self.script.parent}:/usr/lib/rabbitmq/bin:{os.environ.get('PATH', os.defpath)}"}
        libraries = ":".join(str(path) for path in sorted(self.root.glob("usr/lib/*-linux-gnu")))
        path = f"{self.script.parent}:{self.root}/usr/lib/erlang/bin:/usr/bin:/bin"
        return {"PATH": path, "LD_LIBRARY_PATH": libraries}


def find(state: State) -> Server | None:
    """The server of the machine, or the one unpacked earlier."""
    if (Path("/") / DEBIAN).exists():
        return Server(Path("/") / DEBIAN)
    # A wrapper that changes the user has no environment file beside it; the real script has.
    if (found := shutil.which(PACKAGE)) and (real := Path(found).resolve()).with_name("rabbitmq-env").exists():
        return Server(real)
    return unpacked(state)


def unpacked(state: State) -> Server | None:
    """The server below the state folder, if it was unpacked there completely."""
    root = _root(state)
    script = next(iter(sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))), None)
    return Server(script, root) if script else None


def find_or_install(state: State, say: Callable[[str], None]) -> Server:
    """The server, installed now if need be."""
    if server := find(state):
        return server
    if shutil.which("apt-get") is None:
        raise Trouble(ADVICE)
    if os.geteuid() == 0:
        say("installing rabbitmq-server with apt (about a minute)")
        _install()
    else:
        say("unpacking rabbitmq-server into the state folder (about a minute)")
        unpack(state)
    if server := find(state):
        return server
    raise Trouble(ADVICE)


def _install() -> None:
    install = (*APT, "install", "-y", "--no-install-recommends", PACKAGE)
    if _try(*install).returncode:
        _try(*APT, "update")
        if (done := _try(*install)).returncode:
            raise Trouble(f"{ADVICE} apt said: {_last_line(done.stderr)}")


def unpack(state: State) -> None:
    """Download the packages and unpack them; complete or not there at all."""
    fresh = state.room("erlang/fresh")
    shutil.rmtree(fresh)
    downloads = state.room("erlang/debs")
    _download(downloads)
    for package in downloads.glob("*.deb"):
        if (done := _try("dpkg", "-x", str(package), str(fresh))).returncode:
            raise Trouble(f"{ADVICE} dpkg said: {_last_line(done.stderr)}")
    _relocate(fresh, _root(state))
    fresh.rename(_root(state))
    shutil.rmtree(downloads)


def _root(state: State) -> Path:
    return state.folder / "erlang" / "root"


def _download(folder: Path) -> None:
    done = _fetch(folder, ())
    if done.returncode:
        # The machine's package lists are missing or too old; ours need no root.
        own = (f"Dir::State={folder}/state", f"Dir::Cache={folder}/cache", "Dir::State::status=/var/lib/dpkg/status")
        for name in ("state/lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        options = tuple(word for setting in own for word in ("-o", setting))
        _try(*APT, *options, "update", cwd=folder)
        done = _fetch(folder, options)
    if done.returncode:
        raise Trouble(f"{ADVICE} apt said: {_last_line(done.stderr)}")


def _fetch(folder: Path, options: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    only_depends = (
        "--no-recommends",
        "--no-suggests",
        "--no-conflicts",
        "--no-breaks",
        "--no-replaces",
        "--no-enhances",
    )
    listed = _try("apt-cache", *options, "depends", "--recurse", *only_depends, PACKAGE)
    wanted = sorted({line for line in listed.stdout.splitlines() if WANTED.match(line)})
    return _try(*APT, *options, "download", *(wanted or [PACKAGE]), cwd=folder)


def _relocate(fresh: Path, final: Path) -> None:
    """Erlang's start scripts name the folder they were built for."""
    for script in (*fresh.glob("usr/lib/erlang/bin/erl"), *fresh.glob("usr/lib/erlang/erts-*/bin/erl")):
        script.write_text(script.read_text().replace("/usr/lib/erlang", f"{final}/usr/lib/erlang"))


def _try(*argv: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing"])[-1]
