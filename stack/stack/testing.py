"""The pytest plugin: real parts for every test, started once per run and shared by all its processes.

Load it with `-p stack.testing`. Addresses given in the environment are used; else the parts are started
below `.portico/test/`, on ports of their own, and stopped at the end (unless PORTICO_KEEP_PARTS=1).
Nothing is skipped for want of a part: what cannot be had fails with a sentence saying what to install.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest

from kit.migrations import upgrade
from stack import databases, mail, parts, postgres, rabbitmq, s3, services
from stack.databases import Database
from stack.parts import PARTS
from stack.ports import DEPLOYABLES
from stack.running import RunningStack
from stack.services import SERVICES, Site, module
from stack.state import State

__all__ = ["Database", "Mailbox", "Parts", "RunningStack"]

# Set by the controller, inherited by its workers: tells one run's databases from another's.
RUN = "PORTICO_TEST_RUN"
KEEP = "PORTICO_KEEP_PARTS"
IN_USE = pytest.StashKey[int]()


@dataclass(frozen=True)
class Parts:
    """Where the real servers are, with the logins of whoever may do everything."""

    postgres: str
    amqp: str
    amqp_management: str | None
    s3: s3.Storage
    smtp: mail.Smtp
    mailbox: str


def state_of_tests() -> State:
    """The folder of the tests' parts, apart from the running portal's."""
    return State.at(State.of_checkout().folder / "test")


def state_of_faults() -> State:
    """A second set of parts, for tests that end parts."""
    return State.at(state_of_tests().folder / "faults")


def first_block(state: State) -> int:
    """Checkouts tested at the same time on one machine look for free ports in different places."""
    return 10_000 + int(state.tag[:4], 16) % 150 * 100


def is_controller(config: pytest.Config) -> bool:
    """Not one of xdist's workers."""
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Say that a run is using the parts: the lock ends with this process, however it ends."""
    if is_controller(config):
        os.environ[RUN] = uuid4().hex[:8]
        handle = os.open(state_of_tests().folder / "in-use", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_SH)
        config.stash[IN_USE] = handle


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last run to leave stops the parts; the others only take their own databases away."""
    handle = config.stash.get(IN_USE, None)
    if handle is None:
        return
    ending = _nobody_else(handle) and not os.environ.get(KEEP)
    for state in (state_of_tests(), state_of_faults()):
        if ending:
            services.stop_all(state)
        _sweep(state, ending=ending)
        if ending:
            parts.stop(state)
            parts.destroy(state)
    os.close(handle)


