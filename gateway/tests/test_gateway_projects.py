"""Projects in the portal and in the console, and the picture of their milestones."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from gateway.pages import timeline
from gateway.testing import ACME, ANN, ANNS, NORTHWIND, SAM, Portal, Services, contact, organisation, person

ROOT = "/portal/northwind"
PROJECT_ID, TASK_ID, STONE_ID = (f"018f0000-0000-7000-8000-00000000d00{n}" for n in (1, 2, 3))
MAY = {"comment": True, "comment_internal": False, "edit": False}


def stone(**more: Any) -> dict[str, Any]:
    row = {"id": STONE_ID, "title": "Lines in", "due_on": "2026-03-01", "reached_on": None, "external_id": None}
    return row | {"version": 1} | more


def task(**more: Any) -> dict[str, Any]:
    row = {
        "id": TASK_ID, "title": "Walk the site", "status": {"key": "in_progress", "label": "In progress"},
        "internal": False, "assignee_kind": "staff", "assignee_name": "Sam Stone", "due_on": "2026-02-01",
        "milestone_id": STONE_ID, "position": 1, "external_id": None, "version": 2,
    }  # fmt: skip
    return row | more


def entry(kind: str, **more: Any) -> dict[str, Any]:
    row = {
        "id": f"entry-{kind}", "kind": kind, "visibility": "customer", "task_id": None,
        "author": person("Sam", "staff"),
        "body_html": "", "field": None, "old": None, "new": None, "created_at": "2026-02-01T08:00:00Z",
    }  # fmt: skip
    return row | more


def row(**more: Any) -> dict[str, Any]:
    values = {
        "id": PROJECT_ID, "reference": "PRJ-1001", "name": "Fibre for the depot", "kind": "project",
        "status": {"key": "active", "label": "In progress"}, "organisation": {"id": ACME, "name": "Acme"},
        "progress": 40, "on_portal": True, "documents_on_portal": True, "starts_on": "2026-01-01",
        "ends_on": "2026-06-30", "archived": False, "updated_at": "2026-02-01T08:00:00Z",
    }  # fmt: skip
    return values | more


def view(**more: Any) -> dict[str, Any]:
    values = {
        "external_id": None, "description": "All of it.", "description_html": "<p>All of it.</p>",
        "progress_by_tasks": True, "owner": person("Sam Stone", "staff"), "contacts": [person("Ann Archer")],
        "version": 3, "may": MAY, "choices": None, "tasks": [task()], "milestones": [stone()],
        "entries": [
            entry("change", field="task.status", task_id=TASK_ID, old="open", new="done"),
            entry("report", body_html="<p>On track.</p>"),
            entry("comment", body_html="<p>When?</p>", task_id=TASK_ID),
        ],
        "next_entries": None,
    }  # fmt: skip
    return row() | values | more


def page_of(*items: dict[str, Any]) -> tuple[int, Any]:
    return 200, {"items": list(items), "next": None, "total": {"count": len(items), "capped": False}}


OF = {"id": PROJECT_ID, "reference": "PRJ-1001", "name": "Fibre for the depot"}
TALK = {"body": "", "body_html": "<p>Bring boots.</p>", "milestone": stone(), "milestones": [stone()], "may": MAY}
TASK = task(project=OF, entries=[], next_entries=None, **TALK)


@pytest.fixture
def services(services: Services) -> Services:
    services.answers |= {
        ("GET", "/api/v1/projects"): page_of(row()),
        ("GET", "/api/v1/projects/PRJ-1001"): (200, view()),
        ("GET", f"/api/v1/projects/PRJ-1001/tasks/{TASK_ID}"): (200, TASK),
        ("GET", f"/api/v1/projects/PRJ-1001/milestones/{STONE_ID}"): (
            200, stone(project=OF, may=MAY, tasks=[task()]),
        ),
    }  # fmt: skip
    return services


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/projects?status=active&q=fibre", ["Fibre for the depot", "PRJ-1001", "40 %", 'value="40"']),
        ("/projects/PRJ-1001", ["Lines in", "Walk the site", "On track.", "When?", "<svg", "Led by", "All of it."]),
        (f"/projects/PRJ-1001/tasks/{TASK_ID}", ["Bring boots.", "Lines in", "Sam Stone"]),
        (f"/projects/PRJ-1001/milestones/{STONE_ID}", ["Lines in", "Walk the site", "Late"]),
    ],
)
async def test_the_portals_pages_show_projects_f179_f180_f181(portal: Portal, path: str, words: list[str]) -> None:
    answer = await portal.get(ROOT + path)
    page = await answer.text()
    assert answer.status == 200, page
    assert [word for word in words if word not in page] == []
    assert "style=" not in page


async def test_a_projects_page_leads_to_its_documents_and_to_attaching_one_f153_f183(
    portal: Portal, services: Services
) -> None:
    page = await (await portal.get(f"{ROOT}/projects/PRJ-1001")).text()
    assert f'href="{ROOT}/documents?project={PROJECT_ID}"' in page
    assert f'href="{ROOT}/documents?add=1&amp;project={PROJECT_ID}#add"' in page
    services.answers["GET", "/api/v1/projects/PRJ-1001"] = (200, view(documents_on_portal=False))
    page = await (await portal.get(f"{ROOT}/projects/PRJ-1001")).text()
    assert f'href="{ROOT}/documents?project={PROJECT_ID}"' not in page


@pytest.mark.parametrize("place", ["", f"/tasks/{TASK_ID}"])
async def test_a_comment_is_sent_once_and_a_refused_one_is_kept_in_its_form_f182(
    portal: Portal, services: Services, place: str
) -> None:
    here = f"{ROOT}/projects/PRJ-1001{place}"
    services.answers["POST", "/api/v1/projects/PRJ-1001/comments"] = (201, {})
    form = {"body": "When?", "idempotency_key": "k" * 12}
    sent = await portal.post(f"{here}/comments", form)
    assert (sent.status, sent.headers["location"]) == (303, f"{here}?done=note-added")
    heard = services.last("/api/v1/projects/PRJ-1001/comments")
    assert heard.headers["idempotency-key"] == "k" * 12
    assert heard.json == {"body": "When?"} | ({"task_id": TASK_ID} if place else {})
    refusal = {"title": "This project is archived.", "status": 409, "type": "/problems/nothing-added-to-archived"}
    services.answers["POST", "/api/v1/projects/PRJ-1001/comments"] = (409, refusal)
    back = await portal.post(f"{here}/comments", form)
    page = await back.text()
    assert back.status == 409
    assert "This project is archived." in page
    assert "\nWhen?</textarea>" in page


async def test_where_the_module_is_off_there_is_no_page_of_it(portal: Portal, services: Services) -> None:
    services.sessions[ANNS]["caller"] = contact(NORTHWIND, "Ann Archer") | {"modules": ["cases"]}
    for path in ("/projects", "/projects/PRJ-1001"):
        assert (await portal.get(ROOT + path)).status == 404


EDIT = {"comment": True, "comment_internal": True, "edit": True}
CHOICES = {"staff": [person("Sam Stone", "staff", SAM)], "contacts": [person("Ann Archer")]}


@pytest.fixture
def desk(services: Services) -> Services:
    services.answers |= {
        ("GET", "/api/v1/projects/PRJ-1001"): (200, view(may=EDIT, choices=CHOICES)),
        ("GET", f"/api/v1/projects/PRJ-1001/tasks/{TASK_ID}"): (200, TASK | {"may": EDIT}),
        ("GET", f"/api/v1/projects/PRJ-1001/milestones/{STONE_ID}"): (
            200, stone(project=OF, may=EDIT, tasks=[task()]),
        ),
        ("GET", "/api/v1/organisations"): page_of(organisation()),
        ("GET", f"/api/v1/organisations/{ACME}"): (200, organisation()),
        ("POST", "/api/v1/projects"): (201, row()),
        ("PATCH", "/api/v1/projects/PRJ-1001"): (200, row()),
        ("POST", "/api/v1/projects/PRJ-1001/comments"): (201, {}),
        ("POST", "/api/v1/projects/PRJ-1001/updates"): (201, {}),
        ("POST", "/api/v1/projects/PRJ-1001/tasks"): (201, {}),
        ("PATCH", f"/api/v1/projects/PRJ-1001/tasks/{TASK_ID}"): (200, {}),
        ("DELETE", f"/api/v1/projects/PRJ-1001/milestones/{STONE_ID}"): (204, None),
    }  # fmt: skip
    return services


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["Fibre for the depot", "Shown", "New project"]),
        ("/new", ["Acme Ltd", "Show documents on portal"]),
        ("/PRJ-1001", ["Add a task", "Show on portal", "Archive", "Customers read it, too"]),
        ("/PRJ-1001/edit", ["Linked contacts", "Ann Archer", 'value="2026-01-01"']),
        (f"/PRJ-1001/tasks/{TASK_ID}", ["Walk the site", "Remove the task", "Internal: customers never see it"]),
        (f"/PRJ-1001/milestones/{STONE_ID}", ["Remove the milestone", 'value="2026-03-01"']),
    ],
)
@pytest.mark.usefixtures("desk")
async def test_the_consoles_pages_show_projects_and_their_forms(portal: Portal, path: str, words: list[str]) -> None:
    answer = await portal.staff("GET", f"{ROOT}/console/projects{path}")
    page = await answer.text()
    assert answer.status == 200, page
    assert [word for word in words if word not in page] == []


async def test_staff_begin_change_and_show_a_project_f153(portal: Portal, desk: Services) -> None:
    form = {"name": "New", "organisation_id": ACME, "kind": "project", "status": "planned", "on_portal": "yes"}
    begun = await portal.staff("POST", f"{ROOT}/console/projects/new", data=form)
    assert begun.headers["location"] == f"{ROOT}/console/projects/PRJ-1001?done=saved"
    sent = desk.last("/api/v1/projects").json
    assert (sent["on_portal"], sent["documents_on_portal"], sent["progress"]) == (True, False, None)
    changed = await portal.staff(
        "POST", f"{ROOT}/console/projects/PRJ-1001/edit", data=form | {"version": "3", "contact_ids": ANN}
    )
    assert changed.status == 303
    heard = desk.last("/api/v1/projects/PRJ-1001")
    assert (heard.headers["if-match"], heard.json["contact_ids"]) == ('"3"', [ANN])
    shown = {"documents_on_portal": "yes", "version": "3"}
    await portal.staff("POST", f"{ROOT}/console/projects/PRJ-1001/portal", data=shown)
    put = next(one for one in reversed(desk.heard) if one.method == "PATCH")
    assert put.json == {"on_portal": False, "documents_on_portal": True}


async def test_what_staff_write_stays_internal_unless_they_say_otherwise_f182(portal: Portal, desk: Services) -> None:
    here = f"{ROOT}/console/projects/PRJ-1001"
    for form in ({"body": "x"}, {"body": "x", "visibility": "everybody"}):
        assert (await portal.staff("POST", f"{here}/comments", data=form)).status == 303
        assert desk.last("/api/v1/projects/PRJ-1001/comments").json == {"body": "x", "visibility": "internal"}
    report = {"body": "On track", "visibility": "customer", "what": "report"}
    await portal.staff("POST", f"{here}/comments", data=report)
    assert desk.last("/api/v1/projects/PRJ-1001/updates").json == {"body": "On track", "visibility": "customer"}
    await portal.staff("POST", f"{here}/tasks/{TASK_ID}/comments", data={"body": "y"})
    said = {"body": "y", "visibility": "internal", "task_id": TASK_ID}
    assert desk.last("/api/v1/projects/PRJ-1001/comments").json == said


async def test_tasks_and_milestones_are_edited_without_script_f181(portal: Portal, desk: Services) -> None:
    here = f"{ROOT}/console/projects/PRJ-1001"
    new = {"title": "Dig", "status": "open", "internal": "yes", "due_on": "", "milestone_id": STONE_ID}
    assert (await portal.staff("POST", f"{here}/tasks", data=new)).status == 303
    wanted = desk.last("/api/v1/projects/PRJ-1001/tasks").json
    assert (wanted["internal"], wanted["due_on"], wanted["milestone_id"]) == (True, None, STONE_ID)
    problem = {"title": "Changed meanwhile.", "status": 412, "type": "/problems/version-stale"}
    desk.answers["PATCH", f"/api/v1/projects/PRJ-1001/tasks/{TASK_ID}"] = (412, problem)
    stale = await portal.staff("POST", f"{here}/tasks/{TASK_ID}", data=new | {"title": "Kept", "version": "1"})
    page = await stale.text()
    assert stale.status == 412
    assert "Changed meanwhile." in page
    assert 'value="Kept"' in page
    gone = await portal.staff("POST", f"{here}/milestones/{STONE_ID}/remove", data={})
    assert gone.headers["location"] == f"{here}?done=removed"


DAY = date(2026, 2, 1)


def test_a_picture_has_its_marks_between_the_first_and_the_last_day_and_apart() -> None:
    stones = [stone(id=str(n), due_on=f"2026-03-{n:02}") for n in range(1, 6)]
    drawn = timeline.drawn(view(milestones=stones), DAY)
    assert drawn is not None
    places = [mark["x"] for mark in drawn["marks"]]
    assert places == sorted(places)
    assert all(after - before >= 8.9 for before, after in pairwise(places))
    assert places[0] >= timeline.EDGE
    assert places[-1] <= 100 - timeline.EDGE
    assert drawn["today"] is not None
    assert (drawn["first"], drawn["last"]) == ("2026-01-01", "2026-06-30")


def test_forty_milestones_on_one_day_stay_inside_the_picture() -> None:
    drawn = timeline.drawn(view(milestones=[stone(due_on="2026-06-30")] * 40), DAY)
    assert drawn is not None
    assert {timeline.EDGE <= mark["x"] <= 100 - timeline.EDGE for mark in drawn["marks"]} == {True}


@pytest.mark.parametrize("stones", [[], [stone(due_on=None)]])
def test_without_days_there_is_no_picture(stones: list[dict[str, Any]]) -> None:
    assert timeline.drawn(view(milestones=stones), DAY) is None
    assert timeline.drawn(view(milestones=[stone()], starts_on=None, ends_on=None), DAY) is None


def test_a_milestone_is_reached_late_or_ahead() -> None:
    states = [stone(reached_on="2026-01-30"), stone(due_on="2026-01-31"), stone(), stone(due_on=None)]
    assert [timeline.state_of(one, DAY) for one in states] == ["reached", "late", "ahead", "ahead"]
