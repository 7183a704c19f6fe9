"""Projects from the CRM: one by its external id, or up to 1,000 of which every row fares by itself; and their names."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from cases import queries
from cases.api.projects import whole
from cases.api.shown_projects import project_state, task_state
from cases.schemas.fed_projects import (
    FedProject,
    ProjectBatch,
    ProjectBatchResult,
    ProjectResult,
    ProjectRowIn,
    TaskRecord,
)
from cases.schemas.projects import ProjectKey, ProjectState, ProjectView, TaskRow
from cases.service import projects as service
from kit.batches import counted, in_order, read_rows
from kit.edge import Caller, Tx, of_module, router
from kit.naming import NameView, NewName, name_view
from kit.paging import CursorText
from kit.schemas import ExternalId
from kit.versions import IfMatchSent, unless_stale, version_before

api = router(tags=["projects"], dependencies=[of_module("projects")])


@api.put("/projects/by-external-id/{external_id}", responses={201: {"model": ProjectState}})
async def feed_project(
    external_id: Annotated[ExternalId, Path()],
    fed: FedProject,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> ProjectState:
    """The CRM brings a project with its tasks and milestones: made (201), changed, or as it was."""
    [done] = await service.feed_projects(tx, caller, {external_id: fed})
    if done.project is None:
        raise done.problem or AssertionError("a project fails for a reason")
    unless_stale(version, version_before(done.result, done.project.version))
    if done.result == "created":
        response.status_code = 201
        response.headers["location"] = f"/api/v1/projects/{done.project.reference}"
    return project_state(done.project, response)


@api.get("/projects/by-external-id/{external_id}")
async def read_project(
    external_id: Annotated[ExternalId, Path()], caller: Caller, tx: Tx, response: Response, before: CursorText = None
) -> ProjectView:
    """F180: a project by what the CRM calls it; `before` pages its entries back."""
    return await whole(tx, caller, await queries.project_of(tx, caller, external_id), response, before)


@api.put("/projects/by-external-id/{external_id}/tasks/{task_external_id}", responses={201: {"model": TaskRow}})
async def feed_task(
    external_id: Annotated[ExternalId, Path()],
    task_external_id: Annotated[ExternalId, Path()],
    fed: TaskRecord,
    version: IfMatchSent,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> TaskRow:
    """F180: the CRM brings one task of a project: made (201), changed, or as it was."""
    task, result = await service.feed_task(tx, caller, external_id, task_external_id, fed)
    unless_stale(version, version_before(result, task.version))
    response.status_code = 201 if result == "created" else 200
    return task_state(task, response)


@api.post("/projects/batch")
async def feed_projects(sent: ProjectBatch, caller: Caller, tx: Tx) -> ProjectBatchResult:
    """The CRM brings up to 1,000 projects."""
    read = read_rows(ProjectRowIn, sent.rows)
    fed = await service.feed_projects(tx, caller, read.by_key)
    return counted(ProjectBatchResult, in_order(ProjectResult, read, fed, _shown))


@api.put("/projects/{project}/external-id")
async def name_project(project: ProjectKey, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F180: the CRM says once what it calls a project that was made here."""
    return name_view(await service.name_project(tx, caller, project, new.external_id))


@api.put("/projects/{project}/tasks/{task_id}/external-id")
async def name_task(project: ProjectKey, task_id: UUID, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F180: the same of a task."""
    return name_view(await service.name_task(tx, caller, project, task_id, new.external_id))


@api.put("/projects/{project}/milestones/{milestone_id}/external-id")
async def name_milestone(project: ProjectKey, milestone_id: UUID, new: NewName, caller: Caller, tx: Tx) -> NameView:
    """F180: the same of a milestone."""
    return name_view(await service.name_milestone(tx, caller, project, milestone_id, new.external_id))


def _shown(one: service.Fed) -> dict[str, Any]:
    assert one.project is not None
    return {"id": one.project.id, "reference": one.project.reference, "version": one.project.version}
