"""What cases hears, each event twice, and older ones after newer."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from cases.handlers import hears
from contracts import Actor, ContactChanged, DocumentLinked, Envelope, Event, OrganisationChanged, StaffChanged
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.inbox import Inbox
from kit.testing import Served, contact, staff

SetDesk = Callable[..., Awaitable[None]]


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, hears)


def wrapped(tenant: UUID, event: Event, version: int = 1) -> Envelope:
    data: dict[str, Any] = event.model_dump(mode="json")
    return Envelope(id=new_id(), type=event.type, tenant_id=tenant, occurred_at=now(), version=version, data=data)


async def deliver(inbox: Inbox, envelope: Envelope) -> None:
    await inbox.deliver(envelope, envelope.model_dump_json().encode(), "")


def ann_changed(contact_id: UUID, acme: UUID, name: str) -> ContactChanged:
    return ContactChanged(
        contact_id=contact_id,
        external_id=None,
        name=name,
        email="ann@acme.example",
        organisation_id=acme,
        portal_enabled=True,
        email_opt_out=False,
    )


async def test_an_older_version_never_replaces_a_newer_one(
    inbox: Inbox, tenant: UUID, acme: UUID, database: Database
) -> None:
    contact_id = new_id()
    await deliver(inbox, wrapped(tenant, ann_changed(contact_id, acme, "Ann Newer"), version=3))
    await deliver(inbox, wrapped(tenant, ann_changed(contact_id, acme, "Ann Older"), version=2))
    async with database.transaction(tenant) as tx:
        assert [row["name"] for row in await fetch(tx, "SELECT name FROM people")] == ["Ann Newer"]


async def test_names_of_organisations_and_assignees_come_from_what_was_heard_f106(
    inbox: Inbox, cases: Served, tenant: UUID, acme: UUID, set_desk: SetDesk
) -> None:
    sam = staff(tenant)
    assert sam.id
    await deliver(
        inbox,
        wrapped(
            tenant,
            OrganisationChanged(organisation_id=acme, external_id="A1", name="Acme", parent_id=None, active=True),
        ),
    )
    await deliver(
        inbox,
        wrapped(tenant, StaffChanged(staff_id=sam.id, name="Sam", email="sam@n.example", on_duty=True, active=True)),
    )
    ann = cases.by(contact(tenant, acme))
    opened = (await ann.post("/cases", {"subject": "S", "body": "B"})).json()
    given = await cases.by(sam).patch(f"/cases/{opened['id']}", {"assignee_id": str(sam.id)}, headers={"if-match": "1"})
    assert given.status_code == 200, given.text
    [row] = (await cases.by(sam).get("/cases?assignee=me")).json()["items"]
    assert row["organisation"]["name"] == "Acme"
    assert (row["assignee"]["name"], row["assignee"]["email"]) == ("Sam", "sam@n.example")
    for desk, email in (({}, None), ({"assignee_email": True}, "sam@n.example")):
        await set_desk(**desk)
        theirs = (await ann.get(f"/cases/{opened['id']}")).json()["assignee"]
        assert (theirs["name"], theirs["email"]) == ("Sam", email), "customers see it where their desk says so (F106)"
        assert (await ann.get("/cases")).json()["items"][0]["assignee"]["email"] is None
    [told] = (await cases.by(sam).get(f"/cases/{opened['id']}")).json()["timeline"]
    assert (told["field"], told["old"], told["new"], told["visibility"]) == ("assignee_id", None, "Sam", "internal")


async def test_a_case_names_the_colleagues_it_can_be_given_to_and_who_is_on_duty_f060_f107(
    inbox: Inbox, cases: Served, tenant: UUID, acme: UUID
) -> None:
    ann, sam = contact(tenant, acme), staff(tenant)
    for name, on_duty, active in (("Tom", True, True), ("Ada", False, True), ("Gone", True, False)):
        said = StaffChanged(staff_id=new_id(), name=name, email="s@n.example", on_duty=on_duty, active=active)
        await deliver(inbox, wrapped(tenant, said))
    await deliver(inbox, wrapped(tenant, ann_changed(new_id(), acme, "Ann")))
    opened = (await cases.by(ann).post("/cases", {"subject": "S", "body": "B"})).json()
    named = (await cases.by(sam).get(f"/cases/{opened['id']}")).json()["colleagues"]
    assert [(one["name"], one["on_duty"]) for one in named] == [("Ada", False), ("Tom", True)]
    assert (await cases.by(ann).get(f"/cases/{opened['id']}")).json()["colleagues"] == []


async def test_staff_open_a_case_for_a_contact_they_know(inbox: Inbox, cases: Served, tenant: UUID, acme: UUID) -> None:
    ann, sam = contact(tenant, acme), cases.by(staff(tenant))
    new = {"subject": "By phone", "body": "She rang.", "contact_id": str(ann.id)}
    assert (await sam.post("/cases", new)).status_code == 422
    assert ann.id
    await deliver(inbox, wrapped(tenant, ann_changed(ann.id, acme, "Ann Archer")))
    opened = await sam.post("/cases", new)
    assert opened.status_code == 201
    assert (await cases.by(ann).get(f"/cases/{opened.json()['id']}")).json()["opened_by"]["name"] == "Ann Archer"


async def test_a_linked_file_is_told_once_on_the_timeline_f112_f113(
    inbox: Inbox, cases: Served, tenant: UUID, acme: UUID
) -> None:
    ann = contact(tenant, acme)
    opened = (await cases.by(ann).post("/cases", {"subject": "S", "body": "B"})).json()
    event = DocumentLinked(
        document_id=new_id(),
        case_id=UUID(opened["id"]),
        visibility="customer",
        file_name="shot.png",
        title="",
        size=3,
        linked_by=Actor(id=ann.id, kind="contact", name=ann.name),
    )
    envelope = wrapped(tenant, event)
    for _ in range(2):
        await deliver(inbox, envelope)
    timeline = (await cases.by(ann).get(f"/cases/{opened['id']}")).json()["timeline"]
    assert [(entry["kind"], entry["new"]) for entry in timeline] == [("file", "shot.png")]


async def test_an_event_of_one_tenant_touches_nothing_of_another(
    inbox: Inbox, cases: Served, tenant: UUID, acme: UUID
) -> None:
    ann = contact(tenant, acme)
    opened = (await cases.by(ann).post("/cases", {"subject": "S", "body": "B"})).json()
    event = DocumentLinked(
        document_id=new_id(),
        case_id=UUID(opened["id"]),
        visibility="customer",
        file_name="foreign.png",
        title="",
        size=3,
        linked_by=Actor(id=None, kind="contact", name="Mallory"),
    )
    await deliver(inbox, wrapped(new_id(), event))
    assert (await cases.by(ann).get(f"/cases/{opened['id']}")).json()["timeline"] == []
