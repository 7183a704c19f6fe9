"""The four real servers a portal stands on, started together or taken from the environment."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from stack import mail, postgres, processes, rabbitmq, s3
from stack.ports import OF_PART, Ports, choose, taken
from stack.state import State
from stack.trouble import Trouble

Say = Callable[[str], None]
BASE = 8700


class Part(Protocol):
    """What each part's module offers."""

    NAME: str
    LABEL: str

    def given(self) -> str | None:
        """An address from the environment: then nothing is started."""

    def answers(self, state: State) -> bool:
        """It does its work, with our login."""

    def start(self, state: State, say: Say) -> None:
        """Start it unless it is up, and wait until it answers."""

    def stop(self, state: State) -> bool:
        """Stop it; False if it was not up."""

    def destroy(self, state: State) -> None:
        """Remove the data of the stopped part."""


# The slowest first.
PARTS: dict[str, Part] = {part.NAME: part for part in (rabbitmq, postgres, s3, mail)}


def ours() -> list[Part]:
    """The parts nobody gave us an address for."""
    return [part for part in PARTS.values() if not part.given()]


def settle_ports(state: State, users: Iterable[str], first: int = BASE, asked: int | None = None) -> Ports:
    """The block of the last time while something of it runs, else the one asked for, else one that is free."""
    known = state.recall("ports")
    if known is not None and processes.running(state):
        if asked and asked != known:
            raise Trouble(f"The stack is up on ports {known} and following: `portico down` before moving to {asked}.")
        return Ports(known)
    names = [name for user in users for name in OF_PART[user]]
    if known is not None and not asked and taken(Ports(known), names) is None:
        return Ports(known)
    ports = choose(first, names, asked)
    state.remember("ports", ports.base)
    return ports


def start(state: State, say: Callable[[str, str], None]) -> None:
    """Start what is ours and not up yet, side by side; the first trouble is raised after all have ended."""

    def begin(part: Part) -> None:
        part.start(state, lambda word: say(part.NAME, word))

    mine = ours()
    with ThreadPoolExecutor(max_workers=len(PARTS)) as pool:
        begun = [pool.submit(begin, part) for part in mine]
    for future in begun:
        future.result()


def need(state: State, *names: str) -> None:
    """Raises Trouble unless these parts answer: better at once than by what fails without them."""
    for part in (PARTS[name] for name in names):
        if not part.answers(state):
            remedy = "start that server" if part.given() else "run `portico up`"
            raise Trouble(f"{part.LABEL} does not answer: {remedy} (`portico doctor` says what else is missing).")


def stop(state: State) -> None:
    """Stop what is ours, side by side."""
    with ThreadPoolExecutor(max_workers=len(PARTS)) as pool:
        list(pool.map(lambda part: part.stop(state), PARTS.values()))


def destroy(state: State) -> None:
    """Remove the data of stopped parts; logs stay."""
    for part in PARTS.values():
        part.destroy(state)
