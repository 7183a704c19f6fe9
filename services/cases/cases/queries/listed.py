"""Reads of what a desk offers in lists."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Category, Department, Group, GroupMember, KnownPerson, Product, RequestTemplate
from kit.db import AnyRow

MOST = 1000
"""How many of a noun are listed. More make a list that nobody reads."""

Noun = type[Category] | type[Department] | type[Product] | type[Group] | type[RequestTemplate]

members = (
    select(func.coalesce(func.array_agg(GroupMember.person_id), literal_column("'{}'::uuid[]")))
    .where(GroupMember.tenant_id == Group.tenant_id, GroupMember.group_id == Group.id)
    .correlate(Group)
    .scalar_subquery()
)
"""Who is in a group."""


async def listed(tx: AsyncSession, noun: Noun) -> Sequence[AnyRow]:
    """All of a noun, in their order, archived ones last."""
    query: Any = select(*noun.__table__.c)
    if noun is Group:
        query = query.add_columns(members.label("member_ids"))
    rows: Sequence[AnyRow] = (
        await tx.execute(query.order_by(noun.archived, noun.position, noun.name, noun.id).limit(MOST))
    ).all()
    return rows


async def all_staff(tx: AsyncSession, ids: Collection[UUID]) -> bool:
    """Are all of these active staff of this tenant?"""
    query = select(func.count()).select_from(KnownPerson)
    query = query.where(KnownPerson.id.in_(ids), KnownPerson.kind == "staff", KnownPerson.active)
    return (await tx.execute(query)).scalar_one() == len(set(ids))
