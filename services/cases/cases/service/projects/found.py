"""The project a verb is about, locked, with whom its events name."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import MayNotWriteProjects, ProjectNotFound
from cases.models import Milestone, Project, Task
from cases.policy import may_write_projects, visible_projects, visible_tasks
from kit.caller import Caller


class FoundProject(NamedTuple):
    """A project under lock, and the contacts it is linked to."""

    project: Project
    contact_ids: list[UUID]


async def find_project(tx: AsyncSession, caller: Caller, key: str) -> FoundProject:
    """Lock a project the caller may know of, by id or reference. Raises ProjectNotFound."""
    query = select(Project, queries.contact_ids).where(visible_projects(caller), queries.project_by_key(key))
    found = (await tx.execute(query.with_for_update(of=Project))).one_or_none()
    if found is None:
        raise ProjectNotFound()
    return FoundProject(found[0], found[1] or [])


async def to_write(tx: AsyncSession, caller: Caller, key: str) -> FoundProject:
    """The same, for whoever may change it. Raises MayNotWriteProjects for who only sees it."""
    found = await find_project(tx, caller, key)
    if not may_write_projects(caller):
        raise MayNotWriteProjects()
    return found


async def find_task(tx: AsyncSession, caller: Caller, project: Project, task_id: UUID) -> Task:
    """A task of this project. Raises ProjectNotFound."""
    query = select(Task).where(Task.project_id == project.id, Task.id == task_id, visible_tasks(caller))
    task = (await tx.execute(query)).scalar_one_or_none()
    if task is None:
        raise ProjectNotFound()
    return task


async def find_milestone(tx: AsyncSession, project: Project, milestone_id: UUID) -> Milestone:
    """A milestone of this project. Raises ProjectNotFound."""
    query = select(Milestone).where(Milestone.project_id == project.id, Milestone.id == milestone_id)
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise ProjectNotFound()
    return found
