"""Projects in the portal: the list, one with its milestones and tasks, one task, one milestone."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import QueryParams

from gateway.client import Refused
from gateway.pages import timeline, words
from gateway.pages.forms import Form, read_form
from gateway.pages.reader import zone_named
from gateway.pages.visit import Contact, Key, Visit, of_module

pages = APIRouter(dependencies=[of_module("projects")])


def filters_of(query: QueryParams) -> dict[str, Any]:
    """The list's filters, as the address has them."""
    known = words.PROJECT_LABELS
    return {
        "status": [key for key in query.getlist("status") if key in known],
        "q": query.get("q", "").strip(),
        "cursor": query.get("cursor", ""),
    }


def today(visit: Visit) -> date:
    """The reader's day."""
    return datetime.now(zone_named(visit.reader().zone)).date()


@pages.get("/projects")
async def list_projects(visit: Contact) -> Response:
    """F179: the projects one is linked to, or may see."""
    filters = filters_of(visit.request.query_params)
    projects = await visit.get("/projects", **filters)
    return visit.page("portal/projects.html", projects=projects, filters=filters, statuses=words.PROJECT_STATUSES)


@pages.get("/projects/{project}")
async def read_project(project: Key, visit: Contact) -> Response:
    """F180: the project, how far it is, and what was said."""
    return await _project(visit, project, Form())


async def _project(visit: Visit, key: str, form: Form) -> Response:
    project = await visit.get(f"/projects/{key}", before=visit.request.query_params.get("before"))
    return visit.page(
        "portal/project.html",
        form.status,
        project=project,
        milestones=timeline.numbered(project["milestones"], today(visit)),
        drawn=timeline.drawn(project, today(visit)),
        labels=words.PROJECT_LABELS,
        titles=titles_of(project),
        **form.context,
    )


def titles_of(project: dict[str, Any]) -> dict[str, str]:
    """What the tasks are called that entries are about."""
    return {task["id"]: task["title"] for task in project["tasks"]}


@pages.post("/projects/{project}/comments")
async def comment_on_project(project: Key, visit: Contact) -> Response:
    """F182: something to say about the project."""
    form = await read_form(visit, ("body",))
    try:
        await visit.post(f"/projects/{project}/comments", {"body": form.values["body"]}, form.key)
    except Refused as refused:
        return await _project(visit, project, form.refused(refused))
    return visit.go(f"/projects/{project}", done="note-added")


@pages.get("/projects/{project}/tasks/{task_id}")
async def read_task(project: Key, task_id: Key, visit: Contact) -> Response:
    """F181: one task, and what was said on it."""
    return await _task(visit, project, task_id, Form())


async def _task(visit: Visit, project: str, task_id: str, form: Form) -> Response:
    task = await visit.get(f"/projects/{project}/tasks/{task_id}", before=visit.request.query_params.get("before"))
    return visit.page("portal/task.html", form.status, task=task, labels=words.PROJECT_LABELS, **form.context)


@pages.post("/projects/{project}/tasks/{task_id}/comments")
async def comment_on_task(project: Key, task_id: Key, visit: Contact) -> Response:
    """F182: something to say about a task."""
    form = await read_form(visit, ("body",))
    said = {"body": form.values["body"], "task_id": task_id}
    try:
        await visit.post(f"/projects/{project}/comments", said, form.key)
    except Refused as refused:
        return await _task(visit, project, task_id, form.refused(refused))
    return visit.go(f"/projects/{project}/tasks/{task_id}", done="note-added")


@pages.get("/projects/{project}/milestones/{milestone_id}")
async def read_milestone(project: Key, milestone_id: Key, visit: Contact) -> Response:
    """F181: one milestone, and the tasks that lead to it."""
    milestone = await visit.get(f"/projects/{project}/milestones/{milestone_id}")
    state = timeline.state_of(milestone, today(visit))
    return visit.page("portal/milestone.html", milestone=milestone, state=state)
