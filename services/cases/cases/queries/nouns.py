"""What a change to a case names of its desk's lists: read with the case itself, in the one statement that locks it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, null, or_, select

from cases.models import Case, Category, Department, Group, GroupMember, Product

LISTS: dict[str, Any] = {
    "category_id": Category,
    "department_id": Department,
    "product_id": Product,
    "group_id": Group,
}
"""Columns of a case that name a row of a list."""


def nouns(wanted: Mapping[str, Any]) -> ColumnElement[Any]:
    """For each list of which something is wanted: names by id, of what the case has now and of what it is to have.

    What is not this desk's, or offered no more, is not among them.
    """
    parts: list[Any] = []
    for column, model in LISTS.items():
        if column in wanted or (model is Category and "category" in wanted):
            parts += [column, _names(column, model, wanted)]
    return func.json_build_object(*parts) if parts else null()


def _names(column: str, model: Any, wanted: Mapping[str, Any]) -> ColumnElement[Any]:
    chosen = model.id == wanted.get(column)
    if model is Category and column not in wanted:
        chosen = func.lower(model.name) == func.lower(wanted["category"])
    asked = or_(model.id == getattr(Case, column), and_(chosen, ~model.archived))
    return (
        select(func.json_object_agg(cast(model.id, Text), model.name))
        .where(model.tenant_id == Case.tenant_id, asked)
        .correlate(Case)
        .scalar_subquery()
    )


def member_ids(group_id: UUID | None = None) -> ColumnElement[Any]:
    """F101: who is in the group a case is in, or is given to."""
    which = GroupMember.group_id == (group_id or Case.group_id)
    return (
        select(func.array_agg(GroupMember.person_id))
        .where(GroupMember.tenant_id == Case.tenant_id, which)
        .correlate(Case)
        .scalar_subquery()
    )
