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
