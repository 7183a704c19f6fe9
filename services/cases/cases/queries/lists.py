"""The list of cases: which, in which order, page by page or all of them.

Written on the table's own columns, not the mapped ones: nothing is loaded as an object here, and what the mapper adds
to composing a statement is a third of what this hot read costs.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    ScalarSelect,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import Case, Department, Group, KnownOrganisation, KnownPerson
from cases.policy import mine, visible
from cases.queries import kept
from cases.queries.rules import status_words
from cases.queries.sought import ALL, hits, midnight, next_day
from cases.queries.views import held_by
from cases.schemas.lists import CaseFilters
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, Database

SLICE = 1_000
"""Rows that an export reads at once."""

_cases, _people = Case.__table__, KnownPerson.__table__
_c = _cases.c
_organisation, _department, _group = (kind.__table__ for kind in (KnownOrganisation, Department, Group))
_assignee = _people.alias("assignee")

_ROW: AnyQuery = (
    select(_c.id, _c.number, _c.subject, _c.status, _c.priority, _c.category, _c.organisation_id)
    .add_columns(_department.c.name.label("department"), _organisation.c.name.label("organisation_name"))
    .add_columns(_c.contact_id, _c.contact_name, _c.assignee_id, _c.created_at, _c.updated_at)
    .add_columns(_assignee.c.name.label("assignee_name"), _assignee.c.email.label("assignee_email"))
    .add_columns(_c.first_response_at, _c.response_due_at, _c.resolution_due_at, _c.next_update_on)
    .add_columns(_c.paused_since, _c.resolved_at)
    .select_from(
        _cases.outerjoin(
            _organisation, and_(_organisation.c.tenant_id == _c.tenant_id, _organisation.c.id == _c.organisation_id)
        )
        .outerjoin(_assignee, and_(_assignee.c.tenant_id == _c.tenant_id, _assignee.c.id == _c.assignee_id))
        .outerjoin(_department, and_(_department.c.tenant_id == _c.tenant_id, _department.c.id == _c.department_id))
    )
)

# Word for word as the indexes have them (migration 0007): an order that says it otherwise is sorted by hand.
_PRIORITY: ColumnElement[int] = literal_column(
    "(CASE cases.priority WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'normal' THEN 2 ELSE 1 END)"
)
_STATUS: ColumnElement[int] = literal_column(
    "(CASE cases.status WHEN 'new' THEN 5 WHEN 'in_progress' THEN 4 WHEN 'waiting' THEN 3 WHEN 'resolved' THEN 2"
    " ELSE 1 END)"
)
_ORDERS: dict[str, tuple[tuple[ColumnElement[Any], type[datetime | int | UUID]], ...]] = {
    "updated_at": ((_c.updated_at, datetime), (_c.id, UUID)),
    "created_at": ((_c.created_at, datetime), (_c.id, UUID)),
    "priority": ((_PRIORITY, int), (_c.updated_at, datetime), (_c.id, UUID)),
    "status": ((_STATUS, int), (_c.updated_at, datetime), (_c.id, UUID)),
    "reference": ((_c.number, int),),
}
"""F103: by what a list is sorted. Each ends with what no two cases have in common, and has an index of its own."""

_DATES: dict[str, ColumnElement[datetime]] = {
    "created": _c.created_at,
    "updated": _c.updated_at,
    "closed": _c.closed_at,
    "due": _c.resolution_due_at,
}


async def page(tx: AsyncSession, caller: Caller, filters: CaseFilters) -> tuple[Sequence[AnyRow], str | None, int]:
    """F103: one page of the cases a caller may see, the cursor of the next, and how many there are in all."""
    query, counting, values = kept.of_a_list(_composed, caller, filters)
    values |= _after(filters)
    shown, last = paging.cut((await tx.execute(query, values)).all(), filters.limit)
    counted = shown[0].counted if shown else (await tx.execute(counting, values)).scalar_one()
    return shown, _cursor(filters, last), counted


async def bodies(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """F083: what the cases of a page begin with; they were found by its policy."""
    rows = (await tx.execute(select(_c.id, func.left(_c.body, 1_000)).where(_c.id.in_(ids)))).all()
    return {row[0]: row[1] for row in rows}


def _composed(caller: Caller, filters: CaseFilters) -> tuple[AnyQuery, AnyQuery]:
    """The statement of a page, and the one that counts where a page has no row to say it."""
    held, counting = _found(caller, filters) if filters.q else _listed(caller, filters)
    # Counted by the same statement: composing and sending a second one costs more than it does.
    row = _ROW.add_columns(counting.label("counted"), status_words(caller).label("status_words"))
    return _ordered(row.where(*held), filters, filters.limit), select(counting)


Held = tuple[list[ColumnElement[bool]], ScalarSelect[int]]
"""Which cases a page is taken from, and how many there are in all."""


def _listed(caller: Caller, filters: CaseFilters) -> Held:
    held = matching(caller, filters)
    return held, _count(held)


def _found(caller: Caller, filters: CaseFilters) -> Held:
    """A search finds some in no order of an index: looked at once, for the page and for how many it is.

    Names are fetched for those of the page alone. A later page looks behind the one before, and counts anew.
    """
    order, behind = _order(filters), _behind(filters)
    keyed = [column.label(f"key{n}") for n, column in enumerate(order)]
    found = select(_c.id, *keyed).where(*matching(caller, filters, behind)).cte("found")
    keys = [found.c[f"key{n}"] for n in range(len(order))]
    shown = _sorted(select(found.c.id), keys, filters, filters.limit).scalar_subquery()
    counted = select(_c.id).where(*matching(caller, filters)).cte("counted") if behind else found
    return [_c.id == func.any(func.array(shown))], select(func.count()).select_from(counted).scalar_subquery()


def _behind(filters: CaseFilters) -> datetime | None:
    """Where the newest come first: when the last row of the page before was changed."""
    moment: datetime | None = _after(filters).get("after0") if filters.sort == "-updated_at" else None
    return moment


async def every(database: Database, caller: Caller, filters: CaseFilters) -> AsyncIterator[Sequence[AnyRow]]:
    """F119: all of a list, in its order, slice by slice, each in a transaction of its own.

    So nobody who reads slowly holds a connection. A case that moves in the order meanwhile may be met twice or not.
    """
    if filters.q:
        async for rows in _every_found(database, caller, filters):
            yield rows
        return
    query = _ROW.add_columns(status_words(caller).label("status_words")).where(*matching(caller, filters))
    cursor: str | None = None
    while True:
        wanted = filters.model_copy(update={"cursor": cursor})
        async with database.transaction(caller.tenant_id) as tx:
            asked = await tx.execute(_ordered(query, wanted, SLICE), _after(wanted))
            rows, last = paging.cut(asked.all(), SLICE)
        yield rows
        cursor = _cursor(filters, last)
        if cursor is None:
            return


async def _every_found(database: Database, caller: Caller, filters: CaseFilters) -> AsyncIterator[Sequence[AnyRow]]:
    """All that a search finds: looked for once, for it costs most; 16 bytes each are kept of what is still to come."""
    down = filters.sort.startswith("-")
    order = [column.desc() if down else column for column in _order(filters)]
    ids = func.string_agg(func.uuid_send(_c.id), aggregate_order_by(literal(b""), *order), type_=LargeBinary())
    async with database.transaction(caller.tenant_id) as tx:
        found = (await tx.execute(select(ids).where(*matching(caller, filters, most=ALL)))).scalar() or b""
    # Asked again for each slice: what was taken out of reach meanwhile is left out.
    query = _ROW.add_columns(status_words(caller).label("status_words"))
    query = query.where(*matching(caller, filters.model_copy(update={"q": None})))
    for begin in range(0, len(found), 16 * SLICE):
        piece = found[begin : begin + 16 * SLICE]
        wanted = [UUID(bytes=piece[at : at + 16]) for at in range(0, len(piece), 16)]
        async with database.transaction(caller.tenant_id) as tx:
            rows = {row.id: row for row in (await tx.execute(query.where(_c.id == func.any(wanted)))).all()}
        yield [rows[one] for one in wanted if one in rows]


def _ordered(query: AnyQuery, filters: CaseFilters, limit: int) -> AnyQuery:
    """The query in its order, after its cursor, with what the next cursor is made of as `key0`, `key1` ..."""
    columns = _order(filters)
    query = query.add_columns(*(column.label(f"key{number}") for number, column in enumerate(columns)))
    return _sorted(query, columns, filters, limit)


def _sorted(query: AnyQuery, columns: Sequence[ColumnElement[Any]], filters: CaseFilters, limit: int) -> AnyQuery:
    """The query in the order of its keys, after its cursor, whose values are named as `_after` has them."""
    down = filters.sort.startswith("-")
    if filters.cursor:
        key = tuple_(*columns)
        after = tuple_(*(bindparam(f"after{number}", type_=column.type) for number, column in enumerate(columns)))
        query = query.where(key < after if down else key > after)
    return query.order_by(*(column.desc() if down else column for column in columns)).limit(limit + 1)


def _order(filters: CaseFilters) -> list[ColumnElement[Any]]:
    return [column for column, _ in _ORDERS[filters.sort.removeprefix("-")]]


def _after(filters: CaseFilters) -> dict[str, Any]:
    """The values behind a cursor, as `_ordered` names them. Raises Invalid for a cursor that is none of this order."""
    kinds = (kind for _, kind in _ORDERS[filters.sort.removeprefix("-")])
    after = paging.decode(filters.cursor, *kinds) or ()
    return {f"after{number}": value for number, value in enumerate(after)}


def _cursor(filters: CaseFilters, last: AnyRow | None) -> str | None:
    many = len(_ORDERS[filters.sort.removeprefix("-")])
    return paging.encode(*(getattr(last, f"key{number}") for number in range(many))) if last else None


def _count(held: list[ColumnElement[bool]]) -> ScalarSelect[int]:
    """How many cases match, counted no further than the cap."""
    some = select(literal_column("1")).select_from(_cases).where(*held).limit(paging.COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def matching(
    caller: Caller, filters: CaseFilters, behind: datetime | None = None, most: int = 0
) -> list[ColumnElement[bool]]:
    """Which cases a list holds: those the caller may see, narrowed by its filters; see `sought.hits` for the rest."""
    found: list[ColumnElement[bool]] = [visible(caller)]
    if filters.scope == "mine":
        found.append(mine(caller))
    if filters.view:
        found.append(held_by(filters.view, caller))
    for name in ("id", "status", "priority"):
        if wanted := getattr(filters, name):
            found.append(_c[name].in_(wanted))
    for name in ("contact_id", "organisation_id", "category_id", "department_id", "group_id"):
        if wanted := getattr(filters, name):
            found.append(_c[name] == wanted)
    if filters.group_id and caller.kind == "contact":
        found.append(false())
    if filters.assignee:
        found.append(_assigned(caller, filters.assignee))
    found += _dated(filters)
    if not filters.q:
        return found
    # IS TRUE: what was found is fetched by its ids. A plan that is kept would read all of a large customer instead.
    return [_c.id == func.any(hits(caller, filters, behind, most)), and_(true(), *found).is_(True)]


def _dated(filters: CaseFilters) -> list[ColumnElement[bool]]:
    """F103: from a day to a day, both included."""
    column = _DATES[filters.date]
    lower = [(_c.created_at, filters.created_from), (column, filters.date_from)]
    upper = [(_c.created_at, filters.created_to), (column, filters.date_to)]
    return [one >= midnight(day) for one, day in lower if day] + [one < next_day(day) for one, day in upper if day]


def _assigned(caller: Caller, assignee: str) -> ColumnElement[bool]:
    if assignee == "none":
        return _c.assignee_id.is_(None)
    return _c.assignee_id == (caller.id if assignee == "me" else assignee)
