"""The CRM brings one task of a project it has brought, without the rest of it."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotWriteProjects, NotThisProjects, ProjectNotFound
from cases.models import Milestone, Project, Task
from cases.policy import may_write_projects
from cases.schemas.fed_projects import TaskRecord
from cases.service.projects.steps import moved_on, set_task, tell_task
from cases.service.projects.told import differing
from kit.batches import Result
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow
from kit.ids import new_id


async def feed_task(tx: AsyncSession, caller: Caller, key: str, task_key: str, fed: TaskRecord) -> tuple[Task, Result]:
    """F180: make the task the CRM calls so, behind the others, or set what differs. Raises NotThisProjects."""
    if not may_write_projects(caller):
        raise MayNotWriteProjects()
    project, task, milestone_id, last = await _found(tx, key, task_key, fed)
    if fed.milestone_external_id and milestone_id is None:
        wrong = {"field": "milestone_external_id", "detail": "This project has no such milestone."}
        raise NotThisProjects(errors=[wrong])
    values: dict[str, Any] = fed.model_dump(include=set(TaskRecord.model_fields) - {"milestone_external_id"})
    values["milestone_id"] = milestone_id
    if task is None:
        return await _added(tx, caller, project, task_key, values | {"position": last + 1}), "created"
    changes = differing(task, values)
    if not changes:
        return task, "unchanged"
    set_task(tx, caller, project, task, changes)
    await tx.flush()
    moved_on(project)
    return task, "updated"


async def _found(tx: AsyncSession, key: str, task_key: str, fed: TaskRecord) -> AnyRow:
    """The project, locked, its task of that name, the milestone's id and the last place; in one statement."""
    of_it = and_(Milestone.tenant_id == Project.tenant_id, Milestone.project_id == Project.id)
    milestone = select(Milestone.id).where(of_it, Milestone.external_id == fed.milestone_external_id)
    others = and_(Task.tenant_id == Project.tenant_id, Task.project_id == Project.id)
    last = select(func.coalesce(func.max(Task.position), 0)).where(others).correlate(Project)
    query: AnyQuery = (
        select(Project, Task, milestone.correlate(Project).scalar_subquery(), last.scalar_subquery())
        .outerjoin(Task, and_(others, Task.external_id == task_key))
        .where(Project.external_id == key)
    )
    found = (await tx.execute(query.with_for_update(of=Project))).one_or_none()
    if found is None:
        raise ProjectNotFound()
    return found


async def _added(tx: AsyncSession, caller: Caller, project: Project, task_key: str, values: dict[str, Any]) -> Task:
    task = Task(id=new_id(), project_id=project.id, external_id=task_key, **values)
    tx.add(task)
    await tx.flush()
    tell_task(tx, caller, project, task, "task.added", None, task.title)
    moved_on(project)
    return task
