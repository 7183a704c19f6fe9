"""Reads of the views that people keep, and how much each holds."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Case, GroupMember, SavedView
from cases.queries.lists import matching
from cases.schemas.views import ViewQuery
from kit import paging
from kit.alike import Alike, alike, who
from kit.caller import Caller
from kit.db import AnyQuery, at_most

MOST = 100
COUNTED = 20
"""How many views are counted at once; more would make a long statement that nobody reads the end of."""


def owned(caller: Caller) -> ColumnElement[bool]:
    """One's own views, of the organisation one acts for."""
    return and_(SavedView.owner_id == caller.id, SavedView.organisation_id.is_not_distinct_from(caller.organisation_id))


def readable(caller: Caller) -> ColumnElement[bool]:
    """One's own views, and for staff those that are shared with them."""
    own = owned(caller)
    if caller.kind != "staff":
        return own
    groups = select(GroupMember.group_id).where(GroupMember.person_id == caller.id)
    in_group = and_(SavedView.shared_with == "group", SavedView.group_id.in_(groups))
    return or_(own, SavedView.shared_with == "staff", in_group)


async def saved_views(tx: AsyncSession, caller: Caller) -> Sequence[SavedView]:
    """Those the caller may use, by name."""
    return (await tx.execute(_readable(alike(caller, "cases")), who(caller))).scalars().all()


@lru_cache(maxsize=512)
def _readable(callers: Alike) -> Select[SavedView]:
    query = select(SavedView).where(readable(callers.caller()))
    return query.order_by(SavedView.name, SavedView.id).limit(at_most(MOST))


async def saved_counts(tx: AsyncSession, caller: Caller, views: Sequence[SavedView]) -> dict[UUID, int]:
    """How many cases of those the caller sees each holds, up to the cap, in one statement. A search is not counted."""
    counted = [view for view in views if not view.query.get("q")][:COUNTED]
    if not counted:
        return {}
    columns = [_counted(caller, ViewQuery.model_validate(view.query)) for view in counted]
    row = (await tx.execute(select(*(one.label(f"n{at}") for at, one in enumerate(columns))))).one()
    return {view.id: many for view, many in zip(counted, row, strict=True)}


def _counted(caller: Caller, asked: ViewQuery) -> ColumnElement[Any]:
    some: AnyQuery = select(literal_column("1")).select_from(Case).where(*matching(caller, asked.filters))
    few = some.limit(paging.COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
