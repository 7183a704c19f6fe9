"""The devices somebody is logged in on, and the end of those they do not want any more."""

from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import SessionNotFound
from identity.models import Session
from identity.policy import visible_sessions
from identity.service import audit
from kit.caller import Caller
from kit.ids import now


async def end_own_session(tx: AsyncSession, caller: Caller, session_id: UUID) -> None:
    """End one of one's own sessions. Raises SessionNotFound for another's, and for one that is over."""
    if not await _end(tx, caller, Session.id == session_id):
        raise SessionNotFound()


async def end_other_sessions(tx: AsyncSession, caller: Caller) -> int:
    """End all of one's own sessions but this one. Says how many there were."""
    return await _end(tx, caller, Session.id != caller.session_id if caller.session_id else Session.id.is_not(None))


async def _end(tx: AsyncSession, caller: Caller, which: ColumnElement[bool]) -> int:
    """Every service hears of it within seconds: nobody keeps an answer about a session for longer."""
    mine = update(Session).where(visible_sessions(caller), Session.ended_at.is_(None), Session.ends_at > now(), which)
    ended = (await tx.execute(mine.values(ended_at=now()).returning(Session.id))).scalars().all()
    if ended:
        how = {"sessions": [len(ended), 0]}
        audit.note(tx, caller, audit.Line("session.ended", caller.kind, caller.id, caller.name, how))
    return len(ended)
