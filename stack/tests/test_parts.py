"""Real servers, started twice, killed, and in one another's way."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from minio.error import S3Error

from stack import parts, postgres, processes, s3
from stack.databases import database_name
from stack.state import State
from stack.testing import first_block
from stack.trouble import Trouble


def quiet(word: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """PostgreSQL and S3 of these tests alone, to be killed."""
    state = State.at(tmp_path_factory.mktemp("parts"))
    parts.settle_ports(state, ["postgres", "s3"], first_block(state))
    try:
        postgres.start(state, quiet)
        s3.start(state, quiet)
        yield state
    finally:
        parts.stop(state)
        parts.destroy(state)


def pid(state: State, name: str) -> int:
    process = processes.find(state, name)
    assert process is not None
    return process.pid


@pytest.mark.parametrize("part", [postgres, s3])
def test_starting_twice_leaves_it_alone(own: State, part: parts.Part) -> None:
    before = pid(own, part.NAME)
    part.start(own, quiet)
    assert pid(own, part.NAME) == before


@pytest.mark.parametrize("part", [postgres, s3])
def test_a_killed_part_is_started_again(own: State, part: parts.Part) -> None:
    before = pid(own, part.NAME)
    processes.kill(own, part.NAME)
    assert not part.answers(own)
    part.start(own, quiet)
    assert part.answers(own)
    assert pid(own, part.NAME) != before


def test_what_was_stored_outlives_a_kill(own: State) -> None:
    store = s3.with_bucket(s3.storage(own), "kept-things")
    store.client().put_object(store.bucket, "letter", BytesIO(b"Dear Ann"), 8)
    processes.kill(own, "s3")
    s3.start(own, quiet)
    s3.with_bucket(store, store.bucket)
    assert patiently(lambda: store.client().get_object(store.bucket, "letter").data) == b"Dear Ann"


def patiently(read: Callable[[], bytes], seconds: float = 30) -> bytes:
    """A storage that has just come back says "try again" until its volumes have, too."""
    end = time.monotonic() + seconds
    while True:
        try:
            return read()
        except S3Error:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def test_storage_refuses_a_wrong_key(own: State) -> None:
    with pytest.raises(S3Error):
        replace(s3.storage(own), secret_key="guess").client().list_buckets()


def test_it_names_the_port_that_a_stranger_took(own: State) -> None:
    processes.stop(own, "postgres")
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", own.ports["postgres"]))
        stranger.listen()
        with pytest.raises(Trouble, match=f"Port {own.ports['postgres']} \\(for postgres\\) is held by"):
            postgres.start(own, quiet)
    postgres.start(own, quiet)


def test_it_refuses_data_of_another_version(own: State) -> None:
    postgres.stop(own)
    home = postgres.settle(own)
    mark = home.data / "PG_VERSION"
    right = mark.read_text()
    mark.write_text("9\n")
    with pytest.raises(Trouble, match="made by PostgreSQL 9"):
        postgres.start(own, quiet)
    mark.write_text(right)
    postgres.start(own, quiet)


def test_a_given_address_is_used_instead_of_starting(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("POSTGRES_URL", "AMQP_URL", "S3_URL", "SMTP_HOST"):
        monkeypatch.setenv(f"PORTICO_{variable}", "somewhere")
    assert parts.ours() == []
    parts.start(state, lambda name, word: None)
    assert processes.names(state) == []


def test_given_storage_wants_its_keys(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_S3_URL", "http://localhost:1")
    with pytest.raises(Trouble, match="PORTICO_S3_ACCESS_KEY"):
        s3.storage(state)


def test_a_database_is_named_after_its_service() -> None:
    assert database_name("billing_view") == "portico_billing_view"
