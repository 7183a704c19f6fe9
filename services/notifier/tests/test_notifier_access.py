"""Letters about access: sealed until they are written, for whoever was given access, and gone afterwards."""

import asyncio
from typing import Any

import pytest
from test_notifier_outgoing import sending, sent, until

from contracts import AccessIssued
from kit.db import Database
from kit.ids import new_id
from kit.seal import Seal
from kit.testing import SEALING_KEY
from notifier.settings import NotifierSettings
from stack.testing import Mailbox, Parts

SEAL = Seal(SEALING_KEY)


@pytest.fixture
def told(settings: NotifierSettings, parts: Parts) -> NotifierSettings:
    """Told of the real mail sink."""
    server = parts.smtp
    from pydantic import SecretStr

    where = {"smtp_host": server.host, "smtp_port": server.port, "smtp_tls": server.tls}
    login = {"smtp_username": server.username, "smtp_password": SecretStr(server.password)}
    return settings.model_copy(update=where | login)


def issued(house: Any, name: str | None, kind: str = "contact") -> AccessIssued:
    return AccessIssued(
        issue_id=new_id(),
        template="reset",
        person_id=getattr(house, name) if name else None,
        person_kind=kind,  # type: ignore[arg-type]
        name="Ann Archer",
        email=house.address(name or "stranger"),
        sealed=SEAL.seal({"path": "/reset/the-token"}),
        expires_at=None,
    )


@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize(("name", "kind"), [("ann", "contact"), ("sam", "staff"), (None, "stranger")])
async def test_it_arrives_with_the_link_which_is_kept_nowhere_else(
    house: Any, told: NotifierSettings, database: Database, mailbox: Mailbox, name: str | None, kind: str
) -> None:
    """F031, F045: neither the row that waits nor the one that was sent shows the token."""
    await house.hear(issued(house, name, kind))
    [row] = await house.mails()
    assert (row["kind"], "the-token" in str(row)) == ("credential", False)
    async with sending(told, database):
        await until(lambda: sent(house))
    [mail] = await asyncio.to_thread(mailbox.messages, house.address(name or "stranger"))
    assert "/portal/northwind/reset/the-token" in str(mail["text"])
    [row] = await house.mails()
    assert row["data"] == {}


@pytest.mark.usefixtures("behind")
async def test_nothing_is_sent_to_a_contact_who_opted_out(
    house: Any, told: NotifierSettings, database: Database, mailbox: Mailbox
) -> None:
    """F051."""
    await house.contact("ann", version=2, email_opt_out=True)
    await house.hear(issued(house, "ann"))
    async with sending(told, database):
        await until(lambda: house.rows("SELECT 1 FROM mails WHERE state = 'failed'"))
    assert await asyncio.to_thread(mailbox.messages, house.address("ann")) == []


async def test_heard_twice_it_is_one_mail(house: Any) -> None:
    event = issued(house, "ann")
    await house.hear(event)
    await house.hear(event)
    assert len(await house.mails()) == 1


async def test_it_waits_for_the_copy_of_a_person_who_is_not_known_yet(house: Any) -> None:
    house.nobody_yet = new_id()
    await house.hear(issued(house, "nobody_yet"))
    assert await house.mails() == []
    [waiting] = await house.rows("SELECT state FROM inbox WHERE type = 'access.issued.v1'")
    assert waiting["state"] == "waiting"
