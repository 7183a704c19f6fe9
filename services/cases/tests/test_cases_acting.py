"""One person, two organisations: in one of them nothing of the other is there, not even what is their own."""

from uuid import UUID

import pytest
from dirty_equals import IsPartialDict

from kit.caller import Caller
from kit.db import Database, fetch
from kit.ids import new_id
from kit.testing import As, Served, contact

NEW = {"subject": "Printer offline", "body": "It blinks."}


@pytest.fixture
def zeta() -> UUID:
    return new_id()


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


def acting(caller: Caller, organisation_id: UUID | None, scope: str = "own") -> Caller:
    """The same person, for another organisation."""
    ids = (organisation_id,) if organisation_id else ()
    for_another = {"organisation_id": organisation_id, "organisation_ids": ids, "scopes": {"cases": scope}}
    return caller.model_copy(update=for_another)


async def sees(client: As, case: str) -> set[bool]:
    """Everywhere: list, own, search, counts, the case itself."""
    listed = [(await client.get(f"/cases{query}")).json() for query in ("", "?scope=mine", "?q=printer")]
    found = {case in [item["reference"] for item in page["items"]] for page in listed}
    found |= {page["total"]["count"] > 0 for page in listed}
    found.add(sum((await client.get("/cases/counts")).json()["by_status"].values()) > 0)
    found.add((await client.get(f"/cases/{case}")).status_code == 200)
    return found


@pytest.mark.parametrize("scope", ["own", "organisation", "hierarchy"])
async def test_ones_own_case_is_there_in_its_organisation_and_in_no_other_f027(
    cases: Served, ann: Caller, zeta: UUID, scope: str
) -> None:
    case = (await cases.by(ann).post("/cases", NEW)).json()["reference"]
    assert await sees(cases.by(ann), case) == {True}
    assert await sees(cases.by(acting(ann, zeta, scope)), case) == {False}
    assert await sees(cases.by(acting(ann, None, scope)), case) == {False}


async def test_a_followed_case_is_there_in_its_organisation_and_in_no_other_f111(
    cases: Served, ann: Caller, tenant: UUID, acme: UUID, zeta: UUID, database: Database
) -> None:
    case = (await cases.by(contact(tenant, acme)).post("/cases", NEW)).json()
    async with database.transaction(tenant) as tx:
        await fetch(tx, "INSERT INTO watchers VALUES ($1, $2, $3)", tenant, UUID(case["id"]), ann.id)
    assert (await cases.by(ann).get(f"/cases/{case['id']}")).status_code == 200
    assert (await cases.by(acting(ann, zeta)).get(f"/cases/{case['id']}")).status_code == 404


async def test_nothing_is_done_to_it_from_the_other_one(cases: Served, ann: Caller, zeta: UUID) -> None:
    case = (await cases.by(ann).post("/cases", NEW)).json()["id"]
    other = cases.by(acting(ann, zeta))
    assert (await other.post(f"/cases/{case}/notes", {"body": "Hello"})).status_code == 404
    assert (await other.post(f"/cases/{case}/close")).status_code == 404
    assert (await cases.by(ann).get(f"/cases/{case}")).json() == IsPartialDict(timeline=[], version=1)


async def test_a_case_of_ones_own_below_is_seen_from_above_and_closed_only_from_where_it_is(
    cases: Served, ann: Caller, acme: UUID, zeta: UUID
) -> None:
    """F069: the hierarchy shows it; that it is one's own counts where one acts."""
    case = (await cases.by(ann).post("/cases", NEW)).json()["id"]
    above = acting(ann, zeta, "hierarchy").model_copy(update={"organisation_ids": (zeta, acme)})
    seen = (await cases.by(above).get(f"/cases/{case}")).json()
    assert (seen["may"]["comment"], seen["may"]["close"]) == (True, False)
    assert (await cases.by(above).get("/cases?scope=mine")).json()["items"] == []
    assert (await cases.by(above).post(f"/cases/{case}/close")).status_code == 403


async def test_a_form_sent_again_after_switching_is_not_answered_with_the_others_case(
    cases: Served, ann: Caller, zeta: UUID
) -> None:
    key = {"idempotency-key": "the-same-form"}
    assert (await cases.by(ann).post("/cases", NEW, headers=key)).status_code == 201
    refused = await cases.by(acting(ann, zeta)).post("/cases", NEW, headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/key-reused")


async def test_its_events_say_whose_it_is_and_for_whom_was_written(
    cases: Served, ann: Caller, tenant: UUID, acme: UUID, database: Database
) -> None:
    case = (await cases.by(ann).post("/cases", NEW)).json()["id"]
    await cases.by(ann).post(f"/cases/{case}/notes", {"body": "Hello"})
    await cases.by(ann).post(f"/cases/{case}/close")
    async with database.transaction(tenant) as tx:
        said = [row["body"] for row in await fetch(tx, "SELECT body FROM outbox ORDER BY id")]
    assert all(f'"organisation_id":"{acme}"' in body for body in said)
    assert f'"author_organisation_id":"{acme}"' in said[1]
