"""F103, F117: views that people keep: one's own, shared ones, the one a list begins with, and how much they hold."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from cases.service.saved import MOST
from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

Know = Callable[..., Awaitable[None]]
OPEN: dict[str, Any] = {"status": ["new"], "sort": "-priority", "columns": ["status", "created"]}


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant, "cases.answer", "settings.edit", name="Sam Stone")


async def kept(client: As, name: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/cases/saved-views", {"name": name, "query": OPEN} | more)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def names(client: As) -> list[str]:
    answer = await client.get("/cases/saved-views")
    assert answer.status_code == 200, answer.text
    listed = [one["name"] for one in answer.json()["items"]]
    assert [one["name"] for one in (await client.get("/cases/choices")).json()["views"]] == listed
    return listed


async def change(client: As, view: dict[str, Any], **more: Any) -> Any:
    whole = {name: view[name] for name in ("name", "query", "default", "shared_with", "group_id")} | more
    headers = {"if-match": f'"{view["version"]}"'}
    return await client.put(f"/cases/saved-views/{view['id']}", whole, headers=headers)


async def test_a_view_is_kept_changed_and_taken_away_by_its_owner_alone_f103(
    cases: Served, ann: Caller, tenant: UUID, acme: UUID
) -> None:
    hers = cases.by(ann)
    view = await kept(hers, "New ones")
    assert {name: value for name, value in view["query"].items() if value} == OPEN
    assert (view["own"], view["default"], view["version"]) == (True, False, 1)
    renamed = await change(hers, view, name="Fresh")
    assert (renamed.status_code, renamed.json()["name"], renamed.headers["etag"]) == (200, "Fresh", '"2"')
    assert (await change(hers, view, name="Late")).status_code == 412
    for other in (contact(tenant, acme), staff(tenant, "cases.answer"), contact(new_id(), acme, id=ann.id)):  # type: ignore[arg-type]
        client = cases.by(other)
        assert await names(client) == []
        assert (await change(client, renamed.json())).status_code == 404
        assert (await client("DELETE", f"/cases/saved-views/{view['id']}")).status_code == 404
    elsewhere = cases.by(contact(tenant, new_id(), id=ann.id))
    assert await names(elsewhere) == [], "acting for another organisation, she does not meet it"
    assert (await elsewhere("DELETE", f"/cases/saved-views/{view['id']}")).status_code == 404
    await kept(elsewhere, "Fresh", default=True)
    assert (await hers("DELETE", f"/cases/saved-views/{view['id']}")).status_code == 204
    assert await names(hers) == []


async def test_one_view_at_most_is_what_a_list_begins_with(cases: Served, ann: Caller) -> None:
    hers = cases.by(ann)
    first, second = await kept(hers, "One", default=True), await kept(hers, "Two", default=True)
    listed = (await hers.get("/cases/saved-views")).json()["items"]
    assert [(one["name"], one["default"]) for one in listed] == [("One", False), ("Two", True)]
    assert (await change(hers, first, default=True)).status_code == 200
    assert (await change(hers, second, default=False)).status_code == 200
    assert [one["default"] for one in (await hers.get("/cases/saved-views")).json()["items"]] == [True, False]


async def test_only_staff_share_and_only_staff_of_the_group_see_it(
    cases: Served, ann: Caller, sam: Caller, tenant: UUID, know: Know
) -> None:
    tom, olga = staff(tenant, "cases.answer", name="Tom"), staff(tenant, "mails.read", name="Olga")
    await know(ann, sam, tom, olga)
    his = cases.by(sam)
    made = await his.post("/desk/groups", {"name": "Network", "member_ids": [str(tom.id)]})
    group = made.json()["id"]
    await kept(his, "Mine")
    await kept(his, "For all", shared_with="staff", default=True)
    await kept(his, "For us", shared_with="group", group_id=group)
    assert await names(his) == ["For all", "For us", "Mine"]
    assert await names(cases.by(tom)) == ["For all", "For us"]
    assert await names(cases.by(olga)) == ["For all"]
    assert await names(cases.by(ann)) == []
    [theirs] = (await cases.by(olga).get("/cases/saved-views")).json()["items"]
    assert (theirs["own"], theirs["default"]) == (False, False), "another one's first view is not everybody's"
    for client in (cases.by(ann), cases.by(olga)):
        refused = await client.post("/cases/saved-views", {"name": "x", "query": {}, "shared_with": "staff"})
        assert refused.status_code == 403, refused.text
    for wrong in ({"shared_with": "group"}, {"shared_with": "group", "group_id": str(new_id())}, {"group_id": group}):
        assert (await his.post("/cases/saved-views", {"name": "x", "query": {}} | wrong)).status_code == 422


async def test_a_view_widens_nobodys_reach_and_says_how_much_it_holds_f116(
    cases: Served, ann: Caller, sam: Caller, tenant: UUID, statements: list[str]
) -> None:
    """The same view, opened by staff and as its filters by a contact: each counts and lists what they see."""
    hers, his = cases.by(ann), cases.by(sam)
    eve = cases.by(contact(tenant, new_id()))
    for client, subject in ((hers, "One"), (hers, "Two"), (eve, "Three")):
        assert (await client.post("/cases", {"subject": subject, "body": "Dark."})).status_code == 201
    view = await kept(his, "New ones", shared_with="staff")
    searched = await kept(his, "Search", query={"q": "One"})
    statements.clear()
    counts = (await his.get("/cases/views")).json()
    assert (counts["saved"], counts["all"]) == ({view["id"]: 3}, 3), "a search is not counted"
    assert searched["id"] not in counts["saved"]
    assert len(statements) <= 4
    assert len((await hers.get("/cases?status=new&sort=-priority&scope=all")).json()["items"]) == 2


async def test_a_view_holds_only_what_a_list_can_be_asked(cases: Served, ann: Caller, tenant: UUID) -> None:
    hers = cases.by(ann)
    for wrong in ({"status": ["gone"]}, {"organisation_id": str(new_id())}, {"columns": ["password"]}, {"limit": 9}):
        refused = await hers.post("/cases/saved-views", {"name": "x", "query": wrong})
        assert refused.status_code == 422, refused.text
    assert (await hers.post("/cases/saved-views", {"name": " ", "query": {}})).status_code == 422
    for nobody in (guest(tenant), key(tenant, "cases.read")):
        client = cases.by(nobody)
        assert (await client.get("/cases/saved-views")).status_code in (403, 404)
        assert (await client.post("/cases/saved-views", {"name": "x", "query": {}})).status_code in (403, 404)


async def test_names_are_ones_own_and_there_is_an_end_to_them(cases: Served, ann: Caller, sam: Caller) -> None:
    hers = cases.by(ann)
    for number in range(MOST):
        await kept(hers, f"View {number}")
    full = await hers.post("/cases/saved-views", {"name": "One more", "query": {}})
    assert (full.status_code, full.json()["type"]) == (409, "/problems/too-many-views")
    assert await hers("DELETE", f"/cases/saved-views/{(await hers.get('/cases/saved-views')).json()['items'][0]['id']}")
    taken = await hers.post("/cases/saved-views", {"name": "View 7", "query": {}})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/view-name-taken")
    await kept(cases.by(sam), "View 7")
