"""Projects: who sees them, what they are made of, and what is said on them."""

from typing import Any

import pytest
from dirty_equals import IsList, IsPartialDict, IsUUID
from yard import MODULES, Yard

from kit.ids import new_id
from kit.testing import contact, guest, key, staff


async def test_a_linked_contact_lists_and_reads_a_project_with_its_parts_f179_f180(yard: Yard) -> None:
    project = await yard.project(description="**All** of it.", status="active", starts_on="2026-01-05")
    assert project["reference"] == "PRJ-1001"
    path = f"/projects/{project['id']}"
    milestone = (await yard.sam.post(f"{path}/milestones", {"title": "Lines in", "due_on": "2026-03-01"})).json()
    tasks = [
        {"title": "Order lines", "status": "done", "milestone_id": milestone["id"], "assignee_kind": "staff"},
        {"title": "Check the floor plan", "assignee_kind": "contact", "assignee_name": "Ann"},
        {"title": "Margin talk", "internal": True},
    ]
    for task in tasks:
        assert (await yard.sam.post(f"{path}/tasks", task)).status_code == 201
    await yard.sam.post(f"{path}/updates", {"body": "On track."})
    [row] = (await yard.ann.get("/projects")).json()["items"]
    assert row == IsPartialDict(reference="PRJ-1001", progress=50, organisation={"id": str(yard.acme), "name": "Acme"})
    read = (await yard.ann.get("/projects/PRJ-1001")).json()
    assert read == IsPartialDict(description_html="<p><strong>All</strong> of it.</p>", external_id=None, choices=None)
    assert [task["title"] for task in read["tasks"]] == ["Order lines", "Check the floor plan"]
    assert [one["title"] for one in read["milestones"]] == ["Lines in"]
    assert [(one["kind"], one["field"]) for one in read["entries"]][-1] == ("report", None)
    assert "Margin" not in str(read)
    assert read["may"] == {"comment": True, "comment_internal": False, "edit": False}
    whole = (await yard.sam.get("/projects/PRJ-1001")).json()
    assert [task["title"] for task in whole["tasks"]][-1] == "Margin talk"
    assert {one["name"] for one in whole["choices"]["contacts"]} == {"Ann Archer", "Cleo Cole"}
    assert whole["owner"]["name"] == "Sam Stone"


@pytest.mark.parametrize(
    "hidden", [{"on_portal": False}, {"kind": "documents"}, {"contact_ids": []}, "archived", "module", "tenant"]
)
async def test_a_contact_sees_no_project_that_is_not_shown_to_them_f153_f154_f179(yard: Yard, hidden: Any) -> None:
    """Off the portal, of kind documents, of somebody else, archived, the module off, another tenant: all one 404."""
    project = await yard.project(**(hidden if isinstance(hidden, dict) else {}))
    task = (await yard.sam.post(f"/projects/{project['id']}/tasks", {"title": "Step"})).json()
    milestone = (await yard.sam.post(f"/projects/{project['id']}/milestones", {"title": "Stone"})).json()
    who = yard.ann
    if hidden == "archived":
        await yard.sam.post(f"/projects/{project['id']}/archive")
    elif hidden == "module":
        who = yard.as_contact(yard.ann_id, modules=frozenset({"cases"}))
    elif hidden == "tenant":
        who = yard.cases.by(contact(new_id(), yard.acme, id=yard.ann_id, modules=MODULES))
    listed = await who.get("/projects")
    assert listed.status_code == 404 or listed.json()["items"] == []
    path = f"/projects/{project['id']}"
    for place in (path, f"{path}/tasks/{task['id']}", f"{path}/milestones/{milestone['id']}"):
        assert (await who.get(place)).status_code == 404
    assert (await who.post(f"{path}/comments", {"body": "Hello?"})).status_code == 404
    assert (await yard.cases.by(guest(yard.tenant)).get(path)).status_code == 404


async def test_how_far_a_contact_sees_is_the_modules_scope_f067_f179(yard: Yard) -> None:
    project = await yard.project()
    seen = {}
    for name, who in {
        "own": yard.as_contact(yard.cleo_id),
        "organisation": yard.as_contact(yard.cleo_id, scopes={"projects": "organisation"}),
        "elsewhere": yard.as_contact(yard.ann_id, yard.zeta, scopes={"projects": "organisation"}),
        "below": yard.as_contact(
            yard.eve_id, yard.zeta, scopes={"projects": "hierarchy"}, organisation_ids=(yard.zeta, yard.acme)
        ),
    }.items():
        seen[name] = (await who.get(f"/projects/{project['id']}")).status_code
    assert seen == {"own": 404, "organisation": 200, "elsewhere": 404, "below": 200}


