"""Logging in and out.

A login takes two transactions with the hashing between them, so that nobody holds a database connection
while waiting for a thread: `begin_login` counts the try, `finish_login` opens the session.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, queries
from identity.errors import LoginRefused, TooManyTries
from identity.models import Password
from identity.schemas.internal import Login
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now

LIFETIME = {"portal": timedelta(days=7), "console": timedelta(hours=24)}
"""A session ends then, however busy it is."""

# Refusing slows the source down and nobody else: 5 tries in 5 minutes for one person from one address,
# 50 from one address, and 300 for a whole tenant, which do not count against an address from which
# somebody has logged in before. A try that succeeds is taken off again.
_TRY = """
WITH wait AS (SELECT greatest(
    (SELECT at FROM login_tries WHERE tenant_id = $1 AND ip = $2 AND email_key = lower($3)
        ORDER BY at DESC OFFSET 4 LIMIT 1),
    (SELECT at FROM login_tries WHERE tenant_id = $1 AND ip = $2 ORDER BY at DESC OFFSET 49 LIMIT 1),
    CASE WHEN NOT EXISTS (SELECT FROM sessions WHERE tenant_id = $1 AND ip = $2) THEN
        (SELECT at FROM login_tries WHERE tenant_id = $1 ORDER BY at DESC OFFSET 299 LIMIT 1) END
) + interval '5 minutes' - now() AS longer), noted AS (
    INSERT INTO login_tries (tenant_id, id, ip, email_key)
    SELECT $1, $4, $2, lower($3) FROM wait WHERE longer IS NULL OR longer <= interval '0'
)
SELECT ceil(extract(epoch FROM longer))::integer AS seconds FROM wait
"""

# F052: who may come in: portal-enabled, inside the support window, of an active organisation.
_WHO = {
    "portal": """
        SELECT c.id, p.hash, p.version FROM contacts c
        JOIN passwords p ON p.tenant_id = c.tenant_id AND p.person_id = c.id
        JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
        JOIN tenants t ON t.tenant_id = c.tenant_id AND t.status = 'active'
        WHERE c.tenant_id = $1 AND c.email_key = lower($2) AND c.portal_enabled
            AND coalesce(c.support_start_on <= current_date, true) AND coalesce(c.support_end_on >= current_date, true)
    """,
    "console": """
        SELECT s.id, p.hash, p.version FROM staff s
        JOIN passwords p ON p.tenant_id = s.tenant_id AND p.person_id = s.id
        JOIN tenants t ON t.tenant_id = s.tenant_id AND t.status = 'active'
        WHERE s.tenant_id = $1 AND s.email_key = lower($2) AND s.active
    """,
}
_OPEN = """
WITH forgiven AS (DELETE FROM login_tries WHERE tenant_id = $1 AND ip = $2 AND email_key = lower($3))
INSERT INTO sessions (tenant_id, id, token_hash, audience, person_id, password_version, ip, user_agent,
    created_at, seen_at, ends_at)
VALUES ($1, $4, $5, $6, $7, $8, $2, $9, now(), now(), now() + $10::interval)
"""


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants in, and whom they would come in as: nobody, where no such person may."""

    login: Login
    person_id: UUID | None = None
    hash: str | None = None
    password_version: int = 0


async def begin_login(tx: AsyncSession, login: Login) -> Attempt:
    """F032: count the try, find the person. Raises TooManyTries."""
    [wait] = await fetch(tx, _TRY, tenant_of(tx), login.ip, login.email, new_id())
    if wait["seconds"] and wait["seconds"] > 0:
        raise TooManyTries(headers={"retry-after": str(wait["seconds"])})
    rows = await fetch(tx, _WHO[login.audience], tenant_of(tx), login.email)
    if not rows:
        return Attempt(login)
    return Attempt(login, rows[0]["id"], rows[0]["hash"], rows[0]["version"])


async def finish_login(tx: AsyncSession, attempt: Attempt) -> tuple[str, datetime, Caller]:
    """Open a session for a password that matched: its token, its end, and what the person is granted.

    Raises LoginRefused when the person, or the password, changed in the meantime.
    """
    login, secret = attempt.login, passwords.token()
    await fetch(
        tx,
        _OPEN,
        tenant_of(tx),
        login.ip,
        login.email,
        new_id(),
        passwords.digest(secret),
        login.audience,
        attempt.person_id,
        attempt.password_version,
        login.user_agent,
        LIFETIME[login.audience],
    )
    found = await queries.session_by(tx, passwords.digest(secret))
    if found is None:
        raise LoginRefused()
    session, caller, _ = found
    return secret, session["expires_at"], caller


async def end_session(tx: AsyncSession, secret: str) -> None:
    """Log out. A session that is over, or never was, stays so."""
    await fetch(tx, "SELECT session_end($1)", passwords.digest(secret))


async def set_password(tx: AsyncSession, person_id: UUID, hashed: str) -> None:
    """F033: give somebody a password. Every session an older one opened is over with this."""
    statement = insert(Password).values(
        tenant_id=tenant_of(tx), person_id=person_id, hash=hashed, version=1, changed_at=now()
    )
    newer = {"hash": statement.excluded.hash, "version": Password.version + 1, "changed_at": now()}
    await tx.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "person_id"], set_=newer))
