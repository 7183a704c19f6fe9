"""F180: a CRM names a project, a task or a milestone that was made here."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import MayNotWriteProjects
from cases.models import Milestone, Project, Task
from cases.policy import may_write_projects
from cases.service.projects.found import FoundProject, find_milestone, find_project, find_task
from cases.service.projects.told import say_changed
from kit.caller import Caller
from kit.naming import name


async def name_project(tx: AsyncSession, caller: Caller, key: str, external_id: str) -> Project:
    """Say once what the CRM calls a project. Raises ProjectNotFound, NamedOtherwise, ExternalIdTaken."""
    found = await _found(tx, caller, key)
    if await name(tx, found.project, external_id):
        say_changed(tx, found.project, found.contact_ids)
    return found.project


async def name_task(tx: AsyncSession, caller: Caller, key: str, task_id: UUID, external_id: str) -> Task:
    """The same of a task; its name is one among those of its project."""
    found = await _found(tx, caller, key)
    task = await find_task(tx, caller, found.project, task_id)
    await name(tx, task, external_id)
    return task


async def name_milestone(tx: AsyncSession, caller: Caller, key: str, milestone_id: UUID, external_id: str) -> Milestone:
    """The same of a milestone."""
    found = await _found(tx, caller, key)
    milestone = await find_milestone(tx, found.project, milestone_id)
    await name(tx, milestone, external_id)
    return milestone


async def _found(tx: AsyncSession, caller: Caller, key: str) -> FoundProject:
    """The project, locked. It takes a key that feeds, and that reads what it names."""
    if caller.kind != "key" or not may_write_projects(caller):
        raise MayNotWriteProjects("Send a key with the scope crm.write.")
    return await find_project(tx, caller, key)
