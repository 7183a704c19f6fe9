"""What every verb leaves on a project: its next version, a line among its updates, and the word of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.models import Project, ProjectEntry, Task
from kit.caller import Caller
from kit.ids import new_id, now
from kit.outbox import emit

TOLD = {
    **dict.fromkeys(("status", "name", "starts_on", "ends_on", "progress"), "customer"),
    **dict.fromkeys(("kind", "on_portal", "documents_on_portal", "owner_id", "archived_at"), "internal"),
}
"""Which changes of a project are told among its updates, and to whom."""


def say_changed(tx: AsyncSession, project: Project, contact_ids: Sequence[UUID]) -> None:
    """Say all that others keep of a project."""
    event = contracts.ProjectChanged(
        project_id=project.id,
        reference=project.reference,
        name=project.name,
        kind=project.kind,
        on_portal=project.on_portal,
        documents_on_portal=project.documents_on_portal,
        organisation_id=project.organisation_id,
        contact_ids=sorted(contact_ids),
        archived=project.archived_at is not None,
        external_id=project.external_id,
    )
    emit(tx, event, version=project.version)


def differing(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """What of these values is others in the row."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def put(tx: AsyncSession, caller: Caller, project: Project, changes: Mapping[str, Any]) -> None:
    """Set what differs, and tell it."""
    for name, value in changes.items():
        if name in TOLD:
            old, new = _shown(getattr(project, name)), _shown(value)
            tx.add(entry(project, caller, kind="change", visibility=TOLD[name], field=name, old=old, new=new))
        setattr(project, name, value)


def _shown(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def touch(project: Project) -> None:
    """Count a project's version up: it is another one than its reader has seen."""
    project.version += 1
    project.updated_at = now()


def entry(project: Project, caller: Caller, **values: Any) -> ProjectEntry:
    """Something said or changed by the caller."""
    # Every column named, so that several entries of one verb go in one statement.
    values = {"task_id": None, "body": "", "field": None, "old": None, "new": None} | values
    return ProjectEntry(
        id=new_id(),
        project_id=project.id,
        author_id=caller.id,
        author_kind=caller.kind,
        author_name=caller.name,
        created_at=now(),
        **values,
    )


def count_progress(project: Project) -> None:
    """The percentage of the tasks customers may see that are done, counted by the statement that writes it."""
    if not project.progress_by_tasks:
        return
    done = func.count().filter(Task.status == "done")
    share = case((func.count() == 0, 0), else_=cast(func.round(done * 100.0 / func.count()), Integer))
    counted = select(share).where(
        Task.tenant_id == project.tenant_id, Task.project_id == project.id, Task.internal.is_(False)
    )
    project.progress = counted.scalar_subquery()
