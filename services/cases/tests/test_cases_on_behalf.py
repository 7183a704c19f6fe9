"""F095: a manager opens a case for a colleague, and for nobody else."""

import json
from typing import Any
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from cases.handlers import hears
from contracts import ContactChanged, Envelope
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import Served, contact

NEW = {"subject": "Printer offline", "body": "It blinks."}


@pytest.fixture
def bob(tenant: UUID, acme: UUID) -> Caller:
    """Acme's manager."""
    manage, whole = frozenset({"organisation.manage"}), {"cases": "organisation"}
    return contact(tenant, acme, name="Bob Barnes", permissions=manage, scopes=whole)


async def known(database: Database, tenant: UUID, *organisations: UUID, **more: Any) -> UUID:
    """A contact of these organisations, as identity tells of them."""
    contact_id = new_id()
    event = ContactChanged(
        contact_id=contact_id,
        external_id=None,
        name="Ann Archer",
        email="ann@acme.example",
        organisation_id=organisations[0],
        email_opt_out=False,
        **{"portal_enabled": True, "organisation_ids": organisations} | more,
    )
    data = event.model_dump(mode="json")
    told = Envelope(id=new_id(), type=event.type, tenant_id=tenant, occurred_at=now(), version=1, data=data)
    await Inbox(database, hears).deliver(told, told.model_dump_json().encode(), "")
    return contact_id


async def test_a_manager_opens_a_case_for_a_colleague_whose_it_then_is_f095(
    cases: Served, tenant: UUID, acme: UUID, bob: Caller, database: Database
) -> None:
    ann = await known(database, tenant, acme)
    opened = await cases.by(bob).post("/cases", NEW | {"contact_id": str(ann)})
    assert opened.status_code == 201, opened.text
    hers = await cases.by(contact(tenant, acme, id=ann)).get(f"/cases/{opened.json()['id']}")
    assert hers.json() == IsPartialDict(opened_by=IsPartialDict(id=str(ann), name="Ann Archer"))
    assert hers.json()["may"]["close"] is True
    async with database.transaction(tenant) as tx:
        [row] = await fetch(tx, "SELECT body FROM outbox")
    assert json.loads(row["body"])["data"] == IsPartialDict(
        contact_id=str(ann), organisation_id=str(acme), opened_by=IsPartialDict(id=str(bob.id), name="Bob Barnes")
    )


async def test_for_who_acts_for_several_it_is_the_managers_organisations(
    cases: Served, tenant: UUID, acme: UUID, bob: Caller, database: Database
) -> None:
    zeta = new_id()
    eve = await known(database, tenant, zeta, acme)
    opened = await cases.by(bob).post("/cases", NEW | {"contact_id": str(eve)})
    assert (await cases.by(bob).get(f"/cases/{opened.json()['id']}")).json()["organisation"]["id"] == str(acme)
    for organisation, status in ((acme, 200), (zeta, 404)):
        by = cases.by(contact(tenant, organisation, id=eve))
        assert (await by.get(f"/cases/{opened.json()['id']}")).status_code == status


async def test_nobody_opens_for_somebody_of_another_organisation_or_tenant_or_who_is_out(
    cases: Served, tenant: UUID, acme: UUID, bob: Caller, database: Database
) -> None:
    others = [
        await known(database, tenant, new_id()),
        await known(database, new_id(), acme),
        await known(database, tenant, acme, portal_enabled=False),
        new_id(),
    ]
    answers = [await cases.by(bob).post("/cases", NEW | {"contact_id": str(other)}) for other in others]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.text for answer in answers}) == 1


async def test_who_is_no_manager_opens_for_nobody_else(
    cases: Served, tenant: UUID, acme: UUID, database: Database
) -> None:
    ann = await known(database, tenant, acme)
    cleo = cases.by(contact(tenant, acme, scopes={"cases": "organisation"}))
    assert (await cleo.post("/cases", NEW | {"contact_id": str(ann)})).status_code == 403


async def test_a_copy_from_before_knows_the_own_organisation_alone(
    cases: Served, tenant: UUID, acme: UUID, bob: Caller, database: Database
) -> None:
    ann = await known(database, tenant, acme)
    async with database.transaction(tenant) as tx:
        await fetch(tx, "UPDATE people SET organisation_ids = NULL")
    assert (await cases.by(bob).post("/cases", NEW | {"contact_id": str(ann)})).status_code == 201
