<<<<<<< HEAD
"""What the mailbox holds."""

from typing import Any

from world import World, until

from stack import mail
from stack.web import Unanswered


def letters(world: World, **query: str) -> list[dict[str, Any]]:
    """The mails, newest first; asked for again while a busy machine keeps the mailbox from answering."""
    found: list[dict[str, Any]] = []

    def answered() -> bool:
        try:
            found[:] = mail.messages(mail.need_mailbox(world.stack.state), **query)
        except Unanswered:
            return False
        return True

    until(answered)
    return found
=======
"""What came into the mailbox, read from its files: its page parses every mail, which is slow when there are many."""

from collections.abc import Iterable
from email.message import Message
from email.parser import BytesHeaderParser

from world import World

from kit.ids import derived_id
from stack import mail


def letters(world: World, references: Iterable[str]) -> list[Message]:
    """The headers of the mails about Northwind's cases with these references."""
    threads = {str(derived_id("thread", world.northwind.id, reference)) for reference in references}
    found = []
    for path in world.stack.state.room(mail.NAME).glob("*.eml"):
        with path.open("rb") as file:
            headers = BytesHeaderParser().parse(file)
        if named(headers, "References") in threads:
            found.append(headers)
    return found


def named(headers: Message, header: str) -> str:
    """The id in a header, without the domain."""
    return str(headers.get(header, "")).strip("<>").partition("@")[0]
>>>>>>> faults
