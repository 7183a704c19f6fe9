"""What was hung or shared by mistake is taken off again, and what should not be there at all is removed for good."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from contracts import ProjectChanged
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, key, staff

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant, "cases.answer", "documents.publish")


async def sees(client: As, document: dict[str, Any]) -> bool:
    return (await client.get(f"/documents/{document['id']}")).status_code == 200


def match(document: dict[str, Any]) -> dict[str, str]:
    return {"if-match": f'"{document["version"]}"'}


async def told(database: Database, tenant: UUID) -> list[tuple[str, str]]:
    """What was said of files: of changes which, of links to cases for whom."""
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT type, body FROM outbox ORDER BY id")
    data = [(row["type"], json.loads(row["body"])["data"]) for row in rows]
    return [(name, one.get("change") or one.get("visibility")) for name, one in data if name.startswith("document.")]


async def test_a_file_is_taken_off_whom_it_was_for_and_off_records_at_once_f158(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing
) -> None:
    """F150, F158: shared with the wrong contact, it is theirs no more; on a case and a project likewise. What hangs
    there no more is no error, and everybody's answer says what is left."""
    eve, sams = contact(tenant, new_id(), name="Eve Eaton"), documents.by(sam)
    case_id, office = await bus.open_case(ann), new_id()
    values = {"reference": "PRJ-7", "name": "New office", "kind": "project", "organisation_id": acme}
    flags = {"on_portal": True, "documents_on_portal": True, "archived": False, "contact_ids": [ann.id]}
    await bus.say(ProjectChanged(project_id=office, **values, **flags))
    shared = [{"kind": "contact", "id": str(eve.id)}, {"kind": "project", "id": str(office)}]
    made = await uploaded(sams, folder="private", on_portal=True, records=shared, case_id=str(case_id))
    read = await sams.get(f"/documents/{made['id']}")
    assert read.headers["etag"] == f'"{read.json()["version"]}"'
    assert read.json()["names"] == {str(case_id): "CASE-1001", str(office): "PRJ-7 New office"}
    assert [await sees(documents.by(one), made) for one in (eve, ann)] == [True, True]
    for _ in range(2):
        off = await sams("DELETE", f"/documents/{made['id']}/links/contact/{eve.id}")
        assert (off.status_code, off.json()["shared_with"]) == (200, [])
    assert not await sees(documents.by(eve), made)
    for kind, record in (("case", case_id), ("project", office)):
        assert await sees(documents.by(ann), made)
        off = await sams("DELETE", f"/documents/{made['id']}/links/{kind}/{record}")
    assert (off.json()["links"], await sees(documents.by(ann), made)) == ([], False)


async def test_only_staff_take_off_and_with_the_permission_where_customers_see_it_f141(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing
) -> None:
    """F141, F149: and a public file never becomes everybody's because the one company it was for is taken off."""
    case_id, anns = await bus.open_case(ann), documents.by(ann)
    made = await uploaded(anns, case_id=str(case_id))
    path = f"/documents/{made['id']}/links"
    refused = [
        (await anns("DELETE", f"{path}/case/{case_id}"), "may-not-do-that"),
        (await documents.by(staff(tenant, "cases.read"))("DELETE", f"{path}/case/{case_id}"), "may-not-do-that"),
        (await documents.by(staff(tenant))("DELETE", f"{path}/contact/{ann.id}"), "may-not-publish"),
        (await documents.by(staff(new_id()))("DELETE", f"{path}/case/{case_id}"), "document-not-found"),
        (await documents.by(contact(tenant, new_id()))("DELETE", f"{path}/case/{case_id}"), "document-not-found"),
    ]
    assert [answer.json()["type"].removeprefix("/problems/") for answer, _ in refused] == [kind for _, kind in refused]
    company = [{"kind": "organisation", "id": str(acme)}]
    public = await uploaded(documents.by(sam), folder="public", on_portal=True, records=company)
    last = await documents.by(sam)("DELETE", f"/documents/{public['id']}/links/organisation/{acme}")
    assert (last.status_code, last.json()["type"]) == (409, "/problems/would-be-everybodys")
    assert not await sees(documents.by(contact(tenant, new_id())), public)


