"""A part from its image: for a machine that has a Docker engine and lacks the part's program.

`docker run` in the foreground is a process like every other of ours: its pid is noted, its output is the part's log,
and the SIGTERM it is sent it passes on. What SIGKILL leaves behind is swept by the container's name. Ports have the
same numbers inside as outside, and data stands in a volume of the part's own. (Not testcontainers: its containers end
with the process that began them; ours outlive `portico up`, and several test processes share them.)
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stack import processes
from stack.state import State
from stack.trouble import Trouble

ENGINE = "docker"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside the container; outside it is published on loopback alone
# What the client needs to find its engine and its logins.
INHERITED = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY")


@dataclass(frozen=True)
class Image:
    """What to run: `data` is the folder inside that outlives the container, `words` what its program is told."""

    name: str
    data: str
    words: Sequence[str] = ()
    entrypoint: str | None = None
    ports: Sequence[int] = ()
    files: Mapping[Path, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def answers() -> bool:
    """There is a client here, and an engine behind it."""
    try:
        return _ask("version", "--format", "{{.Server.Version}}", seconds=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def start(state: State, part: str, image: Image, say: Callable[[str], None]) -> None:
    """Fetch the image if it is not here, and start it. Raises Trouble when it cannot be had."""
    if _ask("image", "inspect", image.name).returncode:
        say(f"fetching the image {image.name}")
        if (done := _ask("pull", "--quiet", image.name, seconds=900)).returncode:
            raise Trouble(f"The image {image.name} cannot be fetched: {done.stderr.strip() or 'docker said nothing'}")
    sweep(state, part)
    for note in (_note(state, part), _volume(state, part)):
        note.touch()
    say(f"starting the container {name(state, part)}")
    processes.spawn(state, part, argv(state, part, image), {**_environment(), **image.environment})


def argv(state: State, part: str, image: Image) -> list[str]:
    """The call; secrets travel by the environment, where no list of processes shows them."""
    called = name(state, part)
    words = [ENGINE, "run", "--rm", "--name", called, "--hostname", part, "--volume", f"{called}:{image.data}"]
    words += [word for port in image.ports for word in ("--publish", f"127.0.0.1:{port}:{port}")]
    words += [word for source, to in image.files.items() for word in ("--volume", f"{source}:{to}:ro")]
    words += [word for variable in image.environment for word in ("--env", variable)]
    words += ["--entrypoint", image.entrypoint] if image.entrypoint else []
    return [*words, image.name, *image.words]


def name(state: State, part: str) -> str:
    """The container's name, and its volume's: other checkouts have their own."""
    return f"portico-{state.tag}-{part}"


def file(state: State, part: str, called: str, text: str) -> Path:
    """A file the container may read. Others on this machine may not: they do not get into the part's room."""
    path = state.room(part) / called
    path.write_text(text)
    path.chmod(0o644)
    return path


def runs(state: State, part: str) -> bool:
    """This part was last started from its image."""
    return _note(state, part).exists()


def kill(state: State, part: str) -> None:
    """End it as a power cut would: killing the client alone would leave the container at work."""
    if runs(state, part):
        _ask("kill", name(state, part))
        processes.gone(state, part, 10)


def sweep(state: State, part: str) -> None:
    """Remove what a killed client left."""
    if runs(state, part):
        _ask("rm", "--force", name(state, part))
        _note(state, part).unlink(missing_ok=True)


def destroy(state: State, part: str) -> None:
    """Remove the data of a part that ran in a container, if it did."""
    if _volume(state, part).exists():
        _ask("volume", "rm", "--force", name(state, part))
        _volume(state, part).unlink()


def _note(state: State, part: str) -> Path:
    return state.folder / f"{part}.container"


def _volume(state: State, part: str) -> Path:
    return state.folder / f"{part}.volume"


def _environment() -> dict[str, str]:
    return {key: value for key in INHERITED if (value := os.environ.get(key))}


def _ask(*words: str, seconds: float = 60) -> "subprocess.CompletedProcess[str]":
    client = shutil.which(ENGINE)
    if client is None:
        raise FileNotFoundError(ENGINE)
    return subprocess.run([client, *words], capture_output=True, text=True, check=False, timeout=seconds)
