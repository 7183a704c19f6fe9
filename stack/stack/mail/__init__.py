"""The mail sink as a part: started, stopped and asked like the others; the server is `python -m stack.mail`."""

import os
import shutil
import smtplib
import sys
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stack import processes
from stack.ports import AGAIN, OF_PART, sentence, taken
from stack.state import State
from stack.trouble import Trouble
from stack.web import ask

NAME = "mail"
LABEL = "Mail"
GIVEN = "PORTICO_SMTP_HOST"
USER = "portico"


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed over."""

    host: str
    port: int
    username: str
    password: str
    tls: str = "none"


def given() -> str | None:
    """A server from the environment (with PORTICO_SMTP_PORT, _USERNAME, _PASSWORD, _TLS): nothing is started."""
    return os.environ.get(GIVEN)


def smtp(state: State) -> Smtp:
    """The server in use."""
    env = os.environ
    if outside := given():
        login = env.get("PORTICO_SMTP_USERNAME", ""), env.get("PORTICO_SMTP_PASSWORD", "")
        return Smtp(outside, int(env.get("PORTICO_SMTP_PORT", "25")), *login, env.get("PORTICO_SMTP_TLS", "none"))
    return Smtp("127.0.0.1", state.ports["smtp"], USER, state.secret("smtp"))


def mailbox_url(state: State) -> str | None:
    """The page where the sink's mails are read; a server from outside has none unless PORTICO_MAILBOX_URL names it."""
    if given():
        return os.environ.get("PORTICO_MAILBOX_URL")
    return f"http://localhost:{state.ports['mailbox']}/_mail"


def messages(mailbox: str, **query: str) -> list[dict[str, Any]]:
    """The mails in the box, newest first; `to=` narrows to one recipient."""
    address = f"{mailbox}/api/messages?{urllib.parse.urlencode(query)}"
    items: list[dict[str, Any]] = ask("GET", address).json()["items"]
    return items


def delete_all(mailbox: str) -> None:
    """Empty the box."""
    ask("DELETE", f"{mailbox}/api/messages")


def answers(state: State) -> bool:
    """The server takes our login, and the mailbox page answers where there is one."""
    server, box = smtp(state), mailbox_url(state)
    try:
        if given():
            return processes.listens(server.host, server.port)
        with smtplib.SMTP(server.host, server.port, timeout=5) as client:
            client.login(server.username, server.password)
        return box is None or messages(box, limit="1") is not None
    except (OSError, smtplib.SMTPException):
        return False


def start(state: State, say: Callable[[str], None]) -> None:
    """Start the sink and wait until both its ports answer."""
    if processes.find(state, NAME) is None:
        if name := taken(state.ports, OF_PART[NAME]):
            raise sentence(state.ports, name, AGAIN)
        say("starting")
        _launch(state)
    processes.await_answer(state, NAME, lambda: answers(state), 30)


def stop(state: State) -> bool:
    """Mails are files by the time they are acknowledged: nothing to wait for."""
    return processes.stop(state, NAME, grace=5)


def destroy(state: State) -> None:
    """Remove the mails of a stopped sink."""
    shutil.rmtree(state.folder / NAME, ignore_errors=True)


def _launch(state: State) -> None:
    env = {
        **processes.inherited(),
        "PORTICO_SMTP_PORT": str(state.ports["smtp"]),
        "PORTICO_SMTP_USERNAME": USER,
        "PORTICO_SMTP_PASSWORD": state.secret("smtp"),
        "PORTICO_MAILBOX_PORT": str(state.ports["mailbox"]),
        "PORTICO_MAILBOX_FOLDER": str(state.room(NAME)),
    }
    processes.spawn(state, NAME, [sys.executable, "-m", "stack.mail"], env)


def need_mailbox(state: State) -> str:
    """The mailbox page, for those who cannot do without."""
    if (box := mailbox_url(state)) is None:
        raise Trouble(f"{GIVEN} is set but PORTICO_MAILBOX_URL is not: unset it to use our own mail sink.")
    return box
