"""Files of a case that went into another one, and who sees them then."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from contracts import Actor, CaseMerged, CaseWatched
from kit.ids import new_id
from kit.testing import Served, contact

Doing = Callable[..., Awaitable[Any]]


async def test_what_hung_on_a_merged_case_hangs_on_the_other_one(
    documents: Served, tenant: UUID, acme: UUID, bus: Any, uploaded: Doing
) -> None:
    ann, bea = contact(tenant, acme), contact(tenant, acme)
    source, target = await bus.open_case(ann), await bus.open_case(bea)
    made = await uploaded(documents.by(ann), case_id=str(source))
    by = Actor(id=new_id(), kind="staff", name="Sam")
    event = CaseMerged(
        case_id=source,
        reference="CASE-1001",
        into_id=target,
        into_reference="CASE-1002",
        merged_by=by,
        watcher_ids=[ann.id],
        organisation_id=acme,
    )
    await bus.say(event, version=5, times=2)
    seen = (await documents.by(bea).get(f"/documents?case_id={target}")).json()["items"]
    assert [one["id"] for one in seen] == [made["id"]]
    assert (await documents.by(ann).get(f"/documents?case_id={target}")).json()["items"] != []


async def test_a_follower_sees_the_files_from_then_on_until_they_follow_no_more_f111(
    documents: Served, tenant: UUID, acme: UUID, bus: Any, uploaded: Doing
) -> None:
    ann, bea = contact(tenant, acme), contact(tenant, acme)
    case = await bus.open_case(ann)
    await uploaded(documents.by(ann), case_id=str(case))
    about = {"case_id": case, "reference": "CASE-1001", "contact_id": ann.id, "organisation_id": acme}
    for version, watchers, many in ((5, [bea.id], 1), (6, [], 0)):
        await bus.say(CaseWatched(**about, watcher_ids=watchers), version=version)
        found = await documents.by(bea).get(f"/documents?case_id={case}")
        assert len(found.json().get("items", [])) == many
