"""Staff set the tasks and milestones of a project."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import NotThisProjects, ProjectNotFound
from cases.models import Milestone, Project, Task
from cases.schemas.projects import MilestoneChange, NewMilestone, NewTask, TaskChange
from cases.service.projects.found import find_milestone, find_task, to_write
from cases.service.projects.told import count_progress, differing, entry
from kit.caller import Caller
from kit.ids import new_id, now
from kit.problems import VersionStale

NULLABLE = ("assignee_kind", "due_on", "milestone_id", "reached_on")


async def add_task(tx: AsyncSession, caller: Caller, key: str, new: NewTask) -> Task:
    """F180: add a step, behind the others unless it is given a place."""
    project, _ = await to_write(tx, caller, key)
    await _check_milestone(tx, project, new.milestone_id)
    values = new.model_dump()
    if new.position is None:
        values["position"] = await _next_place(tx, project)
    task = Task(id=new_id(), project_id=project.id, **values)
    tx.add(task)
    await tx.flush()
    tell_task(tx, caller, project, task, "task.added", None, task.title)
    moved_on(project)
    return task


async def change_task(
    tx: AsyncSession, caller: Caller, key: str, task_id: UUID, change: TaskChange, version: int
) -> Task:
    """F180: set what is named of a task. Raises VersionStale when it has moved on."""
    project, _ = await to_write(tx, caller, key)
    task = await find_task(tx, caller, project, task_id)
    changes = _changes(task, change.model_dump(exclude_unset=True), version)
    if not changes:
        return task
    await _check_milestone(tx, project, changes.get("milestone_id"))
    set_task(tx, caller, project, task, changes)
    await tx.flush()
    moved_on(project)
    return task


async def remove_task(tx: AsyncSession, caller: Caller, key: str, task_id: UUID) -> None:
    """Take a task away; what was said on it stays with the project."""
    project, _ = await to_write(tx, caller, key)
    await tx.delete(await find_task(tx, caller, project, task_id))
    await tx.flush()
    moved_on(project)


async def add_milestone(tx: AsyncSession, caller: Caller, key: str, new: NewMilestone) -> Milestone:
    """F180: add a milestone."""
    project, _ = await to_write(tx, caller, key)
    milestone = Milestone(id=new_id(), project_id=project.id, **new.model_dump())
    tx.add(milestone)
    project.updated_at = now()
    await tx.flush()
    return milestone


async def change_milestone(
    tx: AsyncSession, caller: Caller, key: str, milestone_id: UUID, change: MilestoneChange, version: int
) -> Milestone:
    """F180: set what is named of a milestone. Raises VersionStale when it has moved on."""
    project, _ = await to_write(tx, caller, key)
    milestone = await find_milestone(tx, project, milestone_id)
    changes = _changes(milestone, change.model_dump(exclude_unset=True), version)
    if changes:
        set_milestone(tx, caller, project, milestone, changes)
        project.updated_at = now()
    return milestone


async def remove_milestone(tx: AsyncSession, caller: Caller, key: str, milestone_id: UUID) -> None:
    """Take a milestone away; its tasks stay."""
    project, _ = await to_write(tx, caller, key)
    await tx.delete(await find_milestone(tx, project, milestone_id))
    project.updated_at = now()


def set_task(tx: AsyncSession, caller: Caller, project: Project, task: Task, changes: dict[str, Any]) -> None:
    """Set what differs of a task, and tell of its status."""
    old = task.status
    for name, value in changes.items():
        setattr(task, name, value)
    task.version += 1
    task.updated_at = now()
    if task.status != old:
        tell_task(tx, caller, project, task, "task.status", old, task.status)


def tell_task(
    tx: AsyncSession, caller: Caller, project: Project, task: Task, field: str, old: str | None, new: str
) -> None:
    """A line among the project's updates; of an internal task, for staff."""
    visibility = "internal" if task.internal else "customer"
    tx.add(entry(project, caller, kind="change", visibility=visibility, task_id=task.id, field=field, old=old, new=new))


def set_milestone(
    tx: AsyncSession, caller: Caller, project: Project, milestone: Milestone, changes: dict[str, Any]
) -> None:
    """Set what differs of a milestone, and tell of its days: `old` names the milestone, `new` the day."""
    for name, value in changes.items():
        setattr(milestone, name, value)
        if name in ("due_on", "reached_on"):
            told = {"field": f"milestone.{name}", "old": milestone.title, "new": value.isoformat() if value else None}
            tx.add(entry(project, caller, kind="change", visibility="customer", **told))
    milestone.version += 1


def moved_on(project: Project) -> None:
    """A step of it is another one: it was changed now, and is as far as its tasks are."""
    project.updated_at = now()
    count_progress(project)


def _changes(row: Task | Milestone, named: dict[str, Any], version: int) -> dict[str, Any]:
    if row.version != version:
        raise VersionStale()
    return differing(row, {name: value for name, value in named.items() if value is not None or name in NULLABLE})


async def _check_milestone(tx: AsyncSession, project: Project, milestone_id: UUID | None) -> None:
    """A task leads to a milestone of its own project. Raises NotThisProjects."""
    if milestone_id is None:
        return
    try:
        await find_milestone(tx, project, milestone_id)
    except ProjectNotFound as error:
        wrong = {"field": "milestone_id", "detail": "This project has no such milestone."}
        raise NotThisProjects(errors=[wrong]) from error


async def _next_place(tx: AsyncSession, project: Project) -> int:
    last = select(func.coalesce(func.max(Task.position), 0)).where(Task.project_id == project.id)
    return int((await tx.execute(last)).scalar_one()) + 1
