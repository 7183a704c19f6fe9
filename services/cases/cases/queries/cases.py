"""Reads of cases: plain rows off the ORM, each one inside `policy.visible`."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cases.models import (
    OPEN_STATUSES,
    Case,
    Category,
    Department,
    Group,
    KnownOrganisation,
    KnownPerson,
    Product,
    Watcher,
)
from cases.policy import visible
from cases.queries import beside
from kit import paging
from kit.alike import Alike, alike, who
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, at_most

COLLEAGUES = 100
"""How many names somebody who gives a case away chooses from."""

_assignee = aliased(KnownPerson)
_ROW: AnyQuery = (
    select(
        Case.id,
        Case.number,
        Case.subject,
        Case.status,
        Case.priority,
        Case.category,
        Department.name.label("department"),
        Case.organisation_id,
        KnownOrganisation.name.label("organisation_name"),
        Case.contact_id,
        Case.contact_name,
        Case.assignee_id,
        _assignee.name.label("assignee_name"),
        _assignee.email.label("assignee_email"),
        Case.created_at,
        Case.updated_at,
        Case.first_response_at,
        Case.response_due_at,
        Case.resolution_due_at,
        Case.next_update_on,
        Case.paused_since,
        Case.resolved_at,
    )
    .outerjoin(
        KnownOrganisation,
        and_(KnownOrganisation.tenant_id == Case.tenant_id, KnownOrganisation.id == Case.organisation_id),
    )
    .outerjoin(_assignee, and_(_assignee.tenant_id == Case.tenant_id, _assignee.id == Case.assignee_id))
    .outerjoin(Department, and_(Department.tenant_id == Case.tenant_id, Department.id == Case.department_id))
)
_some_staff = (
    select(KnownPerson.id, KnownPerson.name, KnownPerson.kind, KnownPerson.on_duty)
    .where(KnownPerson.kind == "staff", KnownPerson.active)
    .order_by(KnownPerson.name, KnownPerson.id)
    .limit(at_most(COLLEAGUES))
    .subquery("some_staff")
)
_colleagues = select(func.json_agg(_some_staff.table_valued())).scalar_subquery()
_WHOLE = (
    _ROW.add_columns(Case.body, Case.closed_at, Case.version, *beside.OF_EVERY_CASE)
    .add_columns(Case.fields, Case.asset, Case.opened_via, Case.requester_email, Case.external_id, Case.group_id)
    .add_columns(Case.category_id, Case.department_id, Case.product_id)
    .add_columns(Product.name.label("product"), Group.name.label("group_name"), Category.form)
    .outerjoin(Product, and_(Product.tenant_id == Case.tenant_id, Product.id == Case.product_id))
    .outerjoin(Group, and_(Group.tenant_id == Case.tenant_id, Group.id == Case.group_id))
    .outerjoin(Category, and_(Category.tenant_id == Case.tenant_id, Category.id == Case.category_id))
)

watcher_ids = (
    select(func.array_agg(Watcher.person_id))
    .where(Watcher.tenant_id == Case.tenant_id, Watcher.case_id == Case.id)
    .correlate(Case)
    .scalar_subquery()
)
"""F111: whom an event about a case names as followers."""


assignee_name = (
    select(_assignee.name)
    .where(_assignee.tenant_id == Case.tenant_id, _assignee.id == Case.assignee_id)
    .correlate(Case)
    .scalar_subquery()
)
"""Who has a case now, by name."""


def by_key(key: str) -> ColumnElement[bool]:
    """A case by its id or its reference."""
    return Case.number == int(key.removeprefix("CASE-")) if key.startswith("CASE-") else Case.id == UUID(key)


_KEYS = {"number": Case.number, "id": Case.id, "external_id": Case.external_id}


async def one(tx: AsyncSession, caller: Caller, key: str) -> AnyRow | None:
    """One case with its names, or None when missing or not for this caller."""
    if key.startswith("CASE-"):
        return await _whole(tx, caller, "number", int(key.removeprefix("CASE-")))
    return await _whole(tx, caller, "id", UUID(key))


async def one_of(tx: AsyncSession, caller: Caller, external_id: str) -> AnyRow | None:
    """The same by what the CRM calls it, for whoever sees that."""
    return await _whole(tx, caller, "external_id", external_id) if caller.kind != "contact" else None


async def _whole(tx: AsyncSession, caller: Caller, key: str, value: int | str | UUID) -> AnyRow | None:
    asked = who(caller) | {"value": value}
    return (await tx.execute(_seen_by(alike(caller, "cases"), key), asked)).one_or_none()


@lru_cache(maxsize=512)
def _seen_by(callers: Alike, key: str) -> AnyQuery:
    """The statement of a case's page, for all callers who see alike."""
    caller = callers.caller()
    colleagues = _colleagues if caller.kind == "staff" else null()
    whole = _WHOLE.add_columns(colleagues.label("colleagues"), *beside.columns(caller))
    return whole.where(visible(caller), _KEYS[key] == bindparam("value"))


async def open_counts(tx: AsyncSession, caller: Caller) -> Sequence[AnyRow]:
    """Open cases by status and priority, over at most the capped number of rows."""
    some = (
        select(Case.status, Case.priority)
        .where(visible(caller), Case.status.in_(OPEN_STATUSES))
        .limit(paging.COUNT_CAP + 1)
        .subquery()
    )
    query = select(some.c.status, some.c.priority, func.count().label("many")).group_by(some.c.status, some.c.priority)
    return (await tx.execute(query)).all()
