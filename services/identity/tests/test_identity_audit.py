"""O+8: every change is in the trail, in its own transaction, and the trail cannot be changed unseen."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from identity.testing import Site
from kit.db import Database


async def trail(site: Site) -> list[Any]:
    return await site.sql("SELECT * FROM audit ORDER BY number")


async def broken(site: Site) -> list[int]:
    return [row["number"] for row in await site.sql("SELECT number FROM audit_broken")]


async def test_a_change_says_who_where_and_what_was_before(site: Site) -> None:
    """O+8."""
    await site.put_organisation("acme")
    await site.put_contact("ann")
    await site.put_contact("ann", email="ann.archer@acme.example")
    line = (await trail(site))[-1]
    assert (line["action"], line["subject_name"], line["place"]) == ("contact.changed", "Ann", "crm")
    assert line["changes"] == {"email": ["ann@acme.example", "ann.archer@acme.example"]}


async def test_what_changes_nothing_is_not_in_the_trail(site: Site) -> None:
    await site.put_organisation("acme")
    before = len(await trail(site))
    await site.put_organisation("acme")
    assert len(await trail(site)) == before


async def test_every_login_is_in_the_trail(site: Site) -> None:
    await site.put_organisation("acme")
    await site.put_contact("ann")
    await site.token()
    line = (await trail(site))[-1]
    assert (line["action"], line["actor_name"], line["place"]) == ("session.begun", "Ann", "portal")


async def test_a_refused_change_leaves_no_line(site: Site) -> None:
    await site.put_organisation("acme")
    before = len(await trail(site))
    answer = await site.crm.put("/organisations/by-external-id/acme", {"name": "A", "parent_external_id": "acme"})
    assert answer.status_code == 422
    assert len(await trail(site)) == before


async def test_lines_are_numbered_without_a_gap_also_when_many_write_at_once(site: Site) -> None:
    await asyncio.gather(*(site.put_organisation(f"org-{number}") for number in range(8)))
    numbers = [row["number"] for row in await trail(site)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert await broken(site) == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET actor_name = 'Somebody else' WHERE tenant_id = $1 AND number = 2",
        "UPDATE audit SET changes = '{}' WHERE tenant_id = $1 AND number = 2",
        "DELETE FROM audit WHERE tenant_id = $1 AND number = 2",
    ],
)
async def test_a_line_changed_or_taken_out_behind_our_back_is_found(
    site: Site, superuser: str, database: Database, tampering: str
) -> None:
    for name in ("one", "two", "three"):
        await site.put_organisation(name)
    assert await broken(site) == []
    connection = await asyncpg.connect(urlsplit(superuser)._replace(path=urlsplit(database.url).path).geturl())
    try:
        await connection.execute(tampering, site.tenant_id)
    finally:
        await connection.close()
    assert await broken(site) in ([2], [3])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor_name = 'x'",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM audit",
    ],
)
async def test_the_service_itself_cannot_change_the_trail(site: Site, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await site.sql(statement)


async def test_a_tenant_sees_its_own_trail_alone(site: Site, app: Any, database: Database) -> None:
    from identity.testing import new_site

    other = await new_site(app, database)
    assert {row["tenant_id"] for row in await trail(other)} == {other.tenant_id}
    assert {row["tenant_id"] for row in await trail(site)} == {site.tenant_id}
