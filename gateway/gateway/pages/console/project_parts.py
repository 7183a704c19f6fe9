"""Tasks and milestones in the console: added, changed, taken away, talked about."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages import words
from gateway.pages.console.about_people import or_none, ticked, typed
from gateway.pages.console.projects import TALK, said, show
from gateway.pages.forms import Form, read_form
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")

TASK = ("title", "text", "status", "internal", "assignee_kind", "assignee_name", "due_on", "milestone_id", "version")
MILESTONE = ("title", "due_on", "reached_on", "version")


def _task_content(form: Form) -> dict[str, Any]:
    content: dict[str, Any] = {name: form.values[name] for name in ("title", "assignee_name")}
    content |= {"body": form.values["text"], "status": form.values["status"] or "open"}
    return content | ticked(form, "internal") | or_none(form, "assignee_kind", "due_on", "milestone_id")


def _milestone_content(form: Form) -> dict[str, Any]:
    return {"title": form.values["title"]} | or_none(form, "due_on", "reached_on")


@pages.post("/projects/{project}/tasks")
async def add_task(project: Key, visit: Staff) -> Response:
    """F180: add a task."""
    form = await read_form(visit, TASK)
    try:
        await visit.post(f"/projects/{project}/tasks", _task_content(form), form.key)
    except Refused as refused:
        return await show(visit, project, form.refused(refused), "task")
    return visit.go(f"/console/projects/{project}", done="saved")


@pages.get("/projects/{project}/tasks/{task_id}")
async def read_task(project: Key, task_id: Key, visit: Staff) -> Response:
    """F181: one task to change, and what was said on it."""
    return await _task(visit, project, task_id, None)


async def _task(visit: Visit, project: str, task_id: str, form: Form | None, part: str = "") -> Response:
    task = await visit.get(f"/projects/{project}/tasks/{task_id}", before=visit.request.query_params.get("before"))
    values = typed(task, TASK) | {"status": task["status"]["key"], "text": task["body"]}
    given = form or Form()
    shown = given.values if part == "task" else values
    return visit.page(
        "console/task.html",
        given.status,
        task=task,
        part=part,
        statuses=words.TASK_STATUSES,
        labels=words.PROJECT_LABELS,
        written=given.values.get("body", ""),
        **given.context | {"values": shown},
    )


@pages.post("/projects/{project}/tasks/{task_id}")
async def change_task(project: Key, task_id: Key, visit: Staff) -> Response:
    """F180: keep what was changed, unless somebody else was quicker."""
    form = await read_form(visit, TASK)
    here = f"/projects/{project}/tasks/{task_id}"
    try:
        await visit.send("PATCH", here, json=_task_content(form), headers=form.if_match)
    except Refused as refused:
        return await _task(visit, project, task_id, form.refused(refused), "task")
    return visit.go(f"/console/projects/{project}", done="saved")


@pages.post("/projects/{project}/tasks/{task_id}/remove")
async def remove_task(project: Key, task_id: Key, visit: Staff) -> Response:
    """Take it away."""
    return await _remove(visit, project, f"tasks/{task_id}")


@pages.post("/projects/{project}/tasks/{task_id}/comments")
async def comment_on_task(project: Key, task_id: Key, visit: Staff) -> Response:
    """F182: something to say about a task; to the customer, or among staff."""
    form = await read_form(visit, TALK)
    try:
        await visit.post(f"/projects/{project}/comments", said(form) | {"task_id": task_id}, form.key)
    except Refused as refused:
        return await _task(visit, project, task_id, form.refused(refused), "talk")
    return visit.go(f"/console/projects/{project}/tasks/{task_id}", done="note-added")


@pages.post("/projects/{project}/milestones")
async def add_milestone(project: Key, visit: Staff) -> Response:
    """F180: add a milestone."""
    form = await read_form(visit, MILESTONE)
    try:
        await visit.post(f"/projects/{project}/milestones", _milestone_content(form), form.key)
    except Refused as refused:
        return await show(visit, project, form.refused(refused), "milestone")
    return visit.go(f"/console/projects/{project}", done="saved")


@pages.get("/projects/{project}/milestones/{milestone_id}")
async def read_milestone(project: Key, milestone_id: Key, visit: Staff) -> Response:
    """F181: one milestone to change, and the tasks that lead to it."""
    return await _milestone(visit, project, milestone_id, None)


async def _milestone(visit: Visit, project: str, milestone_id: str, form: Form | None) -> Response:
    milestone = await visit.get(f"/projects/{project}/milestones/{milestone_id}")
    given = form or Form(values=typed(milestone, MILESTONE))
    return visit.page("console/milestone.html", given.status, milestone=milestone, **given.context)


@pages.post("/projects/{project}/milestones/{milestone_id}")
async def change_milestone(project: Key, milestone_id: Key, visit: Staff) -> Response:
    """F180: keep what was changed, unless somebody else was quicker."""
    form = await read_form(visit, MILESTONE)
    here = f"/projects/{project}/milestones/{milestone_id}"
    try:
        await visit.send("PATCH", here, json=_milestone_content(form), headers=form.if_match)
    except Refused as refused:
        return await _milestone(visit, project, milestone_id, form.refused(refused))
    return visit.go(f"/console/projects/{project}", done="saved")


@pages.post("/projects/{project}/milestones/{milestone_id}/remove")
async def remove_milestone(project: Key, milestone_id: Key, visit: Staff) -> Response:
    """Take it away; its tasks stay."""
    return await _remove(visit, project, f"milestones/{milestone_id}")


async def _remove(visit: Visit, project: str, part: str) -> Response:
    await visit.send("DELETE", f"/projects/{project}/{part}")
    return visit.go(f"/console/projects/{project}", done="removed")
