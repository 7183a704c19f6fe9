"""F103, F104, F107, F116: what a list is narrowed by, which columns it has, and the words customers read in it."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from kit.caller import Caller
from kit.ids import new_id
from kit.testing import As, Served, contact, guest, key, staff

SetDesk = Callable[..., Awaitable[None]]
Know = Callable[..., Awaitable[None]]


@pytest.fixture
def ann(tenant: UUID, acme: UUID) -> Caller:
    return contact(tenant, acme)


@pytest.fixture
def sam(tenant: UUID) -> Caller:
    return staff(tenant, "cases.answer", name="Sam Stone")


@pytest.fixture
def ada(cases: Served, tenant: UUID) -> As:
    return cases.by(staff(tenant, "settings.edit"))


async def made(client: As, path: str, **new: Any) -> dict[str, Any]:
    answer = await client.post(path, new)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def exported(client: As, query: str = "") -> list[list[str]]:
    answer = await client.get(f"/cases/export?{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def references(client: As, query: str) -> list[str]:
    answer = await client.get(f"/cases?{query}")
    assert answer.status_code == 200, answer.text
    return [row["reference"] for row in answer.json()["items"]]


async def test_customers_read_the_desks_words_for_a_status_wherever_it_stands_f107(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk
) -> None:
    """In the list, its file, a search, the case's page and its history; staff read what they have always read."""
    await set_desk(status_words={"new": "Received", "in_progress": "With our team"})
    hers, his = cases.by(ann), cases.by(sam)
    reference = (await made(hers, "/cases", subject="Router", body="Dark."))["reference"]
    version = {"if-match": '"1"'}
    changed = await his.patch(f"/cases/{reference}", {"status": "in_progress"}, headers=version)
    assert changed.status_code == 200, changed.text

    async def read(client: As) -> list[str]:
        listed = (await client.get("/cases?q=router")).json()["items"][0]["status"]
        page = (await client.get(f"/cases/{reference}")).json()
        [change] = [one for one in page["timeline"] if one["field"] == "status"]
        return [listed["label"], page["status"]["label"], (await exported(client))[1][2], change["old"], change["new"]]

    assert await read(hers) == ["With our team", "With our team", "With our team", "Received", "With our team"]
    assert await read(his) == ["In progress", "In progress", "In progress", "New", "In progress"]
    await set_desk(status_words={})
    assert await read(hers) == await read(his)


async def test_every_verb_answers_customers_in_their_desks_words_f107(
    cases: Served, ann: Caller, sam: Caller, set_desk: SetDesk
) -> None:
    """F094, F111, F120, F123, F125: where a verb left a case is said as its list says it; staff read the usual."""
    words = {"new": "Received", "in_progress": "With our team", "closed": "Done"}
    await set_desk(status_words=words, after_close="reopen")
    hers, his = cases.by(ann), cases.by(sam)
    opened = await made(hers, "/cases", subject="Router", body="Dark.")
    address = f"/cases/{opened['reference']}"
    said = [opened["status"]["label"]]
    changed = await hers.patch(address, {"priority": "high"}, headers={"if-match": '"1"'})
    said += [changed.json()["status"]["label"]]
    verbs = ("close", "reopen", "close")
    said += [(await hers.post(f"{address}/{verb}")).json()["status"]["label"] for verb in verbs]
    said += [(await hers.put(f"{address}/rating", {"rating": 5})).json()["status"]["label"]]
    assert said == ["Received", "Received", "Done", "With our team", "Done", "Done"]
    assert (await his.post(f"{address}/reopen")).json()["status"]["label"] == "In progress"
    assert (await hers.post(f"{address}/watchers", {})).json()["status"]["label"] == "With our team"


async def test_a_list_narrows_by_category_department_group_and_assignee_f103(
    cases: Served, ann: Caller, sam: Caller, ada: As, know: Know
) -> None:
    await know(ann, sam)
    group = await made(ada, "/desk/groups", name="Network", member_ids=[str(sam.id)])
    category = await made(ada, "/desk/categories", name="Router", group_id=group["id"])
    department = await made(ada, "/desk/departments", name="Repairs")
    hers, his = cases.by(ann), cases.by(sam)
    one = await made(hers, "/cases", subject="One", body="Dark.", category_id=category["id"])
    two = await made(hers, "/cases", subject="Two", body="Dark.", department_id=department["id"])
    await his.patch(f"/cases/{two['id']}", {"assignee_id": str(sam.id)}, headers={"if-match": '"1"'})
    for client in (hers, his):
        assert await references(client, f"category_id={category['id']}") == [one["reference"]]
        assert await references(client, f"department_id={department['id']}") == [two["reference"]]
        assert await references(client, f"assignee={sam.id}") == [two["reference"]]
    assert await references(his, f"group_id={group['id']}") == [one["reference"]]
    assert await references(hers, f"group_id={group['id']}") == [], "which group shares a case is staff's to know"


async def test_the_choices_are_named_and_customers_learn_nothing_of_groups_f103(
    cases: Served, ann: Caller, sam: Caller, ada: As, know: Know, tenant: UUID
) -> None:
    await know(sam)
    await made(ada, "/desk/groups", name="Network", member_ids=[])
    for name, archived in (("Router", False), ("Fax", True)):
        row = await made(ada, "/desk/categories", name=name)
        change = {"archived": archived}
        await ada.patch(f"/desk/categories/{row['id']}", change, headers={"if-match": f'"{row["version"]}"'})
    whole = (await cases.by(sam).get("/cases/choices")).json()
    names = {kind: [one["name"] for one in found] for kind, found in whole.items()}
    assert names == {
        "categories": ["Router"],
        "departments": [],
        "groups": ["Network"],
        "colleagues": ["Sam Stone"],
    } | {"views": []}
    hers = (await cases.by(ann).get("/cases/choices")).json()
    assert (hers["categories"], hers["groups"], hers["colleagues"]) == (whole["categories"], [], [])
    for nobody in (guest(tenant), key(tenant, "articles.write")):
        assert (await cases.by(nobody).get("/cases/choices")).status_code in (403, 404)
        assert (await cases.by(nobody).get("/cases?choices=true")).status_code in (403, 404)
    for caller, offered in ((sam, whole), (ann, hers)):
        assert (await cases.by(caller).get("/cases?choices=true")).json()["choices"] == offered
        assert (await cases.by(caller).get("/cases")).json()["choices"] is None
    other = (await cases.by(staff(new_id())).get("/cases/choices")).json()
    assert not any(other.values())


async def test_the_file_has_the_columns_that_were_chosen_in_the_lists_order_f104_f119(
    cases: Served, ann: Caller, sam: Caller
) -> None:
    hers = cases.by(ann)
    await made(hers, "/cases", subject="Router", body="Dark.", category="Network")
    head, row = await exported(hers, "columns=updated&columns=category&columns=opened_by")
    assert head == ["Case", "Subject", "Category", "Opened by", "Changed"]
    assert row[2:4] == ["Network", ann.name]
    assert (await exported(cases.by(sam), "columns=status"))[0] == ["Case", "Subject", "Status"]
    assert (await hers.get("/cases/export?columns=password")).status_code == 422
