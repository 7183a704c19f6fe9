"""Projects as the CRM brings them."""

from typing import Any

import pytest
from dirty_equals import IsPartialDict
from yard import Yard

from kit.ids import new_id
from kit.testing import contact, key, staff

FED: dict[str, Any] = {
    "name": "Fibre for the depot",
    "organisation_external_id": "acme",
    "contact_external_ids": ["ann"],
    "owner_email": "Sam@northwind.example",
    "on_portal": True,
    "status": "active",
    "milestones": [
        {"external_id": "m1", "title": "Survey", "due_on": "2026-02-01", "reached_on": "2026-01-30"},
        {"external_id": "m2", "title": "Lines in", "due_on": "2026-04-01"},
    ],
    "tasks": [
        {"external_id": "t1", "title": "Walk the site", "status": "done", "milestone_external_id": "m1"},
        {"external_id": "t2", "title": "Dig", "milestone_external_id": "m2", "assignee_kind": "staff"},
        {"external_id": "t3", "title": "Haggle", "internal": True},
    ],
}
PATH = "/projects/by-external-id/P-1"


async def test_a_project_is_made_changed_and_left_alone_f179_f180(yard: Yard) -> None:
    made = await yard.crm.put(PATH, FED)
    assert made.status_code == 201, made.text
    assert made.json() == IsPartialDict(reference="PRJ-1001", progress=50, version=1)
    path = made.headers["location"]
    read = (await yard.ann.get(path)).json()
    assert [(task["title"], task["position"]) for task in read["tasks"]] == [("Walk the site", 1), ("Dig", 2)]
    assert [task["milestone_id"] for task in read["tasks"]] == [one["id"] for one in read["milestones"]]
    assert read["owner"]["name"] == "Sam Stone"
    again = await yard.crm.put(PATH, FED)
    assert (again.status_code, again.json()) == (200, made.json())
    assert len(await yard.said("project.changed.v1")) == 1
    later = FED | {
        "tasks": [FED["tasks"][1] | {"status": "done"}, {"external_id": "t4", "title": "Splice"}],
        "milestones": [FED["milestones"][1] | {"title": "Lines are in"}],
    }
    changed = await yard.crm.put(PATH, later)
    assert (changed.status_code, changed.json()["version"], changed.json()["progress"]) == (200, 2, 50)
    read = (await yard.ann.get(path)).json()
    assert [task["title"] for task in read["tasks"]] == ["Dig", "Splice"]
    assert [one["title"] for one in read["milestones"]] == ["Lines are in"]
    told = {(one["field"], one["new"]) for one in read["entries"]}
    assert {("task.status", "done"), ("task.added", "Splice")} <= told
    assert len(await yard.said("project.changed.v1")) == 2


async def test_what_staff_added_here_stays_when_the_crm_feeds_again(yard: Yard) -> None:
    path = (await yard.crm.put(PATH, FED)).headers["location"]
    await yard.sam.post(f"{path}/tasks", {"title": "Ours"})
    assert (await yard.crm.put(PATH, FED)).json()["progress"] == 33
    assert "Ours" in [task["title"] for task in (await yard.sam.get(path)).json()["tasks"]]
    archived = await yard.crm.put(PATH, FED | {"archived": True, "tasks": []})
    assert archived.json()["archived"] is True
    assert (await yard.crm.put(PATH, FED | {"archived": True, "tasks": []})).json() == archived.json()
    assert (await yard.ann.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"organisation_external_id": "nobody"}, "organisation_external_id"),
        ({"contact_external_ids": ["eve"]}, "contact_external_ids"),
        ({"owner_email": "who@northwind.example"}, "owner_email"),
        ({"tasks": [FED["tasks"][1]], "milestones": []}, "tasks"),
        ({"tasks": [FED["tasks"][2]] * 2}, "tasks"),
        ({"progress": 101}, "progress"),
        ({"colour": "red"}, "colour"),
        ({"name": "a\x00b"}, ""),
    ],
)
async def test_it_refuses_what_is_no_project_and_names_the_field(yard: Yard, wrong: dict[str, Any], field: str) -> None:
    refused = await yard.crm.put(PATH, FED | wrong)
    assert refused.status_code == 422, refused.text
    assert field in {error["field"] for error in refused.json()["errors"]} or not field
    assert (await yard.sam.get("/projects")).json()["items"] == []


async def test_a_batch_takes_each_row_by_itself_and_a_second_one_changes_nothing(yard: Yard) -> None:
    rows = [FED | {"external_id": f"P-{n}"} for n in range(3)]
    sent = {"rows": [*rows, FED | {"external_id": "P-x", "owner_email": "who@x.example"}, {"name": "N"}, rows[0], "no"]}
    first = (await yard.crm.post("/projects/batch", sent)).json()
    assert first == IsPartialDict(created=3, updated=0, unchanged=0, failed=4)
    assert [row["result"] for row in first["results"]] == ["created"] * 3 + ["failed"] * 4
    assert {row["reference"] for row in first["results"][:3]} == {"PRJ-1001", "PRJ-1002", "PRJ-1003"}
    second = (await yard.crm.post("/projects/batch", {"rows": rows})).json()
    assert second == IsPartialDict(created=0, updated=0, unchanged=3, failed=0)
    rows[1] |= {"name": "Another name"}
    third = (await yard.crm.post("/projects/batch", {"rows": rows})).json()
    assert [row["result"] for row in third["results"]] == ["unchanged", "updated", "unchanged"]
    assert len(await yard.said("project.changed.v1")) == 4


