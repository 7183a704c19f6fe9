"""Reads of ready-made replies."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases.models import CannedReply, Case, GroupMember
from cases.policy import visible
from cases.queries.cases import by_key
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow

MOST = 200


def usable(caller: Caller) -> ColumnElement[bool]:
    """Everybody's, and those of the caller's groups."""
    groups = select(GroupMember.group_id).where(GroupMember.person_id == caller.id)
    return or_(CannedReply.group_id.is_(None), CannedReply.group_id.in_(groups))


async def canned_replies(tx: AsyncSession, caller: Caller) -> Sequence[CannedReply]:
    """Those the caller may use, by title."""
    query = select(CannedReply).where(usable(caller)).order_by(CannedReply.title, CannedReply.id).limit(MOST)
    return (await tx.execute(query)).scalars().all()


async def canned_reply(tx: AsyncSession, caller: Caller, reply_id: UUID, key: str) -> AnyRow | None:
    """A reply with what of a case fills it."""
    facts = CannedReply.title, CannedReply.body, Case.number, Case.subject, Case.contact_name
    query: AnyQuery = select(*facts).select_from(CannedReply).join(Case, Case.tenant_id == CannedReply.tenant_id)
    query = query.where(CannedReply.id == reply_id, usable(caller), visible(caller), by_key(key))
    return (await tx.execute(query)).one_or_none()
