"""F087: one letter to the contact whose support ends, and one to the tenant's support address."""

import asyncio
from datetime import date
from typing import Any

import pytest
from test_notifier_access import told
from test_notifier_outgoing import sending, sent, until

from contracts import SupportEndNeared
from kit.db import Database
from kit.ids import new_id
from notifier.settings import NotifierSettings
from stack.testing import Mailbox

__all__ = ["told"]


def neared(house: Any, **values: Any) -> SupportEndNeared:
    about = {"contact_id": house.ann, "contact_name": "Ann Archer", "organisation_id": house.organisation}
    return SupportEndNeared.model_validate(about | {"organisation_name": "Acme", "ends_on": date(2027, 1, 5)} | values)


@pytest.mark.usefixtures("behind")
async def test_the_contact_and_the_support_address_are_told_once_f087(
    house: Any, told: NotifierSettings, database: Database, mailbox: Mailbox
) -> None:
    """Heard twice it is one letter to each; with the cases switched off it is sent all the same."""
    desk = f"help-{house.tenant.hex[-10:]}@northwind.example"
    await house.portal(version=2, support_email=desk, modules=["documents"])
    event_id = await house.hear(neared(house))
    await house.hear(neared(house), event_id=event_id)
    assert await house.told() == {("ann", "support_end"), ("help", "support_end_of")}
    async with sending(told, database):
        await until(lambda: sent(house))
        await until(lambda: house.rows("SELECT 1 FROM mails HAVING count(*) = count(sent_at)"))
    [hers] = await asyncio.to_thread(mailbox.messages, house.address("ann"))
    assert hers["subject"] == "Your support ends on 5 January 2027"
    assert "/portal/northwind/" in str(hers["text"])
    [ours] = await asyncio.to_thread(mailbox.messages, desk)
    assert ours["subject"] == "Support of Ann Archer (Acme) ends on 5 January 2027"
    assert f"/portal/northwind/console/contacts/{house.ann}" in str(ours["text"])


@pytest.mark.parametrize("changed", [{"email_opt_out": True}, {"portal_enabled": False}])
async def test_a_contact_who_gets_no_mails_gets_none_and_the_support_address_does_f051_f087(
    house: Any, changed: dict[str, bool]
) -> None:
    await house.contact("ann", version=2, **changed)
    await house.hear(neared(house))
    assert {template for _, template in await house.told()} == {"support_end_of"}


async def test_it_waits_for_the_copy_of_a_contact_who_is_not_known_yet(house: Any) -> None:
    await house.hear(neared(house, contact_id=new_id()))
    assert await house.mails() == []