def _nobody_else(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _outlives(part: parts.Part, *, ending: bool) -> bool:
    return not ending or part.given() is not None


def _sweep(state: State, *, ending: bool) -> None:
    """Remove this run's databases, virtual hosts and buckets from the parts that outlive it."""
    folder = state.folder / f"run-{os.environ[RUN]}"
    if (folder / "databases").exists() and _outlives(PARTS["postgres"], ending=ending):
        databases.drop(postgres.url(state), f"portico\\_%\\_{os.environ[RUN]}%")
    for note in folder.glob("vhost-*"):
        if _outlives(PARTS["rabbitmq"], ending=ending):
            rabbitmq.drop_vhost(state, note.name.removeprefix("vhost-"))
    for note in folder.glob("bucket-*"):
        if _outlives(PARTS["s3"], ending=ending):
            s3.empty_and_drop(s3.storage(state), note.name.removeprefix("bucket-"))
    shutil.rmtree(folder, ignore_errors=True)


def _note(state: State, name: str) -> None:
    """Remember for the sweep what this run made."""
    state.room(f"run-{os.environ[RUN]}").joinpath(name).touch()


@pytest.fixture(scope="session")
def parts_state() -> State:
    """The running parts' state folder."""
    return started(state_of_tests())


def started(state: State) -> State:
    """The parts of this folder, up; whoever comes while they start waits."""
    with state.lock("starting.lock"):
        parts.settle_ports(state, [*(part.NAME for part in parts.ours()), *DEPLOYABLES], first_block(state))
        parts.start(state, lambda part, word: None)
    return state


@pytest.fixture(scope="session")
def worker() -> str:
    """This process's name within the run: gw0, gw1, ... or main."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session", name="parts")
def running_parts(parts_state: State) -> Parts:
    """The real PostgreSQL, RabbitMQ, S3 and mail sink."""
    state = parts_state
    return Parts(
        postgres=postgres.url(state),
        amqp=rabbitmq.url(state),
        amqp_management=rabbitmq.management(state),
        s3=s3.storage(state),
        smtp=mail.smtp(state),
        mailbox=mail.need_mailbox(state),
    )


@pytest.fixture(scope="session")
def service_database(parts_state: State, worker: str) -> Callable[[str], Database]:
    """A factory: the named service's own migrated database for this process, the same at every call."""
    made: dict[str, Database] = {}

    def database(module: str) -> Database:
        if module not in made:
            # In a thread of its own, because a caller may be inside an event loop and migrations make one.
            with ThreadPoolExecutor(1) as aside:
                made[module] = aside.submit(migrated, parts_state, module, worker).result()
        return made[module]

    return database


def migrated(state: State, package: str, name: str) -> Database:
    """A database cloned from this run's migrated template, which the first to need it makes."""
    superuser, run = postgres.url(state), os.environ[RUN]
    _note(state, "databases")
    with state.lock(f"template-{package}.lock"):
        template = databases.database_name(package, f"_{run}")
        if not databases.exists(superuser, template):
            making = databases.ensure(superuser, package, f"_{run}_making")
            upgrade(package, making.migrator_url)
            databases.rename(superuser, f"{template}_making", template)
        return databases.ensure(superuser, package, f"_{run}_{name}", template)


@pytest.fixture(scope="session")
def amqp_url(parts_state: State, worker: str) -> str:
    """A virtual host of this process alone."""
    return vhost_of(parts_state, worker)


def vhost_of(state: State, name: str) -> str:
    """The address of a virtual host that the sweep takes away."""
    vhost = f"test-{os.environ[RUN]}-{name}"
    _note(state, f"vhost-{vhost}")
    return rabbitmq.make_vhost(state, vhost)


@pytest.fixture(scope="session", name="s3")
def storage(parts_state: State, worker: str) -> s3.Storage:
    """A bucket of this process alone."""
    return bucket_of(parts_state, worker)


def bucket_of(state: State, name: str) -> s3.Storage:
    """A bucket that the sweep takes away."""
    bucket = f"test-{os.environ[RUN]}-{name}"
    _note(state, f"bucket-{bucket}")
    return s3.with_bucket(s3.storage(state), bucket)


@pytest.fixture(scope="session")
def running_stack(parts_state: State) -> Iterator[RunningStack]:
    """The gateway and six services on the shared parts; mark its tests `xdist_group("stack")`."""
    yield from _running(parts_state, fragile=False)


@pytest.fixture(scope="session")
def fragile_stack() -> Iterator[RunningStack]:
    """The same on parts of its own, which may be ended too; mark its tests `xdist_group("faults")`."""
    yield from _running(started(state_of_faults()), fragile=True)


def _running(state: State, *, fragile: bool) -> Iterator[RunningStack]:
    with ThreadPoolExecutor(1) as aside:
        own = {name: aside.submit(migrated, state, module(name), "stack").result() for name in SERVICES}
    # Providers that tests start are on this machine.
    extra = {"PORTICO_EGRESS_ALLOW": '["127.0.0.0/8"]'}
    stack = RunningStack(Site(state, own, vhost_of(state, "stack"), bucket_of(state, "stack"), extra), fragile)
    try:
        stack.start_all()
        yield stack
    finally:
        stack.stop_all()


@dataclass(frozen=True)
class Mailbox:
    """The mails that were sent, shared by all processes of a run: ask by recipient."""

    url: str

    def messages(self, to: str) -> list[dict[str, object]]:
        """Newest first."""
        return mail.messages(self.url, to=to)


@pytest.fixture(scope="session")
def mailbox(parts: Parts) -> Mailbox:
    """The mail sink's box."""
    return Mailbox(parts.mailbox)


@pytest.fixture(scope="session")
def superuser(parts: Parts) -> str:
    """PostgreSQL's superuser URL, for tests about roles and databases."""
    return parts.postgres
