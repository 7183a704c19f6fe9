"""The `portico` command."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stack import databases, demo, mail, parts, processes, services
from stack import doctor as examination
from stack import keys as key_pairs
from stack import up as order
from stack.logs import Tail
from stack.ports import DEPLOYABLES
from stack.services import Site
from stack.state import State
from stack.steps import Steps
from stack.trouble import Trouble

app = typer.Typer(help="One machine's portal: real parts, the gateway and six services.", no_args_is_help=True)
console = Console(highlight=False)
NAMES = (*parts.PARTS, *DEPLOYABLES)
MEGABYTE = 1_000_000


@contextmanager
def told() -> Iterator[None]:
    """Troubles are for people: one sentence, no traceback."""
    try:
        yield
    except Trouble as trouble:
        console.print(f"[red]✗[/] {escape(str(trouble))}", soft_wrap=True)
        raise typer.Exit(1) from None


@app.command()
def up() -> None:
    """Start everything that is not up yet and print addresses and logins."""
    with told():
        begun = time.monotonic()
        state = State.of_checkout()
        with Steps(console) as steps:
            site = order.up(state, steps)
        _addresses(site)
        console.print(f"Up in {time.monotonic() - begun:.1f} s. `portico down` stops it, `portico doctor` looks at it.")


def _addresses(site: Site) -> None:
    _columns(demo.addresses(site))
    if box := mail.mailbox_url(site.state):
        _columns([("Mailbox", box)])
    said = f"\nEverybody's password is [bold]{demo.PASSWORD}[/]: it is for this demo data and nothing else."
    console.print(said, soft_wrap=True)
    _columns(demo.logins())


def _columns(rows: Sequence[Sequence[str]]) -> None:
    """Never cut or folded: people copy what is in them."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        console.print(escape("  ".join(cells).rstrip()), soft_wrap=True)


@app.command()
def seed() -> None:
    """Load what is missing of the demo data, and print addresses and logins; a second call changes nothing."""
    with told():
        with Steps(console) as steps:
            site = order.seed(State.of_checkout(), steps)
        _addresses(site)


@app.command()
def down() -> None:
    """Stop exactly what was started; data stays."""
    with told():
        state = State.of_checkout()
        if not processes.names(state):
            console.print("Nothing is up.")
            return
        with Steps(console) as steps:
            order.down(state, steps)


@app.command()
def status() -> None:
    """Show every process with its port and memory."""
    with told():
        state = State.of_checkout()
        table = Table("", "state", "pid", "port", "memory", "up for", box=None, padding=(0, 2, 0, 0))
        total = sum(_status_row(state, table, name) for name in (*parts.PARTS, "epmd", *DEPLOYABLES))
        table.add_row("total", "", "", "", f"{total / MEGABYTE:.0f} MB", "", style="bold")
        console.print(table)


def _status_row(state: State, table: Table, name: str) -> int:
    part, port = parts.PARTS.get(name), str(state.ports["smtp" if name == "mail" else name])
    process = processes.find(state, name)
    if process is None:
        word = "given" if part and part.given() else "[red]down[/]"
        table.add_row(name, word, "", port if word != "given" else "", "", "")
        return 0
    memory = processes.memory(process)
    since = time.time() - process.create_time()
    table.add_row(name, "[green]up[/]", str(process.pid), port, f"{memory / MEGABYTE:.0f} MB", f"{since / 60:.0f} min")
    return memory


@app.command()
def doctor() -> None:
    """Say what is up, what is missing and what to do; fails when something is wrong."""
    with told():
        findings = examination.examine(State.of_checkout())
    for finding in findings:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        remedy = "" if finding.well else f": {finding.remedy}."
        console.print(f"{mark} {finding.what:<14} {escape(finding.says + remedy)}", soft_wrap=True)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="A part or service; all of them if none is named.")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing what is added.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the last lines to begin with.")] = 50,
) -> None:
    """Print the last log lines."""
    with told():
        state = State.of_checkout()
        written = {path.stem: path for path in sorted(state.room("logs").glob("*.log"))}
        if name and _known(name) not in written:
            raise Trouble(f"{name} has no log yet: it was never started from this checkout.")
        tail = Tail({name: written[name]} if name else written)
        tail.last(lines)
        while follow:
            time.sleep(0.3)
            tail.fresh()


def _known(name: str) -> str:
    if name not in NAMES:
        raise Trouble(f"There is no {name} here. There are: {', '.join(NAMES)}.")
    return name


@app.command()
def restart(name: Annotated[str, typer.Argument(help="A part or service.")]) -> None:
    """Stop one part or service and start it again."""
    with told(), Steps(console) as steps:
        order.restart(State.of_checkout(), steps, _known(name))


@app.command()
def replay(name: Annotated[str | None, typer.Argument(help="One service; all without it.")] = None) -> None:
    """Try again the events that were given up on, once what broke their handling is mended."""
    with told():
        site = services.site(State.of_checkout())
        if name is not None and name not in site.databases:
            raise Trouble(f"There is no service {name}; there are {', '.join(site.databases)}.")
        for service in [name] if name else site.databases:
            console.print(f"{service}: {databases.replay(site.databases[service])} parked events will be tried again")


@app.command()
def snapshots() -> None:
    """Have all articles said again, for services that keep copies: once after an upgrade from before they did."""
    with told():
        console.print(order.say_again(State.of_checkout()))


@app.command()
def migrate() -> None:
    """Bring every service's database to the newest version."""
    with told(), Steps(console) as steps:
        order.migrate(State.of_checkout(), steps)


@app.command()
def keys(
    new: Annotated[bool, typer.Option("--new", help="A fresh caller key pair for another installation.")] = False,
) -> None:
    """Print the demo tenants' keys: the public link's, and the CRM's secret one for the API."""
    if new:
        _new_pair()
        return
    with told():
        _columns(demo.keys(State.of_checkout()))


def _new_pair() -> None:
    """As the environment of another installation wants it."""
    fresh = key_pairs.new_pair()
    print(f"PORTICO_CALLER_PRIVATE_KEY='{fresh['private']}'")
    print(f"PORTICO_CALLER_PUBLIC_KEY='{fresh['public']}'")
    print(f"PORTICO_MAIL_KEYS='{key_pairs.new_sealing()}'")
    print(f"PORTICO_VAULT_KEYS='{key_pairs.new_sealing()}'")
