"""Reads of who is who, from this service's own copies."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import KnownPerson
from kit.db import AnyQuery, AnyRow


def staff_name(person_id: UUID | None) -> ScalarSelect[str | None]:
    """The name of an active member of staff, by this service's own copy; NULL for nobody and for anybody else."""
    named = select(KnownPerson.name).where(KnownPerson.id == person_id, KnownPerson.kind == "staff", KnownPerson.active)
    return named.scalar_subquery()


async def person(tx: AsyncSession, person_id: UUID, kind: str, organisation_id: UUID | None = None) -> AnyRow | None:
    """An active contact or member of staff, of this organisation if one is named, from this service's own copy."""
    query: AnyQuery = select(KnownPerson.id, KnownPerson.name, KnownPerson.organisation_id).where(
        KnownPerson.id == person_id, KnownPerson.kind == kind, KnownPerson.active
    )
    if organisation_id is not None:
        own = and_(KnownPerson.organisation_ids.is_(None), KnownPerson.organisation_id == organisation_id)
        query = query.where(or_(own, literal(organisation_id) == func.any(KnownPerson.organisation_ids)))
    return (await tx.execute(query)).one_or_none()


def of_organisation(organisation_id: Any) -> ColumnElement[bool]:
    """Contacts of this organisation, by this service's own copy."""
    own = and_(KnownPerson.organisation_ids.is_(None), KnownPerson.organisation_id == organisation_id)
    asked = literal(organisation_id) if isinstance(organisation_id, UUID) else organisation_id
    # With the array on the right, as PostgreSQL wants it.
    one_of_theirs = asked.op("=")(func.any(KnownPerson.organisation_ids))
    return and_(KnownPerson.kind == "contact", or_(own, one_of_theirs))
