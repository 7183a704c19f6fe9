"""Versions of a document: a new file takes the old one's place, and the old one stays beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, staff

Doing = Callable[..., Awaitable[Any]]


async def content(client: As, path: str) -> bytes:
    away = await client.get(path)
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient() as browser:
        return (await browser.get(away.headers["location"])).content


async def test_a_new_version_takes_the_place_of_the_old_one_which_staff_still_get_f156_f157(
    documents: Served, tenant: UUID, ann: Caller, bus: Any, uploaded: Doing, bucket: Any
) -> None:
    anns, sams = documents.by(ann), documents.by(staff(tenant))
    case_id = str(await bus.open_case(ann))
    first = await uploaded(anns, b"one\n", "plan.txt", title="Plan", case_id=case_id)
    second = await uploaded(anns, b"two two\n", "plan-2.txt", replaces=first["id"])
    assert second == IsPartialDict(
        id=first["id"], title="Plan", file_name="plan-2.txt", size=8, number=2, links=first["links"], folder="private"
    )
    third = await uploaded(sams, b"three\n", "plan-3.txt", replaces=first["id"])
    assert third == IsPartialDict(id=first["id"], number=3)
    for client in (anns, sams):
        listed = (await client.get(f"/documents?case_id={case_id}")).json()
        assert [row["id"] for row in listed["items"]] == [first["id"]]
        assert (await client.get("/documents?q=plan")).json()["total"]["count"] == 1
        assert await content(client, f"/documents/{first['id']}/download") == b"three\n"
    versions = (await sams.get(f"/documents/{first['id']}/versions")).json()["items"]
    assert [(row["number"], row["file_name"]) for row in versions] == [(2, "plan-2.txt"), (1, "plan.txt")]
    assert [row["uploaded_by"]["name"] for row in versions] == ["Ann Archer"] * 2
    for number, was in ((1, b"one\n"), (2, b"two two\n")):
        assert await content(sams, f"/documents/{first['id']}/versions/{number}/download") == was
    assert len(bucket.keys(tenant)) == 3


async def test_a_customer_sees_old_versions_where_the_tenant_shows_them(
    documents: Served, tenant: UUID, ann: Caller, uploaded: Doing
) -> None:
    anns = documents.by(ann)
    made = (await uploaded(anns, b"one\n", "plan.txt"))["id"]
    await uploaded(anns, b"two\n", "plan.txt", replaces=made)
    assert (await anns.get(f"/documents/{made}/versions")).json()["items"] == []
    assert (await anns.get(f"/documents/{made}/versions/1/download")).status_code == 404
    shown = {"quota_bytes": None, "tell_id": None, "old_versions": True}
    ada = documents.by(staff(tenant, "settings.edit"))
    assert (await ada.put("/documents/settings", shown, headers={"if-match": '"0"'})).status_code == 200
    assert await content(anns, f"/documents/{made}/versions/1/download") == b"one\n"
    for stranger in (contact(tenant, new_id()), contact(new_id(), new_id()), guest(tenant), staff(new_id())):
        client = documents.by(stranger)
        paths = (f"/documents/{made}/versions", f"/documents/{made}/versions/1/download")
        assert {(await client.get(path)).status_code for path in paths} == {404}


async def test_the_row_a_version_came_with_leads_nowhere_and_a_commit_again_answers_the_document(
    documents: Served, tenant: UUID, ann: Caller, uploaded: Doing, arrived: Doing
) -> None:
    anns = documents.by(ann)
    made = (await uploaded(anns, b"one\n", "plan.txt"))["id"]
    brought = await arrived(anns, b"two\n", "plan.txt", replaces=made)
    once, twice = [await anns.post(f"/documents/{brought}/commit") for _ in range(2)]
    assert (once.status_code, twice.status_code) == (200, 200)
    assert once.json()["id"] == twice.json()["id"] == made
    for client in (anns, documents.by(staff(tenant))):
        for path in (f"/documents/{brought}", f"/documents/{brought}/download", f"/documents/{brought}/versions"):
            assert (await client.get(path)).status_code == 404
        assert (
            await client.post("/documents/placements", {"document_ids": [brought], "title": "x"})
        ).status_code == 404


async def test_of_two_new_versions_at_once_none_is_lost(
    documents: Served, tenant: UUID, ann: Caller, uploaded: Doing, arrived: Doing
) -> None:
    anns = documents.by(ann)
    made = (await uploaded(anns, b"one\n", "plan.txt"))["id"]
    brought = [await arrived(anns, f"version {n}\n".encode(), "plan.txt", replaces=made) for n in range(3)]
    answers = await asyncio.gather(*(anns.post(f"/documents/{one}/commit") for one in brought))
    assert [answer.status_code for answer in answers] == [200] * 3
    sams = documents.by(staff(tenant))
    versions = (await sams.get(f"/documents/{made}/versions")).json()["items"]
    assert [row["number"] for row in versions] == [3, 2, 1]
    kept = [await content(sams, f"/documents/{made}/versions/{n}/download") for n in (1, 2, 3)]
    kept.append(await content(sams, f"/documents/{made}/download"))
    assert sorted(kept) == sorted([b"one\n", b"version 0\n", b"version 1\n", b"version 2\n"])


async def test_only_the_uploader_and_staff_bring_a_new_version_and_nothing_else_with_it(
    documents: Served, tenant: UUID, acme: UUID, ann: Caller, bus: Any, uploaded: Doing, announce: Doing
) -> None:
    anns, case_id = documents.by(ann), str(await bus.open_case(ann))
    made = (await uploaded(anns, b"one\n", "plan.txt", case_id=case_id))["id"]
    colleague = contact(tenant, acme, scopes={"cases": "organisation"})
    for stranger, status in (
        (colleague, 403),
        (staff(tenant, "articles.write"), 403),
        (contact(tenant, new_id()), 404),
        (contact(new_id(), acme), 404),
    ):
        assert (await announce(documents.by(stranger), replaces=made)).status_code == status
    assert (await announce(anns, replaces=made, case_id=case_id)).status_code == 404
    assert (await announce(anns, replaces=str(new_id()))).status_code == 404
