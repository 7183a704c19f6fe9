"""Blocks of ports, and who is in the way."""

import os
import socket
from collections.abc import Iterator

import pytest

from stack.parts import settle_ports
from stack.ports import OFFSETS, Ports, asked, choose, holder
from stack.state import State
from stack.trouble import Trouble


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """Somebody listening on what would be the s3 port of a block."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


@pytest.fixture
def base(stranger: socket.socket) -> int:
    return int(stranger.getsockname()[1]) - OFFSETS["s3"]


def test_no_two_things_share_a_port() -> None:
    assert len(set(OFFSETS.values())) == len(OFFSETS)


def test_it_moves_to_another_block_when_a_port_is_taken(base: int) -> None:
    assert choose(base, ["s3"]).base != base


def test_it_refuses_a_taken_block_that_was_asked_for_and_names_port_and_holder(base: int) -> None:
    with pytest.raises(Trouble) as trouble:
        choose(8700, ["s3"], base)
    assert f"Port {base + OFFSETS['s3']} (for s3)" in str(trouble.value)
    assert f"pid {os.getpid()}" in str(trouble.value)


def test_it_names_the_holder_of_a_port(stranger: socket.socket) -> None:
    assert f"(pid {os.getpid()})" in holder(stranger.getsockname()[1])


def test_it_keeps_its_block_from_one_time_to_the_next(state: State) -> None:
    first = settle_ports(state, ["mail"], 20_000)
    assert settle_ports(state, ["mail"], 21_000) == first == state.ports


def test_it_leaves_a_block_that_somebody_else_took_meanwhile(state: State, base: int) -> None:
    state.remember("ports", base)
    assert settle_ports(state, ["s3"], 20_000) != Ports(base)


@pytest.mark.parametrize("wrong", ["", "http", "80", "99999", "-1"])
def test_it_refuses_a_port_base_that_is_none(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTICO_PORT_BASE", wrong)
    with pytest.raises(Trouble, match="PORTICO_PORT_BASE"):
        asked()
