"""What is known to be out of order: said by who may publish, seen while it lasts, by the tenant's own people."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from dirty_equals import IsPartialDict

from kit.ids import new_id
from kit.testing import Served, contact, guest, staff

NOW = datetime.now(UTC)
OUTAGE = {"title": "Lines in Hull", "text": "We are on it.", "categories": ["Telephony"]}


def at(**delta: int) -> str:
    return (NOW + timedelta(**delta)).isoformat()


async def test_customers_see_what_is_out_of_order_while_it_lasts(knowledge: Served, tenant: UUID) -> None:
    ada = knowledge.by(staff(tenant, "articles.publish"))
    past = {"starts_at": at(days=-2), "ends_at": at(days=-1)}
    for title, when in (("Over", past), ("Soon", {"starts_at": at(days=1)}), ("Now", {})):
        assert (await ada.post("/announcements", OUTAGE | when | {"title": title})).status_code == 201
    ann = knowledge.by(contact(tenant, new_id(), modules=frozenset({"cases"})))
    assert (await ann.get("/announcements?ever=true")).json()["items"] == [
        IsPartialDict(title="Now", categories=["Telephony"], ends_at=None)
    ]
    assert [one["title"] for one in (await ada.get("/announcements?ever=true")).json()["items"]] == [
        "Soon", "Now", "Over",
    ]  # fmt: skip
    reader = knowledge.by(contact(tenant, new_id()))
    [shown] = (await reader.get("/articles?announcements=true")).json()["announcements"]
    assert shown["title"] == "Now"
    for stranger in (knowledge.by(contact(new_id(), new_id())), knowledge.by(guest(tenant))):
        assert (await stranger.get("/announcements")).json()["items"] == []


async def test_it_is_ended_by_who_may_publish_and_by_nobody_else(knowledge: Served, tenant: UUID) -> None:
    ada = knowledge.by(staff(tenant, "articles.publish"))
    said = (await ada.post("/announcements", OUTAGE)).json()
    address, over = f"/announcements/{said['id']}", OUTAGE | {"ends_at": datetime.now(UTC).isoformat()}
    first = {"if-match": "1"}
    for who, status in ((contact(tenant, new_id()), 403), (staff(tenant), 403)):
        assert (await knowledge.by(who).put(address, over, headers=first)).status_code == status
        assert (await knowledge.by(who).post("/announcements", OUTAGE)).status_code == status
    foreign = knowledge.by(staff(new_id(), "articles.publish"))
    assert (await foreign.put(address, over, headers=first)).status_code == 404
    assert (await ada.put(address, over, headers=first)).json()["version"] == 2
    assert (await ada.put(address, over, headers=first)).status_code == 412
    assert (await knowledge.by(contact(tenant, new_id())).get("/announcements")).json()["items"] == []
    backwards = OUTAGE | {"starts_at": at(days=1), "ends_at": at(days=0)}
    assert (await ada.post("/announcements", backwards)).status_code == 422
