"""Reads of a tenant's desk."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import DeskRow, Group, KnownPerson
from cases.schemas.desk import Desk


async def desk(tx: AsyncSession) -> Desk:
    """What the tenant chose, and for the rest what everybody begins with."""
    return chosen((await tx.execute(select(DeskRow.settings))).scalar_one_or_none())


def chosen(settings: object) -> Desk:
    """The choices in a row's JSON; None where none was made yet. What is a choice no more is passed over."""
    return Desk.model_validate(settings or {}, extra="ignore")


async def whose_defaults(tx: AsyncSession, wanted: Desk) -> tuple[bool, bool]:
    """Is the default assignee active staff of this tenant, and the default group one of its groups?"""
    assignee = exists().where(
        KnownPerson.id == wanted.default_assignee_id, KnownPerson.kind == "staff", KnownPerson.active
    )
    group = exists().where(Group.id == wanted.default_group_id, ~Group.archived)
    found = (await tx.execute(select(assignee, group))).one()
    return found[0], found[1]
