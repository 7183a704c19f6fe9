"""Staff set the facts of a project."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from cases.errors import NotThisProjects
from cases.models import Project, ProjectContact
from cases.schemas.projects import ProjectChange
from cases.service.projects.found import to_write
from cases.service.projects.making import check_names
from cases.service.projects.told import count_progress, differing, put, say_changed, touch
from kit.caller import Caller
from kit.problems import VersionStale

NULLABLE = ("starts_on", "ends_on", "owner_id")


async def change_project(tx: AsyncSession, caller: Caller, key: str, change: ProjectChange, version: int) -> Project:
    """F153, F154: set what is named. Raises VersionStale when it has moved on."""
    project, linked = await to_write(tx, caller, key)
    if project.version != version:
        raise VersionStale()
    named = change.model_dump(exclude_unset=True)
    contacts = list(dict.fromkeys(named.pop("contact_ids", None) or [])) if change.contact_ids is not None else linked
    changes = _changes(project, named)
    _check_days(project, changes)
    if {"organisation_id", "owner_id"} & changes.keys() or set(contacts) != set(linked):
        organisation_id = changes.get("organisation_id", project.organisation_id)
        await check_names(tx, organisation_id, changes.get("owner_id"), contacts)
    if not changes and set(contacts) == set(linked):
        return project
    put(tx, caller, project, changes)
    await link(tx, project, linked, contacts)
    touch(project)
    if changes.get("progress_by_tasks"):
        count_progress(project)
    await tx.flush()
    await tx.refresh(project, ["progress"])
    say_changed(tx, project, contacts)
    return project


def _changes(project: Project, named: dict[str, Any]) -> dict[str, Any]:
    """What of the named is others; null is said of what may be empty, and of the progress that tasks tell."""
    wanted = {name: value for name, value in named.items() if value is not None or name in NULLABLE}
    if "progress" in named:
        wanted["progress_by_tasks"] = named["progress"] is None
    return differing(project, wanted)


def _check_days(project: Project, changes: dict[str, Any]) -> None:
    starts, ends = (changes.get(name, getattr(project, name)) for name in ("starts_on", "ends_on"))
    if starts and ends and ends < starts:
        raise NotThisProjects(errors=[{"field": "ends_on", "detail": "A project does not end before it starts."}])


async def link(tx: AsyncSession, project: Project, linked: Sequence[UUID], contacts: Sequence[UUID]) -> None:
    """Link a project to exactly these contacts."""
    if gone := set(linked) - set(contacts):
        await tx.execute(
            delete(ProjectContact).where(ProjectContact.project_id == project.id, ProjectContact.contact_id.in_(gone))
        )
    new = set(contacts) - set(linked)
    tx.add_all(ProjectContact(project_id=project.id, contact_id=one) for one in sorted(new))
