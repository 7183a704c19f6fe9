"""F145, F147: what a tenant sets for its files: how much room they take, and who hears of uploads."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import Served, contact, staff

Doing = Callable[..., Awaitable[Any]]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


def admin(tenant: UUID) -> Caller:
    return staff(tenant, "settings.edit", "cases.answer")


async def used(documents: Served, tenant: UUID) -> int:
    return int((await documents.by(admin(tenant)).get("/documents/settings")).json()["used_bytes"])


async def set_to(documents: Served, tenant: UUID, **values: Any) -> Any:
    adas = documents.by(admin(tenant))
    now = (await adas.get("/documents/settings")).json()
    change = {"quota_bytes": now["quota_bytes"], "tell_id": now["tell_id"]} | values
    answer = await adas.put("/documents/settings", change, headers={"if-match": f'"{now["version"]}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_files_take_is_counted_to_the_byte_whatever_becomes_of_them_f147(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, arrived: Doing, database: Database
) -> None:
    ann = documents.by(contact(tenant, acme))
    assert await used(documents, tenant) == 0
    await uploaded(ann)
    on_its_way = await arrived(ann)
    assert await used(documents, tenant) == 2 * len(PNG)
    program = await arrived(ann, b"MZ" + bytes(98), "a.png")
    assert (await ann.post(f"/documents/{program}/commit")).status_code == 422
    assert await used(documents, tenant) == 2 * len(PNG)
    async with database.transaction(tenant) as tx:
        await fetch(tx, "DELETE FROM documents WHERE id = $1", UUID(on_its_way))
    assert await used(documents, tenant) == len(PNG)


async def test_no_file_comes_that_the_quota_has_no_room_for_even_of_two_at_once_f147(
    documents: Served, tenant: UUID, acme: UUID, announce: Doing, uploaded: Doing
) -> None:
    ann = documents.by(contact(tenant, acme))
    await set_to(documents, tenant, quota_bytes=2 * len(PNG))
    await uploaded(ann)
    answers = await asyncio.gather(*(announce(ann) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    refused = next(answer.json() for answer in answers if answer.status_code == 422)
    assert refused["type"] == "/problems/over-quota"
    assert "Contact us" in refused["detail"]
    assert await used(documents, tenant) == 2 * len(PNG)
    elsewhere = documents.by(contact(new_id(), acme))
    assert (await announce(elsewhere)).status_code == 201


async def test_settings_are_for_those_who_set_the_portal_up_and_not_written_over(
    documents: Served, tenant: UUID, acme: UUID
) -> None:
    change = {"quota_bytes": 5, "tell_id": None}
    for stranger in (contact(tenant, acme), staff(tenant)):
        client = documents.by(stranger)
        assert (await client.get("/documents/settings")).status_code == 404
        assert (await client.put("/documents/settings", change, headers={"if-match": '"0"'})).status_code == 404
    await set_to(documents, tenant, **change)
    stale = await documents.by(admin(tenant)).put("/documents/settings", change, headers={"if-match": '"0"'})
    assert stale.status_code == 412
    again = await set_to(documents, tenant, quota_bytes=None)
    assert (again["quota_bytes"], again["version"]) == (None, 2)


async def test_a_customers_upload_names_who_is_to_be_told_and_the_teams_own_nobody_f145(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing, database: Database
) -> None:
    sam = new_id()
    await set_to(documents, tenant, tell_id=str(sam), tell_text="Look today.")
    await uploaded(documents.by(contact(tenant, acme)))
    await uploaded(documents.by(staff(tenant)))
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT body FROM outbox ORDER BY id")
    said = [json.loads(row["body"])["data"] for row in rows]
    assert [(one["tell_id"], one["tell_text"]) for one in said] == [(str(sam), "Look today."), (None, "")]


async def test_what_a_change_of_the_settings_leaves_out_stays_as_it_was_f145(documents: Served, tenant: UUID) -> None:
    """Older programs know neither the words of the notice nor the rules for removing: they clear none of them."""
    chosen = {"thumbnails": False, "old_versions": True, "case_days": 30, "loose_days": 90}
    chosen |= {"tell_text": "Look <today>.\nThanks"}
    await set_to(documents, tenant, **chosen)
    after = await set_to(documents, tenant, quota_bytes=7)
    assert {name: after[name] for name in chosen} == chosen
    assert (await set_to(documents, tenant, case_days=None, tell_text=""))["case_days"] is None
    too_long = {"quota_bytes": None, "tell_id": None, "tell_text": "x" * 2_001}
    adas = documents.by(admin(tenant))
    assert (await adas.put("/documents/settings", too_long, headers={"if-match": '"3"'})).status_code == 422
