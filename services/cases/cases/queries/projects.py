"""Reads of projects: plain rows off the ORM, each one inside `policy.visible_projects`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, literal_column, null, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cases.models import KnownOrganisation, KnownPerson, Project, ProjectContact
from cases.policy import may_write_projects, visible_projects
from cases.schemas.projects import ProjectFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

CHOICES = 100
"""How many names staff choose from."""

_owner = aliased(KnownPerson)
_ROW: AnyQuery = select(
    Project.id,
    Project.number,
    Project.name,
    Project.kind,
    Project.status,
    Project.organisation_id,
    KnownOrganisation.name.label("organisation_name"),
    Project.progress,
    Project.on_portal,
    Project.documents_on_portal,
    Project.starts_on,
    Project.ends_on,
    Project.archived_at,
    Project.updated_at,
).outerjoin(
    KnownOrganisation,
    and_(KnownOrganisation.tenant_id == Project.tenant_id, KnownOrganisation.id == Project.organisation_id),
)

contact_ids = (
    select(func.array_agg(ProjectContact.contact_id))
    .where(ProjectContact.tenant_id == Project.tenant_id, ProjectContact.project_id == Project.id)
    .correlate(Project)
    .scalar_subquery()
)
"""Whom an event about a project names."""

_linked = (
    select(
        func.json_agg(
            func.json_build_object("id", KnownPerson.id, "name", KnownPerson.name, "kind", literal_column("'contact'"))
        )
    )
    .join(
        ProjectContact,
        and_(ProjectContact.tenant_id == KnownPerson.tenant_id, ProjectContact.contact_id == KnownPerson.id),
    )
    .where(ProjectContact.tenant_id == Project.tenant_id, ProjectContact.project_id == Project.id)
    .correlate(Project)
    .scalar_subquery()
)


def acts_for(organisation: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Is this person a contact who acts for the organisation?"""
    untold = and_(KnownPerson.organisation_ids.is_(None), KnownPerson.organisation_id == organisation)
    return and_(KnownPerson.kind == "contact", or_(untold, organisation == func.any(KnownPerson.organisation_ids)))


def _names(who: ColumnElement[bool], name: str) -> ScalarSelect[object]:
    """Some people by name, as one JSON column."""
    some = (
        select(KnownPerson.id, KnownPerson.name, KnownPerson.kind)
        .where(KnownPerson.tenant_id == Project.tenant_id, who)
        .order_by(KnownPerson.name, KnownPerson.id)
        .limit(CHOICES)
        .correlate(Project)
        .subquery(name)
    )
    return select(func.json_agg(some.table_valued())).correlate(Project).scalar_subquery()


async def project_page(
    tx: AsyncSession, caller: Caller, filters: ProjectFilters
) -> tuple[Sequence[AnyRow], str | None, int]:
    """F179: one page of the projects a caller may see, the cursor of the next, and how many there are in all."""
    matching = _matching(caller, filters)
    some = select(literal_column("1")).select_from(Project).where(*matching).limit(paging.COUNT_CAP + 1).subquery()
    counting = select(func.count()).select_from(some).scalar_subquery()
    query = _ROW.add_columns(counting.label("counted")).where(*matching).limit(filters.limit + 1)
    order = (Project.updated_at, Project.id)
    query = query.order_by(*(column.desc() for column in order))
    if after := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < after)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    cursor = paging.encode(last.updated_at, last.id) if last else None
    counted = shown[0].counted if shown else (await tx.execute(select(counting))).scalar_one()
    return shown, cursor, counted


def _matching(caller: Caller, filters: ProjectFilters) -> list[ColumnElement[bool]]:
    archived = Project.archived_at.isnot(None) if filters.archived else Project.archived_at.is_(None)
    found: list[ColumnElement[bool]] = [visible_projects(caller), archived]
    if filters.status:
        found.append(Project.status.in_(filters.status))
    if filters.kind:
        found.append(Project.kind == filters.kind)
    if filters.organisation_id:
        found.append(Project.organisation_id == filters.organisation_id)
    if filters.q:
        # Trigram operators are not leakproof: their index is used only from inside this function.
        hits = func.project_search(filters.q, paging.COUNT_CAP + 1).table_valued("id")
        found.append(Project.id.in_(select(hits.c.id)))
    return found


def project_by_key(key: str) -> ColumnElement[bool]:
    """A project by its id or its reference."""
    return Project.number == int(key.removeprefix("PRJ-")) if key.startswith("PRJ-") else Project.id == UUID(key)


async def one_project(tx: AsyncSession, caller: Caller, key: str) -> AnyRow | None:
    """F180: one project with its names, or None when missing or not for this caller."""
    return await _whole(tx, caller, project_by_key(key))


async def project_of(tx: AsyncSession, caller: Caller, external_id: str) -> AnyRow | None:
    """The same by what the CRM calls it, which no customer does."""
    return await _whole(tx, caller, Project.external_id == external_id) if caller.kind != "contact" else None


async def _whole(tx: AsyncSession, caller: Caller, which: ColumnElement[bool]) -> AnyRow | None:
    edits = caller.kind == "staff" and may_write_projects(caller)
    staff = _names(and_(KnownPerson.kind == "staff", KnownPerson.active), "some_staff") if edits else null()
    theirs = _names(acts_for(literal_column("projects.organisation_id")), "some_contacts") if edits else null()
    whole = _ROW.add_columns(
        Project.external_id,
        Project.description,
        Project.progress_by_tasks,
        Project.owner_id,
        _owner.name.label("owner_name"),
        Project.version,
        _linked.label("contacts"),
        staff.label("choices_staff"),
        theirs.label("choices_contacts"),
    ).outerjoin(_owner, and_(_owner.tenant_id == Project.tenant_id, _owner.id == Project.owner_id))
    return (await tx.execute(whole.where(visible_projects(caller), which))).one_or_none()


async def known_names(
    tx: AsyncSession, organisation_id: UUID, owner_id: UUID | None, contacts: Sequence[UUID]
) -> AnyRow:
    """Which of these are known here: `organisation` and `owner` as true or false, `contacts` as their ids."""
    people = select(func.array_agg(KnownPerson.id)).where(
        KnownPerson.id.in_(contacts), acts_for(literal(organisation_id))
    )
    query: AnyQuery = select(
        select(KnownOrganisation.id).where(KnownOrganisation.id == organisation_id).exists().label("organisation"),
        select(KnownPerson.id)
        .where(KnownPerson.id == owner_id, KnownPerson.kind == "staff", KnownPerson.active)
        .exists()
        .label("owner"),
        people.scalar_subquery().label("contacts"),
    )
    return (await tx.execute(query)).one()