async def test_staff_remove_a_file_for_good_with_its_versions_and_not_what_is_held(
    documents: Served, tenant: UUID, ann: Caller, sam: Caller, bucket: Any, uploaded: Doing, database: Database
) -> None:
    """F141, F156, F159: no row, no object, no room taken, one word on the bus; only by who may, of what they saw."""
    anns, sams = documents.by(ann), documents.by(sam)
    made = await uploaded(anns)
    made = await uploaded(anns, replaces=made["id"])
    path = f"/documents/{made['id']}"
    refused: list[tuple[httpx.Response, int]] = [
        (await anns("DELETE", path, headers=match(made)), 403),
        (await documents.by(staff(tenant))("DELETE", path, headers=match(made)), 403),
        (await documents.by(key(tenant, "documents.read", "crm.write"))("DELETE", path, headers=match(made)), 403),
        (await documents.by(staff(new_id(), "documents.publish"))("DELETE", path, headers=match(made)), 404),
        (await sams("DELETE", path), 428),
        (await sams("DELETE", path, headers={"if-match": '"1"'}), 412),
    ]
    assert [answer.status_code for answer, _ in refused] == [status for _, status in refused]
    held = (await sams.patch(path, {"legal_hold": True}, headers=match(made))).json()
    stays = await sams("DELETE", path, headers=match(held))
    assert (stays.status_code, stays.json()["type"]) == (409, "/problems/on-legal-hold")
    lifted = (await sams.patch(path, {"legal_hold": False}, headers=match(held))).json()
    assert len(bucket.keys(tenant)) == 2
    assert (await sams("DELETE", path, headers=match(lifted))).status_code == 204
    assert (await sees(sams, made), bucket.keys(tenant)) == (False, [])
    assert (await told(database, tenant))[-1] == ("document.changed.v1", "removed")
    settings = await documents.by(staff(tenant, "settings.edit")).get("/documents/settings")
    assert settings.json()["used_bytes"] == 0


async def test_what_is_taken_out_of_a_form_again_was_not_sent_f147(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, bus: Any, uploaded: Doing, bucket: Any, database: Database
) -> None:
    """F147: one's own, just uploaded, on nothing but the case it was brought for; another's, on hold, an hour later, or
    hung elsewhere meanwhile, it stays."""
    anns, case_id, other = documents.by(ann), await bus.open_case(ann), await bus.open_case(ann)
    loose, brought = await uploaded(anns), await uploaded(anns, case_id=str(case_id))
    kept = [await uploaded(anns) for _ in range(3)]
    await documents.by(staff(tenant, "documents.publish")).patch(
        f"/documents/{kept[0]['id']}", {"legal_hold": True}, headers=match(kept[0])
    )
    assert (await anns.post(f"/documents/{kept[1]['id']}/links", {"case_id": str(other)})).status_code == 201
    async with database.transaction(tenant) as tx:
        old = text("UPDATE documents SET ready_at = ready_at - interval '61 minutes' WHERE id = :id")
        await tx.execute(old, {"id": kept[2]["id"]})
    bob = contact(tenant, acme, scopes={"documents": "organisation"})
    for stranger in (bob, staff(tenant), contact(new_id(), acme)):
        denied = await documents.by(stranger)("DELETE", f"/documents/uploads/{loose['id']}")
        assert denied.status_code in (404, 409)
    answers = [(await anns("DELETE", f"/documents/uploads/{one['id']}")).status_code for one in (loose, brought, *kept)]
    assert answers == [204, 204, 409, 409, 409]
    assert [await sees(anns, one) for one in (loose, brought, *kept)] == [False, False, True, True, True]
    assert len(bucket.keys(tenant)) == 3


async def test_the_crm_removes_what_it_brought_and_names_the_version_it_means_f159(
    documents: Served, tenant: UUID, bucket: Any, uploaded: Doing, send: Doing
) -> None:
    """F159: with If-Match it changes and removes that version alone; without, what there is."""
    crm, place, content = documents.by(key(tenant, "crm.write")), "/documents/by-external-id/offer-77", b"Offer\n"
    new = {"file_name": "offer.txt", "size": len(content)}
    early = await crm.put(place, new, headers={"if-match": '"1"'})
    assert early.status_code == 412
    announced = await crm.put(place, new, headers={"if-match": '"0"'})
    await send(announced, content)
    made = (await crm.post(f"/documents/{announced.json()['document_id']}/commit")).json()
    stale = await crm.put(place, {"title": "Offer"}, headers={"if-match": '"0"'})
    assert (stale.status_code, (await crm.get(place)).json()["title"]) == (412, "offer.txt")
    changed = await crm.put(place, {"title": "Offer"}, headers=match(made))
    assert (changed.status_code, changed.headers["etag"]) == (200, f'"{made["version"] + 1}"')
    assert (await crm.get(place)).headers["etag"] == changed.headers["etag"]
    assert (await documents.by(key(tenant, "documents.read"))("DELETE", place)).status_code == 403
    assert (await documents.by(key(new_id(), "crm.write"))("DELETE", place)).status_code == 404
    assert (await crm("DELETE", place, headers=match(made))).status_code == 412
    assert [(await crm("DELETE", place)).status_code for _ in range(2)] == [204, 404]
    assert bucket.keys(tenant) == []


async def test_a_hidden_file_hung_on_a_case_is_no_news_for_its_customers(
    documents: Served, tenant: UUID, ann: Caller, sam: Caller, bus: Any, uploaded: Doing, database: Database
) -> None:
    """F112, F140: its name is not on the timeline that they read."""
    case_id = str(await bus.open_case(ann))
    colleague = staff(tenant, "cases.answer", "documents.publish", name="Olga Olsen")
    made = await uploaded(documents.by(sam))
    hung = await documents.by(colleague).post(f"/documents/{made['id']}/links", {"case_id": case_id})
    assert (hung.json()["on_portal"], await sees(documents.by(ann), made)) == (False, False)
    assert ("document.linked.v1", "internal") in await told(database, tenant)