async def test_a_task_and_a_milestone_have_a_page_each_and_an_internal_task_has_none_for_customers_f181(
    yard: Yard,
) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    milestone = (await yard.sam.post(f"{path}/milestones", {"title": "Stone"})).json()
    task = (await yard.sam.post(f"{path}/tasks", {"title": "Step", "milestone_id": milestone["id"]})).json()
    inside = (await yard.sam.post(f"{path}/tasks", {"title": "Quiet", "internal": True})).json()
    read = (await yard.ann.get(f"{path}/tasks/{task['id']}")).json()
    assert read == IsPartialDict(title="Step", milestone=IsPartialDict(title="Stone"))
    assert read["project"] == {"id": project["id"], "reference": "PRJ-1001", "name": project["name"]}
    assert (await yard.ann.get(f"{path}/tasks/{inside['id']}")).status_code == 404
    refused = await yard.ann.post(f"{path}/comments", {"body": "Me too", "task_id": inside["id"]})
    assert refused.status_code == 404
    assert [t["title"] for t in (await yard.ann.get(f"{path}/milestones/{milestone['id']}")).json()["tasks"]] == [
        "Step"
    ]


async def test_customer_and_staff_talk_on_the_project_and_its_tasks_f182(yard: Yard) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    task = (await yard.sam.post(f"{path}/tasks", {"title": "Step"})).json()
    asked = await yard.ann.post(f"{path}/comments", {"body": "When?", "task_id": task["id"]})
    assert asked.json() == IsPartialDict(id=IsUUID, kind="comment", task_id=task["id"], body_html="<p>When?</p>")
    await yard.sam.post(f"{path}/comments", {"body": "Call her", "visibility": "internal"})
    assert (await yard.ann.post(f"{path}/comments", {"body": "x", "visibility": "internal"})).status_code == 403
    await yard.sam.post(f"{path}/comments", {"body": "Monday."})
    spoken = [one["body_html"] for one in (await yard.ann.get(path)).json()["entries"] if one["kind"] == "comment"]
    assert spoken == ["<p>When?</p>", "<p>Monday.</p>"]
    on_task = (await yard.ann.get(f"{path}/tasks/{task['id']}")).json()["entries"]
    assert [one["body_html"] for one in on_task if one["kind"] == "comment"] == ["<p>When?</p>"]
    told = await yard.said("project.comment_added.v1")
    assert len(told) == 3
    assert [f'"contact_ids":["{yard.ann_id}"]' in body for body in told] == [True, False, True]
    await yard.sam.post(f"{path}/archive")
    assert (await yard.sam.post(f"{path}/comments", {"body": "Late"})).status_code == 409


async def test_a_comment_on_a_task_that_is_made_internal_is_gone_for_customers(yard: Yard) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    task = (await yard.sam.post(f"{path}/tasks", {"title": "Step"})).json()
    await yard.sam.post(f"{path}/comments", {"body": "Public", "task_id": task["id"]})
    hidden = await yard.sam.patch(f"{path}/tasks/{task['id']}", {"internal": True}, headers={"if-match": "1"})
    assert hidden.status_code == 200, hidden.text
    assert "Public" not in (await yard.ann.get(path)).text


