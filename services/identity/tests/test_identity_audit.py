"""O+8: every change is in the trail, in its own transaction, and the trail cannot be changed unseen."""

import asyncio
import csv
import io
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from identity.testing import Site
from kit.db import Database
from kit.testing import As, contact, key, staff


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


async def read_as_csv(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def reader(site: Site) -> As:
    return site.app.by(staff(site.tenant_id, "audit.read"))


async def test_the_trail_is_listed_newest_first_and_filtered(acme: Site) -> None:
    """O+8."""
    changed = await acme.put_contact("ann", phone="1")
    by = reader(acme)
    page = (await by.get("/audit?limit=2")).json()
    assert [line["action"] for line in page["items"]] == ["contact.changed", "contact.made"]
    rest = (await by.get(f"/audit?limit=100&cursor={page['next']}")).json()
    numbers = [line["number"] for line in (*page["items"], *rest["items"])]
    assert numbers == list(range(numbers[0], 0, -1))
    for query, actions in (
        (f"subject_id={changed['id']}", ["contact.changed", "contact.made"]),
        ("action=contact.made", ["contact.made"]),
        ("action=contact&action=organisation.made", ["contact.changed", "contact.made", "organisation.made"]),
        ("actor=CRM&action=contact", ["contact.changed", "contact.made"]),
        (f"actor_id={acme.admin_id}", []),
        ("on_to=2020-01-01", []),
        ("on_from=2020-01-01&on_to=9999-12-31&action=organisation", ["organisation.made"]),
    ):
        assert [line["action"] for line in (await by.get(f"/audit?{query}")).json()["items"]] == actions, query


async def test_the_trail_is_exported_whole_with_cells_that_do_nothing(acme: Site) -> None:
    """O+8."""
    await acme.put_organisation("evil", name="=HYPERLINK(1)")
    rows = await read_as_csv(await reader(acme).get("/audit/export?limit=1"))
    assert [row["number"] for row in rows] == [str(n) for n in range(len(rows), 0, -1)]
    assert rows[0]["subject_name"] == "'=HYPERLINK(1)"
    assert len(rows) == len(await trail(acme))


async def test_whoever_asks_is_told_whether_the_trail_is_whole(acme: Site, superuser: str, database: Database) -> None:
    """O+8."""
    many = len(await trail(acme))
    assert (await reader(acme).get("/audit/verify")).json() == {"whole": True, "lines": many, "broken_at": None}
    connection = await asyncpg.connect(urlsplit(superuser)._replace(path=urlsplit(database.url).path).geturl())
    try:
        await connection.execute("UPDATE audit SET place = 'crm' WHERE tenant_id = $1 AND number = 1", acme.tenant_id)
    finally:
        await connection.close()
    assert (await reader(acme).get("/audit/verify")).json() == {"whole": False, "lines": many, "broken_at": 1}


async def test_the_trail_is_there_for_those_who_may_read_it_alone(acme: Site, brightside: Site) -> None:
    """O+8."""
    assert (await acme.app.by(key(acme.tenant_id, "audit.read")).get("/audit")).json()["items"]
    for by in (
        acme.app.by(staff(acme.tenant_id)),
        acme.app.by(contact(acme.tenant_id, acme.tenant_id, permissions=frozenset({"audit.read"}))),
        acme.crm,
    ):
        assert (await by.get("/audit")).json() == {"items": [], "next": None}
        assert await read_as_csv(await by.get("/audit/export")) == []
        assert (await by.get("/audit/verify")).json() == {"whole": True, "lines": 0, "broken_at": None}
    theirs = (await reader(brightside).get("/audit?limit=100")).json()["items"]
    assert not any(line["subject_name"] in ("Acme Ltd", "Ann Archer") for line in theirs)


async def test_contacts_are_exported_as_filtered_with_cells_that_do_nothing(acme: Site, brightside: Site) -> None:
    """F057."""
    await acme.put_contact("eve", name="@SUM(1)", phone="+44 20", portal_enabled=False, modules=["cases", "invoices"])
    by = acme.app.by(staff(acme.tenant_id))
    rows = await read_as_csv(await by.get("/contacts/export"))
    assert [(row["name"], row["phone"]) for row in rows] == [("'@SUM(1)", "'+44 20"), ("Ann Archer", "")]
    assert (rows[0]["organisation_external_id"], rows[0]["modules"]) == ("acme", "cases invoices")
    shut = await read_as_csv(await by.get("/contacts/export?portal_enabled=false&q=sum"))
    assert [row["name"] for row in shut] == ["'@SUM(1)"]
    assert await read_as_csv(await brightside.app.by(brightside.admin).get("/contacts/export")) == []
    assert await read_as_csv(await acme.app.by(key(acme.tenant_id, "cases.read")).get("/contacts/export")) == []
