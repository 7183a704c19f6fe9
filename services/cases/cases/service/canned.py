"""Ready-made replies: written, changed, taken away, and filled for a case."""

import re
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from cases import queries
from cases.errors import CannedReplyNotFound, MayNotDoThat, UnknownGroup, UnknownPlaceholder
from cases.models import CannedReply, Group
from cases.policy import may_use_canned
from cases.schemas.talk import CannedReplyView, NewCannedReply
from kit.caller import Caller
from kit.ids import new_id
from kit.problems import VersionStale

PLACEHOLDERS = ("contact_name", "reference", "subject", "agent_name")
"""What a reply may hold in double braces. Nothing of it is ever run: a name stands for a text, and that is all."""
_HOLE = re.compile(r"\{\{\s*(.{0,40}?)\s*\}\}")


async def write_canned(tx: AsyncSession, caller: Caller, new: NewCannedReply) -> CannedReply:
    """Keep a reply for all, or for a group."""
    await _check(tx, caller, new)
    reply = CannedReply(id=new_id(), title=new.title, body=new.body, group_id=new.group_id)
    tx.add(reply)
    await tx.flush()
    return reply


async def change_canned(
    tx: AsyncSession, caller: Caller, reply_id: UUID, wanted: NewCannedReply, version: int
) -> CannedReply:
    """Change a reply. Raises VersionStale when it has moved on."""
    await _check(tx, caller, wanted)
    reply = await _find(tx, caller, reply_id)
    if reply.version != version:
        raise VersionStale()
    reply.title, reply.body, reply.group_id = wanted.title, wanted.body, wanted.group_id
    reply.version += 1
    return reply


async def drop_canned(tx: AsyncSession, caller: Caller, reply_id: UUID) -> None:
    """Take a reply away; what was sent with it stays."""
    if not may_use_canned(caller):
        raise MayNotDoThat()
    await tx.delete(await _find(tx, caller, reply_id))


async def fill_canned(tx: AsyncSession, caller: Caller, reply_id: UUID, key: str) -> CannedReplyView:
    """A reply with a case's own words in its places."""
    found = await queries.canned_reply(tx, caller, reply_id, key) if may_use_canned(caller) else None
    if found is None:
        raise CannedReplyNotFound()
    facts = dict(
        zip(PLACEHOLDERS, (found.contact_name, f"CASE-{found.number}", found.subject, caller.name), strict=True)
    )
    body = _HOLE.sub(lambda hole: facts.get(hole[1], hole[0]), found.body)
    return CannedReplyView(id=reply_id, title=found.title, body=body, group_id=None, version=0)


async def _find(tx: AsyncSession, caller: Caller, reply_id: UUID) -> CannedReply:
    query = select(CannedReply).where(CannedReply.id == reply_id, queries.usable(caller)).with_for_update()
    reply = (await tx.execute(query)).scalar_one_or_none()
    if reply is None:
        raise CannedReplyNotFound()
    return reply


async def _check(tx: AsyncSession, caller: Caller, wanted: NewCannedReply) -> None:
    if not may_use_canned(caller):
        raise MayNotDoThat()
    if unknown := [hole for hole in _HOLE.findall(wanted.body) if hole not in PLACEHOLDERS]:
        detail = f"{{{{{unknown[0]}}}}} is not known here: use {', '.join(PLACEHOLDERS)}."
        raise UnknownPlaceholder(detail, errors=[{"field": "body", "detail": detail}])
    if wanted.group_id and not (await tx.execute(select(exists().where(Group.id == wanted.group_id)))).scalar():
        raise UnknownGroup()
