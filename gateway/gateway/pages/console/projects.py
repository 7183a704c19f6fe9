"""Projects in the console: listed, begun, changed, shown on the portal or hidden, talked about."""

from typing import Any

from fastapi import APIRouter, Response

from gateway.client import Refused
from gateway.pages import timeline, words
from gateway.pages.console.about_people import (
    chosen_organisation,
    filters_of,
    must,
    or_none,
    organisations_to_choose,
    ticked,
    typed,
)
from gateway.pages.forms import Form, read_form
from gateway.pages.projects import titles_of, today
from gateway.pages.visit import Key, Staff, Visit

pages = APIRouter(prefix="/console")

TEXTS = ("name", "description", "kind", "status")
SHOWN = ("on_portal", "documents_on_portal")
DAYS = ("starts_on", "ends_on")
FIELDS = (*TEXTS, *SHOWN, *DAYS, "progress", "organisation_id", "organisation_q", "owner_id", "version")
TALK = ("body", "visibility", "what")


@pages.get("/projects")
async def list_projects(visit: Staff) -> Response:
    """F179: projects, those last changed first."""
    filters = filters_of(visit, "q", "kind", "archived", "organisation_id", "cursor")
    filters["status"] = [key for key in visit.request.query_params.getlist("status") if key in words.PROJECT_LABELS]
    projects = await visit.get("/projects", **filters)
    return visit.page("console/projects.html", projects=projects, filters=filters, statuses=words.PROJECT_STATUSES)


@pages.get("/projects/new")
async def new_project(visit: Staff) -> Response:
    """An empty form, for an organisation if one was named."""
    must(visit, "projects.write")
    values = dict.fromkeys(FIELDS, "") | {"kind": "project", "status": "planned"}
    return await _form(visit, None, Form(values=values | filters_of(visit, "organisation_id")))


@pages.post("/projects/new")
async def make_project(visit: Staff) -> Response:
    """F179: begin it."""
    must(visit, "projects.write")
    form = await read_form(visit, FIELDS)
    if form.action == "find":
        return await _form(visit, None, form)
    try:
        made = await visit.post("/projects", _content(form), form.key)
    except Refused as refused:
        return await _form(visit, None, form.refused(refused))
    return visit.go(f"/console/projects/{made['reference']}", done="saved")


@pages.get("/projects/{project}")
async def read_project(project: Key, visit: Staff) -> Response:
    """F180: one project with its tasks and milestones, what was said, and the forms that add to it."""
    return await show(visit, project, Form())


async def show(visit: Visit, key: str, form: Form, part: str = "") -> Response:
    """The project's page; `part` is whose form came back: task, milestone, or what is said."""
    project = await visit.get(f"/projects/{key}", before=visit.request.query_params.get("before"))
    return visit.page(
        "console/project.html",
        form.status,
        project=project,
        milestones=timeline.numbered(project["milestones"], today(visit)),
        drawn=timeline.drawn(project, today(visit)),
        labels=words.PROJECT_LABELS,
        task_statuses=words.TASK_STATUSES,
        titles=titles_of(project),
        part=part,
        **form.context,
    )


@pages.get("/projects/{project}/edit")
async def edit_project(project: Key, visit: Staff) -> Response:
    """The form as the project is."""
    must(visit, "projects.write")
    found = await visit.get(f"/projects/{project}")
    values = typed(found, FIELDS) | {"status": found["status"]["key"], "organisation_id": found["organisation"]["id"]}
    values["owner_id"] = str(found["owner"]["id"]) if found["owner"] else ""
    values["progress"] = "" if found["progress_by_tasks"] else str(found["progress"])
    linked = [str(one["id"]) for one in found["contacts"]]
    return await _form(visit, found, Form(values=values, lists={"contact_ids": linked}))


@pages.post("/projects/{project}/edit")
async def change_project(project: Key, visit: Staff) -> Response:
    """F153, F154: keep what was changed, unless somebody else was quicker."""
    must(visit, "projects.write")
    form = await read_form(visit, FIELDS, lists=("contact_ids",))
    here = f"/projects/{project}"
    if form.action == "find":
        return await _form(visit, await visit.get(here), form)
    change = _content(form) | {"contact_ids": form.lists["contact_ids"]}
    try:
        await visit.send("PATCH", here, json=change, headers=form.if_match)
    except Refused as refused:
        return await _form(visit, await visit.get(here), form.refused(refused))
    return visit.go(f"/console{here}", done="saved")


@pages.post("/projects/{project}/portal")
async def show_on_portal(project: Key, visit: Staff) -> Response:
    """F153: Show on Portal, Show Documents on Portal."""
    form = await read_form(visit, (*SHOWN, "version"))
    try:
        await visit.send("PATCH", f"/projects/{project}", json=ticked(form, *SHOWN), headers=form.if_match)
    except Refused as refused:
        return await show(visit, project, form.refused(refused), "portal")
    return visit.go(f"/console/projects/{project}", done="saved")


@pages.post("/projects/{project}/archive")
async def archive_project(project: Key, visit: Staff) -> Response:
    """Put it away."""
    return await _verb(visit, project, "archive", "project-archived")


@pages.post("/projects/{project}/restore")
async def restore_project(project: Key, visit: Staff) -> Response:
    """Bring it back."""
    return await _verb(visit, project, "restore", "project-restored")


async def _verb(visit: Visit, project: str, verb: str, done: str) -> Response:
    form = await read_form(visit, ())
    try:
        await visit.post(f"/projects/{project}/{verb}", None, form.key)
    except Refused as refused:
        return await show(visit, project, form.refused(refused), "portal")
    return visit.go(f"/console/projects/{project}", done=done)


@pages.post("/projects/{project}/comments")
async def write_on_project(project: Key, visit: Staff) -> Response:
    """F180, F182: a comment, or an update on how the project stands; to the customer, or among staff."""
    form = await read_form(visit, TALK)
    where = "updates" if form.values["what"] == "report" else "comments"
    try:
        await visit.post(f"/projects/{project}/{where}", said(form), form.key)
    except Refused as refused:
        return await show(visit, project, form.refused(refused), "talk")
    return visit.go(f"/console/projects/{project}", done="note-added")


def said(form: Form) -> dict[str, Any]:
    """What was written. Whatever else the field may say, only the word itself reaches the customer."""
    visibility = "customer" if form.values["visibility"] == "customer" else "internal"
    return {"body": form.values["body"], "visibility": visibility}


async def _form(visit: Visit, project: dict[str, Any] | None, form: Form) -> Response:
    chosen = await chosen_organisation(visit, form.values["organisation_id"])
    choices = await organisations_to_choose(visit, form.values["organisation_q"], chosen)
    return visit.page(
        "console/project_form.html",
        form.status,
        project=project,
        choices=choices,
        linked=form.lists.get("contact_ids", []),
        statuses=words.PROJECT_STATUSES,
        **form.context,
    )


def _content(form: Form) -> dict[str, Any]:
    """What the form says of a project; nothing typed for the progress: the tasks tell it."""
    content: dict[str, Any] = {name: form.values[name] for name in TEXTS}
    return content | ticked(form, *SHOWN) | or_none(form, *DAYS, "progress", "organisation_id", "owner_id")
