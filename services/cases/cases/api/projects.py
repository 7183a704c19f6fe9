"""Routes of projects: parse, call one verb or query, return."""

from typing import Annotated

from fastapi import Query, Response

from cases import queries
from cases.api.shown_projects import entry_view, project_row, project_state, project_view
from cases.errors import ProjectNotFound
from cases.schemas.projects import (
    EntryView,
    NewComment,
    NewProject,
    NewReport,
    ProjectChange,
    ProjectFilters,
    ProjectKey,
    ProjectPage,
    ProjectState,
    ProjectView,
)
from cases.service import projects as service
from kit.db import AnyRow
from kit.edge import Caller, Tx, of_module, router, shaped
from kit.paging import CursorText, total
from kit.versions import IfMatch

api = router(tags=["projects"], dependencies=[of_module("projects")])


@api.get("/projects", response_model=ProjectPage)
async def list_projects(filters: Annotated[ProjectFilters, Query()], caller: Caller, tx: Tx) -> Response:
    """F179: the projects the caller may see, those last changed first."""
    rows, cursor, counted = await queries.project_page(tx, caller, filters)
    return shaped({"items": [project_row(row) for row in rows], "next": cursor, "total": total(counted).model_dump()})


@api.post("/projects", status_code=201)
async def make_project(new: NewProject, caller: Caller, tx: Tx, response: Response) -> ProjectState:
    """Begin a project for an organisation."""
    project = await service.make_project(tx, caller, new)
    response.headers["location"] = f"/api/v1/projects/{project.reference}"
    return project_state(project, response)


@api.get("/projects/{project}")
async def read_project(
    project: ProjectKey, caller: Caller, tx: Tx, response: Response, before: CursorText = None
) -> ProjectView:
    """F180: a project with its tasks, milestones and newest entries; `before` pages those back."""
    return await whole(tx, caller, await queries.one_project(tx, caller, project), response, before)


async def whole(tx: Tx, caller: Caller, row: AnyRow | None, response: Response, before: str | None) -> ProjectView:
    """A project with all its parts, and its version as the ETag. Raises ProjectNotFound."""
    if row is None:
        raise ProjectNotFound()
    tasks = await queries.tasks(tx, caller, row.id)
    milestones = await queries.milestones(tx, row.id)
    entries = await queries.entries(tx, caller, row.id, before)
    response.headers["etag"] = f'"{row.version}"'
    return project_view(caller, row, tasks, milestones, entries)


@api.patch("/projects/{project}")
async def change_project(
    project: ProjectKey, change: ProjectChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> ProjectState:
    """F153, F154: staff set the facts of a project, and whether the portal shows it or its documents."""
    return project_state(await service.change_project(tx, caller, project, change, version), response)


@api.post("/projects/{project}/archive")
async def archive_project(project: ProjectKey, caller: Caller, tx: Tx, response: Response) -> ProjectState:
    """Put a project away: customers see it no more."""
    return project_state(await service.archive_project(tx, caller, project), response)


@api.post("/projects/{project}/restore")
async def restore_project(project: ProjectKey, caller: Caller, tx: Tx, response: Response) -> ProjectState:
    """Bring an archived project back."""
    return project_state(await service.restore_project(tx, caller, project), response)


@api.post("/projects/{project}/comments", status_code=201)
async def add_project_comment(project: ProjectKey, new: NewComment, caller: Caller, tx: Tx) -> EntryView:
    """F182: write on a project, or on one of its tasks."""
    return entry_view(await service.add_comment(tx, caller, project, new))


@api.post("/projects/{project}/updates", status_code=201)
async def add_project_update(project: ProjectKey, new: NewReport, caller: Caller, tx: Tx) -> EntryView:
    """F180: staff, or the CRM, report how the project stands."""
    return entry_view(await service.add_report(tx, caller, project, new))
