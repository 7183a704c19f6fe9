"""A project is put away, and may come back."""

from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Project
from cases.service.projects.found import to_write
from cases.service.projects.told import put, say_changed, touch
from kit.caller import Caller
from kit.ids import now


async def archive_project(tx: AsyncSession, caller: Caller, key: str) -> Project:
    """Put a project away: customers see it no more, and nothing is added. An archived one stays as it is."""
    return await _set(tx, caller, key, away=True)


async def restore_project(tx: AsyncSession, caller: Caller, key: str) -> Project:
    """Bring an archived project back; one that is not archived stays as it is."""
    return await _set(tx, caller, key, away=False)


async def _set(tx: AsyncSession, caller: Caller, key: str, *, away: bool) -> Project:
    project, contact_ids = await to_write(tx, caller, key)
    if (project.archived_at is not None) == away:
        return project
    put(tx, caller, project, {"archived_at": now() if away else None})
    touch(project)
    say_changed(tx, project, contact_ids)
    return project
