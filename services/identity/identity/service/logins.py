"""Logging in: who it is, and whether they may come in now.

A login takes two transactions with the hashing between them, so that nobody holds a database connection
while waiting for a thread: `begin_login` counts the try, `finish_login` opens the session.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import AccessNotYet, AccessOver, TooManyTries
from identity.schemas.internal import Login
from identity.service.sessions import Opening, open_session
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id, now

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

# Who could come in: portal-enabled, of an active organisation. Whether now is asked when the password was right.
_WHO = {
    "portal": """
        SELECT c.id, p.hash, p.version, c.support_start_on, c.support_end_on,
            s.access ->> 'after_window' = 'read_only' AS may_look
        FROM contacts c
        JOIN passwords p ON p.tenant_id = c.tenant_id AND p.person_id = c.id
        JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
        JOIN tenants t ON t.tenant_id = c.tenant_id AND t.status = 'active'
        JOIN portal_settings s ON s.tenant_id = c.tenant_id
        WHERE c.tenant_id = $1 AND c.email_key = lower($2) AND c.portal_enabled
    """,
    "console": """
        SELECT s.id, p.hash, p.version, NULL::date AS support_start_on, NULL::date AS support_end_on, false AS may_look
        FROM staff s
        JOIN passwords p ON p.tenant_id = s.tenant_id AND p.person_id = s.id
        JOIN tenants t ON t.tenant_id = s.tenant_id AND t.status = 'active'
        WHERE s.tenant_id = $1 AND s.email_key = lower($2) AND s.active
    """,
}


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants in, and whom they would come in as: nobody, where no such person could."""

    login: Login
    person_id: UUID | None = None
    hash: str | None = None
    password_version: int = 0
    starts_on: date | None = None
    ends_on: date | None = None


async def begin_login(tx: AsyncSession, login: Login) -> Attempt:
    """F032: count the try, find the person. Raises TooManyTries."""
    await count_try(tx, login.ip, login.email)
    rows = await fetch(tx, _WHO[login.audience], tenant_of(tx), login.email)
    return _attempt(login, rows[0]) if rows else Attempt(login)


async def count_try(tx: AsyncSession, ip: str, what: str) -> None:
    """Count a try at something from this address; `what` is whom it is at, and at what if not at logging in.

    Raises TooManyTries.
    """
    [wait] = await fetch(tx, _TRY, tenant_of(tx), ip, what, new_id())
    if wait["seconds"] and wait["seconds"] > 0:
        raise TooManyTries(headers={"retry-after": str(wait["seconds"])})


def _attempt(login: Login, row: Any) -> Attempt:
    ends_on = None if row["may_look"] else row["support_end_on"]
    return Attempt(login, row["id"], row["hash"], row["version"], row["support_start_on"], ends_on)


async def finish_login(tx: AsyncSession, attempt: Attempt) -> tuple[str, datetime, Caller]:
    """Open a session for a password that matched: its token, its end, and what the person is granted.

    Raises AccessNotYet, AccessOver, and LoginRefused when the person, or the password, changed in the meantime.
    """
    refuse_outside(attempt.starts_on, attempt.ends_on)
    login = attempt.login
    who = attempt.person_id, attempt.password_version
    return await open_session(tx, Opening(login.audience, *who, login.ip, login.user_agent, forgive=login.email))


def refuse_outside(starts_on: date | None, ends_on: date | None) -> None:
    """F052: nobody comes in before the support window begins, or after it ends. Days are UTC's."""
    today = now().date()
    if starts_on is not None and today < starts_on:
        raise AccessNotYet(f"Your access starts on {starts_on:%d %B %Y}.")
    if ends_on is not None and today > ends_on:
        raise AccessOver(f"Your access ended on {ends_on:%d %B %Y}. Ask the company whose portal this is.")
