"""What a list of cases can be narrowed by, in one statement."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Category, Department, Group, KnownPerson
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, at_most

MOST = 200
"""How many of a kind somebody chooses from. A longer list is searched instead."""

Noun = type[Category] | type[Department] | type[Group]


async def choices(tx: AsyncSession, caller: Caller) -> AnyRow:
    """Categories and departments, for staff groups and colleagues besides; NULL where there are none."""
    return (await tx.execute(_choices(caller.kind == "staff"))).one()


@cache
def _choices(staff: bool) -> AnyQuery:
    nouns: dict[str, Noun] = {"categories": Category, "departments": Department}
    columns = {name: _listed(noun) for name, noun in nouns.items()}
    none: ColumnElement[Any] = literal_column("NULL")
    columns |= {"groups": _listed(Group) if staff else none, "colleagues": _colleagues() if staff else none}
    return select(*(column.label(name) for name, column in columns.items()))


def _listed(noun: Noun) -> ColumnElement[Any]:
    c = noun.__table__.c
    some = select(c.id, c.name).where(~c.archived).order_by(c.position, c.name, c.id).limit(at_most(MOST))
    return select(func.json_agg(some.subquery().table_valued())).scalar_subquery()


def _colleagues() -> ColumnElement[Any]:
    c = KnownPerson.__table__.c
    some = select(c.id, c.name).where(c.kind == "staff", c.active).order_by(c.name, c.id).limit(at_most(MOST))
    return select(func.json_agg(some.subquery().table_valued())).scalar_subquery()
