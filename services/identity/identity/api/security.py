"""One's own ways in: sessions, second factor, PIN."""

from uuid import UUID

from fastapi import Depends

from identity import queries, service
from identity.schemas.devices import browser_of, system_of
from identity.schemas.security import Sessions, SessionsEnded, SessionView
from kit.db import AnyRow
from kit.edge import Caller, Tx, router
from kit.problems import NotFound


def _somebody(caller: Caller) -> None:
    """Contacts and staff have ways in of their own; keys and guests have none."""
    if caller.kind not in ("contact", "staff") or caller.id is None:
        raise NotFound()


security = router(tags=["security"], dependencies=[Depends(_somebody)])


@security.get("/me/sessions")
async def list_my_sessions(caller: Caller, tx: Tx) -> Sessions:
    """Where the caller is logged in."""
    return Sessions(items=[_session_view(row, caller.session_id) for row in await queries.sessions(tx, caller)])


@security.post("/me/sessions/{session_id}/end", status_code=204)
async def end_my_session(session_id: UUID, caller: Caller, tx: Tx) -> None:
    """Log one device out, everywhere within five seconds."""
    await service.end_own_session(tx, caller, session_id)


@security.post("/me/sessions/end-others")
async def end_my_other_sessions(caller: Caller, tx: Tx) -> SessionsEnded:
    """Log every device out but this one."""
    return SessionsEnded(ended=await service.end_other_sessions(tx, caller))


def _session_view(row: AnyRow, current: UUID | None) -> SessionView:
    device = {"browser": browser_of(row.user_agent), "system": system_of(row.user_agent)}
    return SessionView(
        id=row.id,
        ip=row.ip,
        method=row.method,
        created_at=row.created_at,
        seen_at=row.seen_at,
        current=row.id == current,
        **device,
    )
