"""Sessions: opened for whoever has proven who they are, and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, queries
from identity.errors import LoginRefused
from identity.models import Password
from identity.schemas.words import Audience
from identity.service import audit
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now

LIFETIME = {"portal": timedelta(days=7), "console": timedelta(hours=24)}
"""A session ends then, however busy it is."""

# The tries to log in that led here are forgiven: the address they named is theirs. Who comes in by other means
# gets a row of passwords without one. Whoever has a second factor, or must have one, comes in with it or not at
# all, whichever way led here.
_OPEN = """
WITH forgiven AS (DELETE FROM login_tries WHERE tenant_id = $1 AND ip = $7
    AND email_key IN (lower($12), 'second/' || $5::uuid)),
known AS (INSERT INTO passwords (tenant_id, person_id, version, changed_at) VALUES ($1, $5::uuid, 1, now())
    ON CONFLICT DO NOTHING),
seen AS (UPDATE contacts SET last_login_at = now() WHERE tenant_id = $1 AND id = $5 AND $4 = 'portal'),
seen_too AS (UPDATE staff SET last_login_at = now() WHERE tenant_id = $1 AND id = $5 AND $4 = 'console')
INSERT INTO sessions (tenant_id, id, token_hash, audience, person_id, password_version, ip, user_agent, method,
    organisation_id, created_at, seen_at, ends_at)
SELECT $1, $2, $3, $4, $5::uuid, $6, $7, $8, $9,
    coalesce($10::uuid, (SELECT c.default_organisation_id FROM contacts c
        WHERE c.tenant_id = $1 AND c.id = $5 AND $4 = 'portal')), now(), now(), now() + $11::interval
WHERE $13::boolean OR NOT (EXISTS (SELECT FROM totps WHERE tenant_id = $1 AND person_id = $5)
    OR $4 = 'console' AND EXISTS (SELECT FROM portal_settings
        WHERE tenant_id = $1 AND (access ->> 'staff_second_factor')::boolean))
"""


@dataclass(frozen=True)
class Opening:
    """A session to open: whose, by which version of their password, from where, and how they proved it."""

    audience: Audience
    person_id: UUID | None
    password_version: int
    ip: str
    user_agent: str
    method: str = "password"
    organisation_id: UUID | None = None
    forgive: str = ""
    proven: bool = False
    """Was a second factor shown, or is the first one worth both?"""


async def open_session(tx: AsyncSession, new: Opening) -> tuple[str, datetime, Caller]:
    """A session's token, its end, and what the person is granted. Raises LoginRefused when they may not come in."""
    secret, session_id = passwords.token(), new_id()
    await fetch(
        tx,
        _OPEN,
        tenant_of(tx),
        session_id,
        passwords.digest(secret),
        new.audience,
        new.person_id,
        new.password_version,
        new.ip,
        new.user_agent,
        new.method,
        new.organisation_id,
        LIFETIME[new.audience],
        new.forgive,
        new.proven,
    )
    found = await queries.session_by(tx, passwords.digest(secret))
    if found is None:
        raise LoginRefused()
    session, caller, _ = found
    how = {"method": [None, new.method], "ip": [None, new.ip]}
    audit.note(tx, caller, audit.Line("session.begun", caller.kind, caller.id, caller.name, how))
    return secret, session["expires_at"], caller


async def end_session(tx: AsyncSession, secret: str) -> None:
    """Log out. A session that is over, or never was, stays so."""
    await fetch(tx, "SELECT session_end($1)", passwords.digest(secret))


async def set_password(tx: AsyncSession, person_id: UUID, hashed: str | None, *, must_change: bool = False) -> int:
    """F033: give somebody a password. Every session an older one opened is over with this. Says its version."""
    values = {"hash": hashed, "must_change": must_change, "changed_at": now()}
    statement = insert(Password).values(tenant_id=tenant_of(tx), person_id=person_id, version=1, **values)
    newer = values | {"version": Password.version + 1}
    conflict = statement.on_conflict_do_update(index_elements=["tenant_id", "person_id"], set_=newer)
    version: int = (await tx.execute(conflict.returning(Password.version))).scalar_one()
    return version
