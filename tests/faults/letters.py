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
