"""What people write on a project."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import MayNotDoThat, MayNotWriteProjects, NothingAddedToArchived
from cases.models import Project, ProjectEntry, Task
from cases.policy import can_on_project, customers_see
from cases.schemas.projects import NewComment, NewReport
from cases.service.projects.found import FoundProject, find_project, find_task
from cases.service.projects.told import entry
from cases.service.timeline import actor
from kit.caller import Caller
from kit.ids import now
from kit.outbox import emit

EXCERPT = 500
"""Characters of a comment that its event carries."""


async def add_comment(tx: AsyncSession, caller: Caller, key: str, new: NewComment) -> ProjectEntry:
    """F182: write on a project or on one of its tasks. On a task that is internal nobody outside reads along."""
    found = await find_project(tx, caller, key)
    task = await find_task(tx, caller, found.project, new.task_id) if new.task_id else None
    internal = new.visibility == "internal" or (task is not None and task.internal)
    _may_write(caller, found.project, "comment_internal" if internal else "comment")
    said = _said(tx, found.project, caller, "comment", new, internal=internal, task_id=new.task_id)
    _say_commented(tx, caller, found, said, task)
    await tx.flush()
    return said


async def add_report(tx: AsyncSession, caller: Caller, key: str, new: NewReport) -> ProjectEntry:
    """F180: staff, or the CRM, tell how the project stands."""
    project, _ = await find_project(tx, caller, key)
    if not can_on_project(caller, "edit", project):
        raise MayNotWriteProjects()
    _may_write(caller, project, "comment_internal")
    said = _said(tx, project, caller, "report", new, internal=new.visibility == "internal")
    await tx.flush()
    return said


def _may_write(caller: Caller, project: Project, verb: Any) -> None:
    if project.archived_at is not None:
        raise NothingAddedToArchived()
    if not can_on_project(caller, verb, project):
        raise MayNotDoThat()


def _said(
    tx: AsyncSession,
    project: Project,
    caller: Caller,
    kind: str,
    new: NewComment | NewReport,
    *,
    internal: bool,
    **more: Any,
) -> ProjectEntry:
    said = entry(project, caller, kind=kind, visibility="internal" if internal else "customer", body=new.body, **more)
    if caller.kind == "key" and new.author_name:
        said.author_name = new.author_name
    tx.add(said)
    project.updated_at = now()
    return said


def _say_commented(
    tx: AsyncSession, caller: Caller, found: FoundProject, said: ProjectEntry, task: Task | None
) -> None:
    project, shown = found.project, said.visibility == "customer" and customers_see(found.project)
    event = contracts.ProjectCommentAdded(
        project_id=project.id,
        reference=project.reference,
        name=project.name,
        comment_id=said.id,
        task_id=task.id if task else None,
        task_title=task.title if task else None,
        visibility=said.visibility,
        author=actor(caller),
        owner_id=project.owner_id,
        organisation_id=project.organisation_id,
        contact_ids=sorted(found.contact_ids) if shown else [],
        excerpt=said.body[:EXCERPT],
    )
    emit(tx, event, version=project.version)
