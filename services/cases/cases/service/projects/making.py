"""A project begins."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import MayNotWriteProjects, NotThisProjects
from cases.models import Project, ProjectContact
from cases.policy import may_write_projects
from cases.schemas.projects import NewProject
from cases.service.projects.told import say_changed
from kit.caller import Caller
from kit.ids import new_id


async def make_project(tx: AsyncSession, caller: Caller, new: NewProject) -> Project:
    """F179: begin a project for an organisation, and say so."""
    if not may_write_projects(caller):
        raise MayNotWriteProjects()
    contacts = list(dict.fromkeys(new.contact_ids))
    await check_names(tx, new.organisation_id, new.owner_id, contacts)
    values = new.model_dump(exclude={"contact_ids", "progress", "owner_id"})
    owner_id = new.owner_id or (caller.id if caller.kind == "staff" else None)
    project = Project(id=new_id(), owner_id=owner_id, **values)
    project.progress, project.progress_by_tasks = new.progress or 0, new.progress is None
    tx.add(project)
    await tx.flush()
    tx.add_all(ProjectContact(project_id=project.id, contact_id=one) for one in contacts)
    say_changed(tx, project, contacts)
    return project


async def check_names(tx: AsyncSession, organisation_id: UUID, owner_id: UUID | None, contacts: Sequence[UUID]) -> None:
    """Organisation, owner and contacts are known here, and the contacts act for the organisation.

    Raises NotThisProjects.
    """
    known = await queries.known_names(tx, organisation_id, owner_id, contacts)
    wrong = []
    if not known.organisation:
        wrong.append({"field": "organisation_id", "detail": "There is no such organisation."})
    if owner_id is not None and not known.owner:
        wrong.append({"field": "owner_id", "detail": "This is not an active member of staff."})
    if set(contacts) - set(known.contacts or []):
        wrong.append({"field": "contact_ids", "detail": "Link contacts of the project's own organisation only."})
    if wrong:
        raise NotThisProjects(errors=wrong)
