"""The views of the staff's queue: what each holds, and how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import OPEN_STATUSES, Case, GroupMember
from cases.policy import visible
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow
from kit.ids import now

_c = Case.__table__.c
VIEWS = ("mine", "unassigned", "groups", "overdue", "waiting", "all")


def held_by(view: str, caller: Caller) -> ColumnElement[bool]:
    """The open cases of a view."""
    is_open = _c.status.in_(OPEN_STATUSES)
    groups = select(GroupMember.group_id).where(GroupMember.person_id == caller.id)
    narrower: dict[str, ColumnElement[bool]] = {
        "mine": and_(is_open, _c.assignee_id == caller.id),
        "unassigned": and_(is_open, _c.assignee_id.is_(None)),
        "groups": and_(is_open, _c.group_id.in_(groups)),
        "overdue": overdue(now()),
        "waiting": _c.status == "waiting",
    }
    return narrower.get(view, is_open)


def overdue(moment: datetime) -> ColumnElement[bool]:
    """A promise is broken: not answered, or not solved, in time, and nobody waits for the customer."""
    response = and_(_c.response_due_at < moment, _c.first_response_at.is_(None))
    resolution = _c.resolution_due_at < moment
    running = and_(_c.paused_since.is_(None), _c.resolved_at.is_(None), _c.status != "closed")
    return and_(running, or_(response, resolution))


async def counts(tx: AsyncSession, caller: Caller) -> AnyRow:
    """How many cases each view holds, each up to the cap, in one statement."""
    return (await tx.execute(select(*(_counted(view, caller) for view in VIEWS)))).one()


def _counted(view: str, caller: Caller) -> ColumnElement[Any]:
    some: AnyQuery = select(literal_column("1")).select_from(Case).where(visible(caller), held_by(view, caller))
    few = some.limit(paging.COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery().label(view)
