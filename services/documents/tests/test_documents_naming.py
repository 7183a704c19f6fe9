"""F159: a CRM names a file that was brought in the portal, and knows cases by names that they got later."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts import CaseChanged, CaseOpened
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

Doing = Callable[..., Awaitable[Any]]
PDF = b"%PDF-1.4\n" + bytes(100)


@pytest.fixture
def crm(documents: Served, tenant: UUID) -> As:
    """The tenant's CRM, which hears of files and feeds some."""
    return documents.by(key(tenant, "crm.write", "documents.read"))


async def named(crm: As, document_id: str, external_id: str = "F-1") -> Any:
    return await crm.put(f"/documents/{document_id}/external-id", {"external_id": external_id})


async def said(database: Database, tenant: UUID) -> list[dict[str, Any]]:
    """What was said of changed files, oldest first, with the version of each."""
    async with database.transaction(tenant) as tx:
        rows = [json.loads(row["body"]) for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    return [row["data"] | {"version": row["version"]} for row in rows if row["type"] == "document.changed.v1"]


async def test_a_crm_names_a_customers_file_once_and_works_on_it_by_that_name_f159(
    documents: Served, crm: As, tenant: UUID, acme: UUID, uploaded: Doing, database: Database, statements: list[str]
) -> None:
    ann = documents.by(contact(tenant, acme))
    photo = await uploaded(ann)
    statements.clear()
    answer = await named(crm, photo["id"])
    expected = {"id": photo["id"], "external_id": "F-1", "version": photo["version"] + 1}
    assert (answer.status_code, answer.json()) == (200, expected), answer.text
    assert len(statements) <= 4, statements
    assert (await named(crm, photo["id"])).json() == expected
    told = await said(database, tenant)
    assert [(one["change"], one["external_id"], one["version"]) for one in told] == [
        ("added", None, photo["version"]),
        ("described", "F-1", expected["version"]),
    ]
    feeding = documents.by(key(tenant, "crm.write"))
    assert (await feeding.get("/documents/by-external-id/F-1")).json()["id"] == photo["id"]
    changed = await feeding.put("/documents/by-external-id/F-1", {"title": "The router"})
    assert (changed.status_code, changed.json()["result"]) == (200, "changed")
    seen = (await ann.get(f"/documents/{photo['id']}")).json()
    assert (seen["title"], seen["external_id"]) == ("The router", None)


async def test_a_name_that_is_taken_and_a_file_that_has_one_are_refused_with_what_is_the_matter_f159(
    documents: Served, crm: As, tenant: UUID, acme: UUID, uploaded: Doing, arrived: Doing
) -> None:
    """Taken by a file whose bytes are awaited, too; a file on its way is named once it is there."""
    ann = documents.by(contact(tenant, acme))
    first, second, coming = await uploaded(ann), await uploaded(ann), await arrived(ann)
    await crm.put("/documents/by-external-id/F-9", {"file_name": "offer.pdf", "size": len(PDF)})
    await named(crm, first["id"])
    for name in ("F-1", "F-9"):
        taken = await named(crm, second["id"], name)
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
    other = await named(crm, first["id"], "F-2")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/named-otherwise")
    assert "F-1" in other.json()["detail"]
    assert (await named(crm, coming, "F-3")).json()["type"] == "/problems/not-ready"
    assert (await named(crm, second["id"], "F-2")).status_code == 200


async def test_only_a_key_that_feeds_and_reads_names_f159(
    documents: Served, tenant: UUID, acme: UUID, uploaded: Doing
) -> None:
    photo = await uploaded(documents.by(contact(tenant, acme)))
    both = ("crm.write", "documents.read")
    for who in (staff(tenant, "documents.publish"), contact(tenant, acme), guest(tenant), key(tenant, both[1])):
        assert (await named(documents.by(who), photo["id"])).status_code == 403, who.kind
    for stranger in (key(tenant, both[0]), key(new_id(), *both)):
        assert (await named(documents.by(stranger), photo["id"])).status_code == 404
    assert (await named(documents.by(key(tenant, *both)), photo["id"], " ")).status_code == 422


@pytest.mark.parametrize("late", [False, True])
async def test_a_case_that_the_crm_named_later_takes_files_by_that_name_f158(
    late: bool, crm: As, tenant: UUID, acme: UUID, bus: Any, opened: Callable[..., CaseOpened]
) -> None:
    """F158: in whichever order it is heard of: `late`, the opening comes last."""
    opening = opened(contact(tenant, acme))
    naming = renamed(opening, status="new", external_id="T-1")
    for event, version in [(naming, 2), (opening, 1)] if late else [(opening, 1), (naming, 2)]:
        await bus.say(event, version=version)
    facts = {"file_name": "offer.pdf", "size": len(PDF), "case_external_id": "T-1"}
    assert (await crm.put("/documents/by-external-id/offer-1", facts)).status_code == 201


async def test_the_days_of_a_closed_cases_files_do_not_begin_again_when_it_is_named(
    tenant: UUID, acme: UUID, bus: Any, opened: Callable[..., CaseOpened], database: Database
) -> None:
    opening = opened(contact(tenant, acme), status="closed")
    await bus.say(opening)
    async with database.transaction(tenant) as tx:
        await fetch(tx, "UPDATE cases SET closed_at = closed_at - interval '9 days'")
        [before] = await fetch(tx, "SELECT closed_at, now() AS now FROM cases")
    await bus.say(renamed(opening, status="closed", external_id="T-1"), version=2)
    async with database.transaction(tenant) as tx:
        [after] = await fetch(tx, "SELECT closed_at FROM cases")
    assert after["closed_at"] == before["closed_at"] < before["now"] - timedelta(days=8)


def renamed(case: CaseOpened, **values: Any) -> CaseChanged:
    """The word that a case has an external id now."""
    same = {name: getattr(case, name) for name in ("case_id", "reference", "subject", "priority", "assignee_id")}
    return CaseChanged(**same, changed_by=case.opened_by, fields=["external_id"], **values)
