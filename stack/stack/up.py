"""`portico up` and `portico down`: the order of things."""

import os
from concurrent.futures import Future, ThreadPoolExecutor

from kit.migrations import upgrade
from stack import databases, demo, parts, postgres, processes, services
from stack.parts import PARTS
from stack.ports import DEPLOYABLES, asked
from stack.services import SERVICES, Site
from stack.state import State
from stack.steps import Steps
from stack.trouble import Trouble

BUSY = "Another portico command is at work in this checkout: wait until it ends, then call again."


def up(state: State, steps: Steps) -> Site:
    """Start what is not up yet, in the order it is needed; whatever is up already is left alone."""
    with state.lock("lock", refusal=BUSY), ThreadPoolExecutor(max_workers=len(PARTS) + len(DEPLOYABLES)) as pool:
        parts.settle_ports(state, [*(part.NAME for part in parts.ours()), *DEPLOYABLES], asked=asked())
        begun = {name: pool.submit(_part, state, steps, name) for name in PARTS}
        begun["postgres"].result()
        migrate(state, steps)
        begun["s3"].result()
        site = services.site(state)
        # They connect to the broker when it comes, so nobody waits here for the slowest part.
        running = [pool.submit(_service, site, steps, name) for name in DEPLOYABLES]
        _all([*begun.values(), *running])
        _demo(site, steps)
        return site


def _part(state: State, steps: Steps, name: str) -> None:
    part = PARTS[name]
    if part.given():
        return
    with steps.step(part.LABEL) as say:
        part.start(state, say)


def _service(site: Site, steps: Steps, name: str) -> None:
    with steps.step(name):
        services.start(site, name)


def _all(futures: list[Future[None]]) -> None:
    for future in futures:
        future.result()


def migrate(state: State, steps: Steps) -> None:
    """Make what databases are missing and bring all of them to the newest version."""
    superuser = postgres.url(state)
    # One service's folder named for all would give every service the same tables.
    os.environ.pop("PORTICO_MIGRATIONS", None)
    with steps.step("Databases and migrations") as say:
        for name in SERVICES:
            say(name)
            database = databases.ensure(superuser, services.module(name))
            upgrade(services.module(name), database.migrator_url)


def seed(state: State, steps: Steps) -> Site:
    """Load what is missing of the demo data into the portal that is up."""
    with state.lock("lock", refusal=BUSY):
        if not services.ready(state, "gateway"):
            raise Trouble("The portal is not up: run `portico up`, which loads the demo data, too.")
        site = services.site(state)
        _demo(site, steps)
        return site


def say_again(state: State) -> str:
    """E7: what knowledge has said, said again. Returns how much it was."""
    return services.run(services.site(state), "knowledge", "knowledge.snapshots")


def _demo(site: Site, steps: Steps) -> None:
    with steps.step("Demo data") as say:
        demo.main(site, say)


def down(state: State, steps: Steps) -> None:
    """Stop exactly what was started: first who needs the parts, then the parts."""
    with state.lock("lock", refusal=BUSY):
        if not processes.names(state):
            return
        with steps.step("Gateway and services"):
            services.stop_all(state)
        with steps.step("Parts"):
            parts.stop(state)


def restart(state: State, steps: Steps, name: str) -> None:
    """Stop one part or process and start it again."""
    with state.lock("lock", refusal=BUSY):
        if name in PARTS:
            PARTS[name].stop(state)
            _part(state, steps, name)
        else:
            services.stop(state, name)
            _service(services.site(state), steps, name)