async def test_a_thousand_projects_go_in_few_statements(yard: Yard, statements: list[str]) -> None:
    rows = [FED | {"external_id": f"P-{n}"} for n in range(1000)]
    statements.clear()
    made = await yard.crm.post("/projects/batch", {"rows": rows})
    assert made.json() == IsPartialDict(created=1000, failed=0)
    assert len(statements) < 60, len(statements)
    statements.clear()
    again = await yard.crm.post("/projects/batch", {"rows": rows})
    assert again.json() == IsPartialDict(unchanged=1000)
    assert len(statements) <= 6, len(statements)
    assert (await yard.crm.post("/projects/batch", {"rows": [*rows, rows[0]]})).status_code == 422


async def test_only_keys_and_staff_with_the_right_feed_and_each_tenant_has_names_of_its_own(yard: Yard) -> None:
    await yard.crm.put(PATH, FED)
    for who in (
        staff(yard.tenant, "cases.answer"),
        contact(yard.tenant, yard.acme, id=yard.ann_id, modules=frozenset({"projects"})),
        key(yard.tenant, "projects.read"),
    ):
        assert (await yard.cases.by(who).put(PATH, FED | {"name": "Stranger"})).status_code == 403
    # The same names are nobody's in another tenant.
    stranger = yard.cases.by(key(new_id(), "crm.write"))
    assert (await stranger.put(PATH, FED | {"name": "Stranger"})).status_code == 422
    assert (await yard.cases.by(key(yard.tenant, "projects.write")).put(PATH, FED)).json()["name"] == FED["name"]


async def test_one_task_comes_without_the_rest_and_the_project_is_read_by_the_crms_name_f180(
    yard: Yard, statements: list[str]
) -> None:
    await yard.crm.put(PATH, FED)
    statements.clear()
    made = await yard.crm.put(f"{PATH}/tasks/t4", {"title": "Splice", "milestone_external_id": "m2", "status": "done"})
    assert made.status_code == 201, made.text
    assert len(statements) <= 4, statements
    assert (made.json()["position"], made.json()["external_id"], made.headers["etag"]) == (4, "t4", '"1"')
    again = await yard.crm.put(f"{PATH}/tasks/t4", {"title": "Splice", "milestone_external_id": "m2", "status": "done"})
    assert (again.status_code, again.json()) == (200, made.json())
    moved = await yard.crm.put(f"{PATH}/tasks/t2", {"title": "Dig", "status": "done", "assignee_kind": "staff"})
    assert (moved.status_code, moved.json()["version"], moved.json()["milestone_id"]) == (200, 2, None)
    read = (await yard.crm.get(PATH)).json()
    assert [task["external_id"] for task in read["tasks"]] == ["t1", "t2", "t3", "t4"]
    assert read["progress"] == 100, "what customers see is done"
    assert {("task.status", "done"), ("task.added", "Splice")} <= {
        (one["field"], one["new"]) for one in read["entries"]
    }
    wrong = await yard.crm.put(f"{PATH}/tasks/t5", {"title": "Nowhere", "milestone_external_id": "m9"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "milestone_external_id")
    assert (await yard.ann.get(PATH)).status_code == 404
    foreign = yard.cases.by(key(new_id(), "crm.write", "projects.read"))
    assert (await foreign.get(PATH)).status_code == 404
    assert (await foreign.put(f"{PATH}/tasks/t1", {"title": "Mine"})).status_code == 404
    assert (await yard.ann.put(f"{PATH}/tasks/t1", {"title": "Mine"})).status_code == 403


async def test_the_crm_says_how_a_project_stands_and_answers_on_it_under_its_peoples_names_f180_f182(
    yard: Yard,
) -> None:
    path = f"/projects/{(await yard.project())['reference']}"
    word = {"body": "The cables are in.", "author_name": "Nina North"}
    assert (await yard.crm.post(f"{path}/updates", word)).status_code == 201
    answered = await yard.crm.post(f"{path}/comments", word | {"body": "On Monday."})
    assert (answered.status_code, answered.json()["author"]["kind"]) == (201, "key"), answered.text
    spoofed = await yard.ann.post(f"{path}/comments", {"body": "Thanks.", "author_name": "Sam Stone"})
    assert spoofed.json()["author"]["name"] != "Sam Stone", "whoever is logged in writes under their own name"
    entries = [one for one in (await yard.ann.get(path)).json()["entries"] if one["kind"] != "change"]
    assert [(one["kind"], one["author"]["name"]) for one in entries][:2] == [
        ("report", "Nina North"),
        ("comment", "Nina North"),
    ]
    reads = yard.cases.by(key(yard.tenant, "projects.read"))
    for where in ("updates", "comments"):
        assert (await reads.post(f"{path}/{where}", word)).status_code == 403
