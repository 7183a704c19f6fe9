"""F139-F141, F149-F154: which contact sees which file in which folder, and who shows and hides it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal
from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from contracts import ProjectChanged
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, key, staff

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
def bob(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme, name="Bob Barnes")


@pytest.fixture
def eve(tenant: UUID) -> Caller:
    return contact(tenant, new_id(), name="Eve Eaton")


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    """An agent with Edit Customer Documents - Portal Availability."""
    return staff(tenant, "cases.answer", "documents.publish")


def project(organisation_id: UUID, *contacts: Caller, **other: Any) -> ProjectChanged:
    values: dict[str, Any] = {
        "project_id": new_id(),
        "reference": "PRJ-1001",
        "name": "New office",
        "kind": "project",
        "on_portal": True,
        "documents_on_portal": True,
        "organisation_id": organisation_id,
        "contact_ids": [one.id for one in contacts],
        "archived": False,
    }
    return ProjectChanged(**values | other)


async def ids(client: As, query: str = "") -> list[str]:
    answer = await client.get(f"/documents{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def changed(client: As, document: dict[str, Any], **change: Any) -> Any:
    """The document as it is after a change that must have been taken."""
    now = (await client.get(f"/documents/{document['id']}")).json()
    answer = await client.patch(f"/documents/{document['id']}", change, headers={"if-match": f'"{now["version"]}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def folders(client: As, document: dict[str, Any]) -> set[str]:
    """Where somebody finds a document; everywhere or nowhere else, too."""
    found = {name for name in ("public", "private", "mine") if document["id"] in await ids(client, f"?folder={name}")}
    rows = (await client.get("/documents/projects")).json()["items"]
    assert (document["id"] in [row["document"]["id"] for row in rows]) == ("mine" in found)
    sees = (await client.get(f"/documents/{document['id']}")).status_code == 200
    assert (document["id"] in await ids(client)) == (document["id"] in await ids(client, "?q=photo")) == sees
    assert ((await client.get(f"/documents/{document['id']}/download")).status_code == 303) == sees
    return found if sees else {"unseen"} | found


async def test_sam_hides_a_file_and_anns_list_changes_at_once_f139_f140(
    documents: Served, ann: Caller, sam: Caller, bus: Any, uploaded: Doing
) -> None:
    anns, sams = documents.by(ann), documents.by(sam)
    for other in ({}, {"case_id": str(await bus.open_case(ann))}):
        made = await uploaded(anns, **other)
        assert await folders(anns, made) == {"private"}
        assert (await changed(sams, made, on_portal=False))["on_portal"] is False
        assert await folders(anns, made) == {"unseen"}
        assert made["id"] not in await ids(sams, "?on_portal=true")
        await changed(sams, made, on_portal=True)
        assert await folders(anns, made) == {"private"}


async def test_without_the_permission_nobody_shows_hides_or_refiles_what_customers_see_f141(
    documents: Served, tenant: UUID, ann: Caller, uploaded: Doing
) -> None:
    made = await uploaded(documents.by(ann))
    path, version = f"/documents/{made['id']}", {"if-match": f'"{made["version"]}"'}
    agent = documents.by(staff(tenant))
    assert (await agent.get(path)).json()["may_publish"] is False
    refused = [
        await agent.patch(path, {"on_portal": False}, headers=version),
        await agent.patch(path, {"folder": "public"}, headers=version),
        await documents.by(ann).patch(path, {"on_portal": False}, headers=version),
        await documents.by(key(tenant, "documents.read")).patch(path, {"on_portal": False}, headers=version),
        await agent.post(f"{path}/links", {"kind": "contact", "id": str(new_id())}),
        await agent.post("/documents/uploads", {"file_name": "a.png", "size": 3, "on_portal": True}),
    ]
    assert {(answer.status_code, answer.json()["type"]) for answer in refused} == {(403, "/problems/may-not-publish")}
    described = await agent.patch(path, {"title": "Router"}, headers=version)
    assert (described.status_code, described.json()["title"]) == (200, "Router")
    stale = await agent.patch(path, {"title": "Late"}, headers=version)
    assert stale.status_code == 412
    assert (await agent.patch(path, {"title": "Blind"})).status_code == 428


async def test_public_is_for_every_contact_or_for_those_of_the_organisation_it_is_for_f149(
    documents: Served, acme: UUID, ann: Caller, bob: Caller, eve: Caller, sam: Caller, uploaded: Doing
) -> None:
    sams = documents.by(sam)
    made = await uploaded(sams, folder="public")
    for somebody in (ann, eve):
        assert await folders(documents.by(somebody), made) == {"unseen"}
    await changed(sams, made, on_portal=True)
    for somebody in (ann, bob, eve):
        assert await folders(documents.by(somebody), made) == {"public"}
    linked = await sams.post(f"/documents/{made['id']}/links", {"kind": "organisation", "id": str(acme)})
    assert linked.json()["shared_with"] == [{"kind": "organisation", "id": str(acme)}]
    assert await folders(documents.by(bob), made) == {"public"}
    assert await folders(documents.by(eve), made) == {"unseen"}


async def test_a_contacts_own_file_made_public_is_for_their_company_and_no_other_f144_f149(
    documents: Served, ann: Caller, bob: Caller, eve: Caller, uploaded: Doing
) -> None:
    made = await uploaded(documents.by(ann), folder="public")
    owners = [{"kind": "contact", "id": str(ann.id)}, {"kind": "organisation", "id": str(ann.organisation_id)}]
    assert made["shared_with"] == owners
    assert await folders(documents.by(bob), made) == {"public"}
    assert await folders(documents.by(eve), made) == {"unseen"}
    assert (await documents.by(bob).get(f"/documents/{made['id']}")).json()["shared_with"] == owners[1:]


async def test_private_is_for_the_contact_it_is_for_and_for_who_sees_all_of_the_company_f150_f068(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, bob: Caller, eve: Caller, sam: Caller, uploaded: Doing
) -> None:
    sams = documents.by(sam)
    made = await uploaded(sams, folder="private", on_portal=True, records=[{"kind": "contact", "id": str(bob.id)}])
    assert await folders(documents.by(bob), made) == {"private"}
    for somebody in (ann, eve):
        assert await folders(documents.by(somebody), made) == {"unseen"}
    anns = await uploaded(documents.by(ann))
    assert await folders(documents.by(bob), anns) == {"unseen"}
    manager = contact(tenant, acme, scopes={"documents": "organisation"})
    assert await folders(documents.by(manager), anns) == {"private"}
    above = contact(tenant, new_id(), scopes={"documents": "hierarchy"}, organisation_ids=(acme,))
    assert await folders(documents.by(above), anns) == {"private"}
    for_zeta = ann.model_copy(update={"organisation_id": new_id(), "scopes": {"documents": "organisation"}})
    assert await folders(documents.by(for_zeta), anns) == {"unseen"}


async def test_my_documents_are_those_of_the_projects_one_is_on_by_their_names_f151_f153_f154(
    documents: Served, acme: UUID, ann: Caller, bob: Caller, sam: Caller, bus: Any, uploaded: Doing
) -> None:
    sams, anns = documents.by(sam), documents.by(ann)
    quiet = project(acme, ann, name="Archive", kind="documents", on_portal=False)
    events = [project(acme, ann), quiet, project(acme, bob, name="Bob's")]
    made = []
    for event in events:
        await bus.say(event, times=2)
        made.append(await uploaded(sams, on_portal=True, project_id=str(event.project_id)))
    assert [await folders(anns, one) for one in made] == [{"mine"}, {"mine"}, {"unseen"}]
    first = (await anns.get("/documents/projects?limit=1")).json()
    second = (await anns.get(f"/documents/projects?limit=1&cursor={first['next']}")).json()
    names = [(row["project"]["name"], row["document"]["id"]) for page in (first, second) for row in page["items"]]
    assert names == [("Archive", made[1]["id"]), ("New office", made[0]["id"])]
    assert second["next"] is None
    hidden: dict[str, Any]
    for version, hidden in enumerate(
        ({"documents_on_portal": False}, {"on_portal": False}, {"archived": True}, {"contact_ids": []}), 2
    ):
        await bus.say(events[0].model_copy(update=hidden), version=version)
        assert await folders(anns, made[0]) == {"unseen"}, hidden
    await bus.say(events[0], version=1)
    assert await folders(anns, made[0]) == {"unseen"}


async def test_a_customer_uploads_onto_a_project_of_theirs_and_no_other_f148_f183(
    documents: Served, acme: UUID, ann: Caller, bob: Caller, bus: Any, uploaded: Doing, announce: Doing
) -> None:
    ours, bobs = project(acme, ann, bob), project(acme, bob)
    for event in (ours, bobs):
        await bus.say(event)
    made = await uploaded(documents.by(ann), project_id=str(ours.project_id))
    assert made["links"] == [{"kind": "project", "id": str(ours.project_id)}]
    assert await folders(documents.by(bob), made) == {"mine"}
    for strange in (bobs.project_id, new_id()):
        refused = [
            await announce(documents.by(ann), project_id=str(strange)),
            await documents.by(ann).post(f"/documents/{made['id']}/links", {"kind": "project", "id": str(strange)}),
        ]
        assert [(answer.status_code, answer.json()["type"]) for answer in refused] == [
            (404, "/problems/record-not-found")
        ] * 2


async def test_a_document_is_listed_on_whatever_record_it_hangs_on_f158(
    documents: Served, ann: Caller, sam: Caller, uploaded: Doing
) -> None:
    sams = documents.by(sam)
    kinds: tuple[Literal["invoice", "quote", "order"], ...] = ("invoice", "quote", "order")
    records = [{"kind": kind, "id": str(new_id())} for kind in kinds]
    made = await uploaded(sams, folder="public", on_portal=True, records=records)
    hidden = await uploaded(sams, folder="public", records=records)
    for record in records:
        assert await ids(sams, f"?kind={record['kind']}&id={record['id']}") == [hidden["id"], made["id"]]
        assert await ids(sams, f"?kind={record['kind']}&id={new_id()}") == []
        # On an invoice a customer finds of the files that hang there those that they may see anyway.
        assert await ids(documents.by(ann), f"?kind={record['kind']}&id={record['id']}") == [made["id"]]
    assert (await documents.by(ann).get(f"/documents/{made['id']}")).json()["links"] == []
    refused = await documents.by(ann).post("/documents/uploads", {"file_name": "a", "size": 1, "records": records})
    assert refused.status_code == 403


async def test_files_just_uploaded_are_put_in_their_place_and_nobody_elses_are_f143_f148(
    documents: Served, ann: Caller, bob: Caller, uploaded: Doing
) -> None:
    made = [(await uploaded(documents.by(ann)))["id"] for _ in range(2)]
    place = {"document_ids": made, "title": "Plans", "description": "Both floors", "folder": "public"}
    assert (await documents.by(ann).post("/documents/placements", place)).status_code == 204
    seen = [(await documents.by(bob).get(f"/documents/{one}")).json() for one in made]
    assert seen == [IsPartialDict(title="Plans", description="Both floors", folder="public")] * 2
    stolen = await documents.by(bob).post("/documents/placements", place | {"title": "Mine"})
    assert stolen.status_code == 403
    bobs = (await uploaded(documents.by(bob)))["id"]
    mixed = await documents.by(ann).post("/documents/placements", {"document_ids": [made[0], bobs], "title": "Mine"})
    assert mixed.status_code == 404
    assert (await documents.by(ann).get(f"/documents/{made[0]}")).json()["title"] == "Plans"


async def test_every_change_is_told_with_all_there_is_to_know_f159(
    documents: Served, tenant: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    case_id = await bus.open_case(ann)
    made = await uploaded(documents.by(ann), case_id=str(case_id))
    for change in ({"title": "Router"}, {"on_portal": False}, {"on_portal": True}, {"on_portal": True}):
        await changed(documents.by(sam), made, **change)
    invoice = str(new_id())
    await documents.by(sam).post(f"/documents/{made['id']}/links", {"kind": "invoice", "id": invoice})
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox WHERE type = 'document.changed.v1' ORDER BY id")
    events = [json.loads(row["body"]) for row in rows]
    assert [event["data"]["change"] for event in events] == ["added", "described", "hidden", "shown", "linked"]
    assert [event["version"] for event in events] == [2, 3, 4, 5, 6]
    records = [
        {"kind": "case", "id": str(case_id)},
        {"kind": "contact", "id": str(ann.id)},
        {"kind": "organisation", "id": str(ann.organisation_id)},
    ]
    who = {"id": str(ann.id), "kind": "contact", "name": "Ann Archer"}
    facts = {"title": "photo.png", "folder": "private", "on_portal": True, "records": records, "uploaded_by": who}
    assert events[0]["data"] == IsPartialDict(document_id=made["id"], sha256=made["sha256"], changed_by=who, **facts)
    assert events[-1]["data"]["records"] == [*records[:2], {"kind": "invoice", "id": invoice}, records[2]]
