"""Reads of who is logged in, and how people prove who they are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.models import Password, Session
from identity.queries.portals import Portal
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, fetch

IDLE = timedelta(hours=8)
"""A session that nobody used for so long is over."""


async def session_by(
    tx: AsyncSession, token_hash: bytes, wanted: UUID | None = None
) -> tuple[Any, Caller, Portal] | None:
    """Who is behind a session and what they are granted, if it and they are still good. One statement.

    Acting for the organisation that is `wanted`, if it is one of theirs; nothing is changed by that.
    """
    rows = await fetch(tx, "SELECT * FROM session_known($1, $2, $3)", token_hash, IDLE, wanted)
    if not rows:
        return None
    portal = rows[0]["portal"]
    return rows[0], policy.caller_of_person(rows[0], portal), portal


async def sessions(tx: AsyncSession, caller: Caller) -> Sequence[AnyRow]:
    """The caller's own sessions that are alive, the one used last first."""
    columns = (Session.id, Session.ip, Session.user_agent, Session.method, Session.created_at, Session.seen_at)
    query: AnyQuery = select(*columns).join(Password, Password.person_id == Session.person_id)
    alive = (Session.ended_at.is_(None), Session.ends_at > func.now(), Session.seen_at > func.now() - IDLE)
    query = query.where(policy.visible_sessions(caller), *alive, Session.password_version == Password.version)
    return (await tx.execute(query.order_by(Session.seen_at.desc()).limit(100))).all()


_SECURITY = """
SELECT w.hash IS NOT NULL AS has_password, f.created_at AS totp_since,
    (SELECT count(*) FROM recovery_codes r WHERE r.tenant_id = $1 AND r.person_id = $2 AND r.used_at IS NULL)
        AS codes_left,
    $3 AND coalesce((s.access ->> 'staff_second_factor')::boolean, false) AS required
FROM portal_settings s
LEFT JOIN passwords w ON w.tenant_id = s.tenant_id AND w.person_id = $2
LEFT JOIN totps f ON f.tenant_id = s.tenant_id AND f.person_id = $2
WHERE s.tenant_id = $1
"""


async def security(tx: AsyncSession, caller: Caller) -> dict[str, Any]:
    """How somebody proves who they are: password, app, codes left."""
    [row] = await fetch(tx, _SECURITY, caller.tenant_id, caller.id, caller.kind == "staff")
    return dict(row)
