"""Where a program is missing, its image: the calls that are made, and what is said where no engine answers.

No engine has ever run these containers: this looks at our side of the call, with a stand-in for the client.
"""

import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stack import container, erlang, postgres, processes, rabbitmq, s3
from stack.ports import Ports
from stack.state import State
from stack.trouble import Trouble

CLIENT = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
    version) {version} ;;
    run) trap 'exit 0' TERM; while :; do sleep 0.1; done ;;
esac
"""
NO_ENGINE = "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1"
Client = Callable[[str], Path]


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Put a client first on the path that notes its calls; `version` is what it does when asked for the engine's."""

    def put(version: str) -> Path:
        calls, folder = tmp_path / "calls", tmp_path / "bin"
        folder.mkdir()
        script = folder / "docker"
        script.write_text(CLIENT.format(calls=calls, version=version))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return calls

    return put


@pytest.fixture
def ported(state: State) -> State:
    state.remember("ports", 21_000)
    return state


def quiet(word: str) -> None:
    """Nobody listens."""


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with none of the programs, and no package manager."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr(erlang, "DEBIAN", Path("nowhere"))
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)


@pytest.mark.usefixtures("bare")
def test_without_a_client_no_engine_answers() -> None:
    assert not container.answers()


def test_a_client_without_an_engine_counts_as_none(client: Client) -> None:
    client(NO_ENGINE)
    assert not container.answers()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("part", "remedy"), [(rabbitmq, "PORTICO_AMQP_URL"), (postgres, "PG_BIN"), (s3, "PORTICO_S3")])
def test_what_cannot_be_had_is_said_with_what_to_do(ported: State, part: Any, remedy: str) -> None:
    with pytest.raises(Trouble, match=rf"no Docker engine answers.*{remedy}"):
        part.start(ported, quiet)


@pytest.mark.parametrize("part", [rabbitmq, postgres, s3])
def test_a_container_is_published_on_loopback_alone_and_tells_no_secret(ported: State, part: Any) -> None:
    image = part._image(ported)
    words = container.argv(ported, part.NAME, image)
    published = [after for word, after in pairwise(words) if word == "--publish"]
    assert published
    assert all(each.startswith("127.0.0.1:") for each in published)
    assert str(ported.ports[part.NAME]) in " ".join(published)
    known = [ported.secret(name) for name in ("postgres", "rabbitmq", "s3_access_key", "s3_secret_key")]
    assert not [secret for secret in known if secret in " ".join(words)]
    for source in image.files:
        assert source.stat().st_mode & 0o777 == 0o644
        assert source.parent.stat().st_mode & 0o077 == 0


def test_every_checkout_has_containers_of_its_own(tmp_path: Path) -> None:
    one, other = State.at(tmp_path / "one"), State.at(tmp_path / "other")
    assert container.name(one, "s3") != container.name(other, "s3")


def test_a_container_is_started_found_stopped_and_swept(ported: State, client: Client) -> None:
    calls = client("echo 28.0")
    assert container.answers()
    container.start(ported, "s3", container.Image("some/image:1", "/data"), quiet)
    assert processes.find(ported, "s3")
    assert container.runs(ported, "s3")
    assert processes.stop(ported, "s3")
    container.sweep(ported, "s3")
    container.destroy(ported, "s3")
    name = container.name(ported, "s3")
    assert not container.runs(ported, "s3")
    assert calls.read_text().splitlines()[-2:] == [f"rm --force {name}", f"volume rm --force {name}"]


def test_a_part_that_never_ran_in_a_container_asks_no_client(ported: State, client: Client) -> None:
    calls = client("echo 28.0")
    container.sweep(ported, "s3")
    container.kill(ported, "s3")
    container.destroy(ported, "s3")
    assert not calls.exists()


def test_a_port_is_the_same_inside_and_outside(ported: State) -> None:
    assert f"127.0.0.1:{Ports(21_000)['s3']}:{Ports(21_000)['s3']}" in container.argv(ported, "s3", s3._image(ported))
