"""Reads of what a project is made of: tasks, milestones, and what was said and changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Milestone, Project, ProjectEntry, Task
from cases.policy import sees_internal, visible_projects, visible_tasks
from cases.queries.projects import project_by_key
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

ENTRIES_PAGE = 50
_OF = (Project.id.label("of_id"), Project.number, Project.name, Project.archived_at)


async def tasks(
    tx: AsyncSession, caller: Caller, project_id: UUID, milestone_id: UUID | None = None
) -> Sequence[AnyRow]:
    """F180: a project's tasks in their order; of one milestone, if one is named."""
    query: AnyQuery = select(*Task.__table__.c).where(Task.project_id == project_id, visible_tasks(caller))
    if milestone_id is not None:
        query = query.where(Task.milestone_id == milestone_id)
    return (await tx.execute(query.order_by(Task.position, Task.id))).all()


async def milestones(tx: AsyncSession, project_id: UUID) -> Sequence[AnyRow]:
    """F180: a project's milestones by their day, those without one at the end."""
    query: AnyQuery = select(*Milestone.__table__.c).where(Milestone.project_id == project_id)
    return (await tx.execute(query.order_by(Milestone.due_on.nulls_last(), Milestone.id))).all()


async def entries(
    tx: AsyncSession, caller: Caller, project_id: UUID, cursor: str | None, task_id: UUID | None = None
) -> tuple[Sequence[AnyRow], str | None]:
    """F180, F182: the newest of what was said and changed, oldest first, and the cursor of what came before."""
    query: AnyQuery = select(*ProjectEntry.__table__.c).where(ProjectEntry.project_id == project_id)
    if task_id is not None:
        query = query.where(ProjectEntry.task_id == task_id)
    if not sees_internal(caller):
        same = and_(Task.tenant_id == ProjectEntry.tenant_id, Task.id == ProjectEntry.task_id)
        shown = or_(ProjectEntry.task_id.is_(None), Task.internal.is_(False))
        query = query.outerjoin(Task, same).where(ProjectEntry.visibility == "customer", shown)
    if before := paging.decode(cursor, datetime, UUID):
        query = query.where(tuple_(ProjectEntry.created_at, ProjectEntry.id) < before)
    query = query.order_by(ProjectEntry.created_at.desc(), ProjectEntry.id.desc()).limit(ENTRIES_PAGE + 1)
    shown_rows, last = paging.cut((await tx.execute(query)).all(), ENTRIES_PAGE)
    return shown_rows[::-1], (paging.encode(last.created_at, last.id) if last else None)


async def one_task(tx: AsyncSession, caller: Caller, key: str, task_id: UUID) -> AnyRow | None:
    """F181: a task with the project it belongs to, or None when missing or not for this caller."""
    query: AnyQuery = select(*Task.__table__.c, *_OF).join(
        Project, and_(Project.tenant_id == Task.tenant_id, Project.id == Task.project_id)
    )
    mine = (visible_projects(caller), project_by_key(key), visible_tasks(caller), Task.id == task_id)
    return (await tx.execute(query.where(*mine))).one_or_none()


async def one_milestone(tx: AsyncSession, caller: Caller, key: str, milestone_id: UUID) -> AnyRow | None:
    """F181: a milestone with the project it belongs to, or None when missing or not for this caller."""
    query: AnyQuery = select(*Milestone.__table__.c, *_OF).join(
        Project, and_(Project.tenant_id == Milestone.tenant_id, Project.id == Milestone.project_id)
    )
    mine = (visible_projects(caller), project_by_key(key), Milestone.id == milestone_id)
    return (await tx.execute(query.where(*mine))).one_or_none()