async def test_staff_change_a_project_as_long_as_nobody_was_quicker_and_say_so(yard: Yard) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    change = {"status": "on_hold", "documents_on_portal": True, "contact_ids": [str(yard.cleo_id)], "progress": 40}
    done = await yard.sam.patch(path, change, headers={"if-match": '"1"'})
    assert done.json() == IsPartialDict(status={"key": "on_hold", "label": "On hold"}, progress=40, version=2)
    assert (await yard.sam.patch(path, {"status": "active"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await yard.sam.patch(path, {"status": "active"})).status_code == 428
    same = await yard.sam.patch(path, {"status": "on_hold"}, headers={"if-match": '"2"'})
    assert same.json()["version"] == 2
    assert (await yard.ann.get(path)).status_code == 404
    changes = (await yard.sam.get(path)).json()["entries"]
    assert [(one["field"], one["new"], one["visibility"]) for one in changes] == IsList(
        ("status", "on_hold", "customer"),
        ("documents_on_portal", "true", "internal"),
        ("progress", "40", "customer"),
        check_order=False,
    )
    told = await yard.said("project.changed.v1")
    assert len(told) == 2
    assert f'"contact_ids":["{yard.cleo_id}"]' in told[1]
    assert '"documents_on_portal":true' in told[1]
    back = await yard.sam.patch(path, {"progress": None}, headers={"if-match": '"2"'})
    assert back.json()["progress"] == 0


async def test_it_refuses_names_that_do_not_belong_together(yard: Yard) -> None:
    """Another organisation's contact, a contact as owner, an organisation or milestone that is not there."""
    new = {"name": "N", "organisation_id": str(yard.acme)}
    wrong = [
        {"contact_ids": [str(yard.eve_id)]},
        {"owner_id": str(yard.ann_id)},
        {"organisation_id": str(new_id())},
        {"starts_on": "2026-02-01", "ends_on": "2026-01-01"},
    ]
    for one in wrong:
        assert (await yard.sam.post("/projects", new | one)).status_code == 422, one
    project, other = await yard.project(), await yard.project()
    strange = (await yard.sam.post(f"/projects/{other['id']}/milestones", {"title": "M"})).json()
    task = {"title": "T", "milestone_id": strange["id"]}
    assert (await yard.sam.post(f"/projects/{project['id']}/tasks", task)).status_code == 422
    for who in (staff(yard.tenant, "cases.answer"), key(yard.tenant, "projects.read")):
        assert (await yard.cases.by(who).post("/projects", new)).status_code == 403
    assert (
        await yard.ann.patch(f"/projects/{project['id']}", {"name": "x"}, headers={"if-match": "1"})
    ).status_code == 403


async def test_tasks_and_milestones_are_changed_and_taken_away(yard: Yard) -> None:
    project = await yard.project()
    path = f"/projects/{project['id']}"
    milestone = (await yard.sam.post(f"{path}/milestones", {"title": "M", "due_on": "2026-03-01"})).json()
    task = (await yard.sam.post(f"{path}/tasks", {"title": "T", "milestone_id": milestone["id"]})).json()
    at = {"if-match": "1"}
    reached = await yard.sam.patch(f"{path}/milestones/{milestone['id']}", {"reached_on": "2026-02-27"}, headers=at)
    assert reached.json() == IsPartialDict(reached_on="2026-02-27", due_on="2026-03-01", version=2)
    done = await yard.sam.patch(f"{path}/tasks/{task['id']}", {"status": "done"}, headers=at)
    assert done.json() == IsPartialDict(status={"key": "done", "label": "Done"}, version=2)
    stale = await yard.sam.patch(f"{path}/tasks/{task['id']}", {"title": "x"}, headers=at)
    assert stale.status_code == 412
    read = (await yard.ann.get(path)).json()
    assert read["progress"] == 100
    told = [(one["field"], one["new"]) for one in read["entries"]]
    assert told == [("task.added", "T"), ("milestone.reached_on", "2026-02-27"), ("task.status", "done")]
    assert (await yard.sam("DELETE", f"{path}/milestones/{milestone['id']}")).status_code == 204
    assert (await yard.ann.get(f"{path}/tasks/{task['id']}")).json()["milestone"] is None
    assert (await yard.sam("DELETE", f"{path}/tasks/{task['id']}")).status_code == 204
    assert (await yard.ann.get(path)).json() == IsPartialDict(tasks=[], milestones=[], progress=0)


async def test_the_list_is_filtered_searched_and_paged_f179(yard: Yard) -> None:
    names = [
        (await yard.project(name=f"Rollout {n}", status="active" if n else "planned"))["reference"] for n in range(4)
    ]
    first = (await yard.ann.get("/projects?limit=3")).json()
    second = (await yard.ann.get(f"/projects?limit=3&cursor={first['next']}")).json()
    listed = [row["reference"] for row in first["items"] + second["items"]]
    assert listed == names[::-1]
    assert first["total"] == {"count": 4, "capped": False}
    assert [r["name"] for r in (await yard.ann.get("/projects?status=planned")).json()["items"]] == ["Rollout 0"]
    assert [r["name"] for r in (await yard.ann.get("/projects?q=out 2")).json()["items"]] == ["Rollout 2"]
    assert [r["name"] for r in (await yard.ann.get("/projects?q=prj-1002")).json()["items"]] == ["Rollout 1"]
    await yard.sam.post(f"/projects/{names[0]}/archive")
    assert [r["reference"] for r in (await yard.sam.get("/projects?archived=true")).json()["items"]] == [names[0]]
    assert (await yard.sam.post(f"/projects/{names[0]}/restore")).json()["archived"] is False


async def test_reading_takes_few_statements(yard: Yard, statements: list[str]) -> None:
    project = await yard.project()
    task = (await yard.sam.post(f"/projects/{project['id']}/tasks", {"title": "T"})).json()
    path = f"/projects/{project['id']}"
    for place, most in (("/projects", 1), (path, 4), (f"{path}/tasks/{task['id']}", 3)):
        statements.clear()
        assert (await yard.sam.get(place)).status_code == 200
        assert len(statements) <= most, statements
