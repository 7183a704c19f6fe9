"""One person, two organisations: a file uploaded for one of them is not there in the other."""

from collections.abc import Awaitable, Callable
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from documents.models import Document
from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id, now
from kit.migrations import folder
from kit.testing import As, Served

Doing = Callable[..., Awaitable[Any]]


@pytest.fixture
def zeta() -> UUID:
    return new_id()


def acting(caller: Caller, organisation_id: UUID | None, scope: str = "own") -> Caller:
    """The same person, for another organisation."""
    ids = (organisation_id,) if organisation_id else ()
    for_another = {"organisation_id": organisation_id, "organisation_ids": ids, "scopes": {"cases": scope}}
    return caller.model_copy(update=for_another)


async def sees(client: As, document: str) -> set[bool]:
    lists = [(await client.get(f"/documents{query}")).json() for query in ("", "?q=photo")]
    found = {document in [item["id"] for item in page["items"]] for page in lists}
    found |= {page["total"]["count"] > 0 for page in lists}
    found.add((await client.get(f"/documents/{document}")).status_code == 200)
    found.add((await client.get(f"/documents/{document}/download")).status_code == 303)
    return found


@pytest.mark.parametrize("scope", ["own", "organisation", "hierarchy"])
async def test_ones_own_file_is_there_in_its_organisation_and_in_no_other_f027(
    documents: Served, ann: Caller, zeta: UUID, uploaded: Doing, scope: str
) -> None:
    made = (await uploaded(documents.by(ann)))["id"]
    assert await sees(documents.by(ann), made) == {True}
    assert await sees(documents.by(acting(ann, zeta, scope)), made) == {False}
    assert await sees(documents.by(acting(ann, None, scope)), made) == {False}


async def test_a_file_on_ones_own_case_is_not_there_in_the_other_organisation(
    documents: Served, ann: Caller, zeta: UUID, bus: Any, uploaded: Doing
) -> None:
    case_id = await bus.open_case(ann)
    made = await uploaded(documents.by(ann), case_id=str(case_id))
    other = documents.by(acting(ann, zeta, "organisation"))
    assert (await other.get(f"/documents/{made['id']}")).status_code == 404
    assert (await other.get(f"/documents?case_id={case_id}")).json()["items"] == []
    announced = await other.post("/documents/uploads", {"file_name": "a.png", "size": 3, "case_id": str(case_id)})
    assert announced.status_code == 404


async def test_an_upload_is_committed_and_linked_only_from_where_it_was_begun(
    documents: Served, ann: Caller, zeta: UUID, bus: Any, arrived: Doing, uploaded: Doing
) -> None:
    begun = await arrived(documents.by(ann))
    other = acting(ann, zeta)
    assert (await documents.by(other).post(f"/documents/{begun}/commit")).status_code == 404
    case_id = await bus.open_case(other)
    link = {"case_id": str(case_id)}
    made = (await uploaded(documents.by(ann)))["id"]
    assert (await documents.by(other).post(f"/documents/{made}/links", link)).status_code == 404
    assert (await documents.by(ann).post(f"/documents/{made}/links", link)).status_code == 404


async def test_a_file_of_one_organisation_named_on_a_case_of_the_other_does_not_hang_there_f097(
    documents: Served, ann: Caller, zeta: UUID, bus: Any, uploaded: Doing
) -> None:
    made = (await uploaded(documents.by(ann)))["id"]
    await bus.open_case(acting(ann, zeta), document_ids=[made])
    assert (await documents.by(ann).get(f"/documents/{made}")).json()["links"] == []
    await bus.open_case(ann, document_ids=[made])
    assert len((await documents.by(ann).get(f"/documents/{made}")).json()["links"]) == 1


async def test_files_of_before_belong_where_all_of_their_uploaders_cases_do_else_to_nobody(
    tenant: UUID, acme: UUID, zeta: UUID, database: Database, superuser: str
) -> None:
    """The back-fill of migration 0002, run over rows as they were before it."""
    ann, bob, cleo = new_id(), new_id(), new_id()
    async with database.transaction(tenant) as tx:
        for owner in (ann, bob, cleo):
            tx.add(Document(id=owner, title="t", file_name="t", size=1, expires_at=_never(), **_by(owner)))
        for owner, organisation in ((ann, acme), (ann, acme), (bob, acme), (bob, zeta)):
            await tx.flush()
            case = (tenant, new_id(), organisation, owner)
            await fetch(tx, "INSERT INTO cases VALUES ($1, $2, 'CASE-1', $3, $4, false, 1)", *case)
    connection = await asyncpg.connect(urlsplit(superuser)._replace(path=urlsplit(database.url).path).geturl())
    try:
        await connection.execute(_back_fill())
    finally:
        await connection.close()
    async with database.transaction(tenant) as tx:
        rows = await fetch(tx, "SELECT id, organisation_id FROM documents")
    assert {row["id"]: row["organisation_id"] for row in rows} == {ann: acme, bob: None, cleo: None}


def _by(owner: UUID) -> dict[str, Any]:
    return {"uploaded_by_id": owner, "uploaded_by_kind": "contact", "uploaded_by_name": "Somebody"}


def _never() -> Any:
    return now().replace(year=2100)


def _back_fill() -> str:
    spec = spec_from_file_location("migration", folder("documents") / "versions" / "0002_for_whom.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.BACK_FILL)
