"""Who may see and do what with a project. One scope for list, count, search and object alike."""

from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from cases.models import Project, ProjectContact, Task
from kit.caller import Caller

ProjectVerb = Literal["comment", "comment_internal", "edit"]
PROJECT_VERBS: tuple[ProjectVerb, ...] = ("comment", "comment_internal", "edit")


def visible_projects(caller: Caller) -> ColumnElement[bool]:
    """F153, F154, F179: staff and reading keys know of all; a contact of those shown on the portal to them."""
    reads = caller.has("projects.read") or caller.has("projects.write")
    if caller.kind == "staff" or (caller.kind == "key" and reads):
        return true()
    if caller.kind != "contact" or not caller.uses("projects") or caller.organisation_id is None:
        return false()
    linked = exists().where(
        and_(
            ProjectContact.tenant_id == Project.tenant_id,
            ProjectContact.project_id == Project.id,
            ProjectContact.contact_id == caller.id,
        )
    )
    theirs = and_(Project.organisation_id == caller.organisation_id, linked)
    return and_(_on_the_portal(), or_(_within_scope(caller), theirs))


def _on_the_portal() -> ColumnElement[bool]:
    return and_(Project.on_portal, Project.kind == "project", Project.archived_at.is_(None))


def _within_scope(caller: Caller) -> ColumnElement[bool]:
    scope = caller.scope("projects")
    if scope == "organisation":
        return Project.organisation_id == caller.organisation_id
    if scope == "hierarchy":
        return Project.organisation_id.in_(caller.organisation_ids)
    return false()


def customers_see(project: Project) -> bool:
    """Is this project shown to anybody on the portal?"""
    return project.on_portal and project.kind == "project" and project.archived_at is None


def visible_tasks(caller: Caller) -> ColumnElement[bool]:
    """F180: what staff do among themselves never reaches a contact."""
    return true() if caller.kind in ("staff", "key") else Task.internal.is_(False)


def may_write_projects(caller: Caller) -> bool:
    """Staff and keys with the right, and the CRM's keys, which feed every record."""
    return (caller.kind in ("staff", "key") and caller.has("projects.write")) or (
        caller.kind == "key" and caller.has("crm.write")
    )


def can_on_project(caller: Caller, verb: ProjectVerb, project: Project) -> bool:
    """May a caller who sees this project do this to it? Nothing is added to an archived one."""
    if verb == "edit":
        return may_write_projects(caller)
    if project.archived_at is not None:
        return False
    if caller.kind == "key":
        return may_write_projects(caller)
    return caller.kind == "staff" or (caller.kind == "contact" and verb == "comment")
