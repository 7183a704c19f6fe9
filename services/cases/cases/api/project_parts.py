"""Routes of a project's tasks and milestones: parse, call one verb or query, return."""

from uuid import UUID

from fastapi import Response

from cases import queries
from cases.api.shown_projects import milestone_state, milestone_view, task_state, task_view
from cases.errors import ProjectNotFound
from cases.schemas.projects import (
    MilestoneChange,
    MilestoneRow,
    MilestoneView,
    NewMilestone,
    NewTask,
    ProjectKey,
    TaskChange,
    TaskRow,
    TaskView,
)
from cases.service import projects as service
from kit.edge import Caller, Tx, of_module, router
from kit.paging import CursorText
from kit.versions import IfMatch

api = router(tags=["projects"], dependencies=[of_module("projects")])


@api.post("/projects/{project}/tasks", status_code=201)
async def add_task(project: ProjectKey, new: NewTask, caller: Caller, tx: Tx, response: Response) -> TaskRow:
    """F180: add a task."""
    return task_state(await service.add_task(tx, caller, project, new), response)


@api.get("/projects/{project}/tasks/{task_id}")
async def read_task(
    project: ProjectKey, task_id: UUID, caller: Caller, tx: Tx, response: Response, before: CursorText = None
) -> TaskView:
    """F181: a task with what was said on it; `before` pages that back."""
    row = await queries.one_task(tx, caller, project, task_id)
    if row is None:
        raise ProjectNotFound()
    milestones = await queries.milestones(tx, row.of_id)
    entries = await queries.entries(tx, caller, row.of_id, before, task_id)
    response.headers["etag"] = f'"{row.version}"'
    return task_view(caller, row, milestones, entries)


@api.patch("/projects/{project}/tasks/{task_id}")
async def change_task(
    project: ProjectKey, task_id: UUID, change: TaskChange, version: IfMatch, caller: Caller, tx: Tx, response: Response
) -> TaskRow:
    """F180: staff set a task's facts."""
    return task_state(await service.change_task(tx, caller, project, task_id, change, version), response)


@api.delete("/projects/{project}/tasks/{task_id}", status_code=204)
async def remove_task(project: ProjectKey, task_id: UUID, caller: Caller, tx: Tx) -> None:
    """Take a task away; what was said on it stays with the project."""
    await service.remove_task(tx, caller, project, task_id)


@api.post("/projects/{project}/milestones", status_code=201)
async def add_milestone(
    project: ProjectKey, new: NewMilestone, caller: Caller, tx: Tx, response: Response
) -> MilestoneRow:
    """F180: add a milestone."""
    return milestone_state(await service.add_milestone(tx, caller, project, new), response)


@api.get("/projects/{project}/milestones/{milestone_id}")
async def read_milestone(
    project: ProjectKey, milestone_id: UUID, caller: Caller, tx: Tx, response: Response
) -> MilestoneView:
    """F181: a milestone with the tasks that lead to it."""
    row = await queries.one_milestone(tx, caller, project, milestone_id)
    if row is None:
        raise ProjectNotFound()
    tasks = await queries.tasks(tx, caller, row.of_id, milestone_id)
    response.headers["etag"] = f'"{row.version}"'
    return milestone_view(caller, row, tasks)


@api.patch("/projects/{project}/milestones/{milestone_id}")
async def change_milestone(
    project: ProjectKey,
    milestone_id: UUID,
    change: MilestoneChange,
    version: IfMatch,
    caller: Caller,
    tx: Tx,
    response: Response,
) -> MilestoneRow:
    """F180: staff set a milestone's facts."""
    return milestone_state(await service.change_milestone(tx, caller, project, milestone_id, change, version), response)


@api.delete("/projects/{project}/milestones/{milestone_id}", status_code=204)
async def remove_milestone(project: ProjectKey, milestone_id: UUID, caller: Caller, tx: Tx) -> None:
    """Take a milestone away; its tasks stay."""
    await service.remove_milestone(tx, caller, project, milestone_id)
