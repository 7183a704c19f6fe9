"""Logging in: who it is, and whether they may come in now.

A login takes two transactions with the hashing between them, so that nobody holds a database connection
while waiting for a thread: `begin_login` counts the try, `finish_login` opens the session.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import AccessNotYet, AccessOver, LoginRefused, TooManyTries
from identity.schemas.internal import Login
from identity.schemas.words import Audience
from identity.service.admission import Admission, Entrance, Factor, ask_for_more, kind_of, let_in
from identity.service.tokens import Addressee
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

# Who could come in: portal-enabled, of an active organisation. Whether now is asked when they proved who they are.
_WHO = {
    "portal": """
        SELECT c.id, c.name, c.email, c.organisation_id, p.hash, coalesce(p.version, 1) AS version,
            c.support_start_on, c.support_end_on, s.access ->> 'after_window' = 'read_only' AS may_look,
            EXISTS (SELECT FROM totps f WHERE f.tenant_id = c.tenant_id AND f.person_id = c.id) AS has_factor,
            false AS needs_factor, coalesce((s.access ->> 'magic_link')::boolean, false) AS magic
        FROM contacts c
        LEFT JOIN passwords p ON p.tenant_id = c.tenant_id AND p.person_id = c.id
        JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
        JOIN tenants t ON t.tenant_id = c.tenant_id AND t.status = 'active'
        JOIN portal_settings s ON s.tenant_id = c.tenant_id
        WHERE c.tenant_id = $1 AND {contact} AND c.portal_enabled
    """,
    "console": """
        SELECT s.id, s.name, s.email, NULL::uuid AS organisation_id, p.hash, coalesce(p.version, 1) AS version,
            NULL::date AS support_start_on, NULL::date AS support_end_on, false AS may_look,
            EXISTS (SELECT FROM totps f WHERE f.tenant_id = s.tenant_id AND f.person_id = s.id) AS has_factor,
            coalesce((o.access ->> 'staff_second_factor')::boolean, false) AS needs_factor,
            false AS magic
        FROM staff s
        LEFT JOIN passwords p ON p.tenant_id = s.tenant_id AND p.person_id = s.id
        JOIN tenants t ON t.tenant_id = s.tenant_id AND t.status = 'active'
        JOIN portal_settings o ON o.tenant_id = s.tenant_id
        WHERE s.tenant_id = $1 AND {staff} AND s.active
    """,
}
_BY_EMAIL = {"contact": "c.email_key = lower($2)", "staff": "s.email_key = lower($2)"}
_BY_KEY = """
SELECT k.id AS key_id, k.public_key, k.sign_count, who.* FROM passkeys k CROSS JOIN LATERAL ({who}) who
WHERE k.tenant_id = $1 AND k.credential_id = $2 AND k.audience = '{audience}' AND k.host = $3
"""
_WHO_BY_EMAIL = {audience: who.format(**_BY_EMAIL) for audience, who in _WHO.items()}
_WHO_BY_KEY = {
    audience: _BY_KEY.format(
        who=who.format(contact="c.id = k.person_id", staff="s.id = k.person_id"), audience=audience
    )
    for audience, who in _WHO.items()
}


@dataclass(frozen=True)
class Who:
    """Somebody who could come in: by which version of their password, within which days, with what besides."""

    id: UUID
    name: str
    email: str
    organisation_id: UUID | None
    hash: str | None
    password_version: int
    starts_on: date | None
    ends_on: date | None
    factor: Factor
    magic: bool
    """May they come in by a link?"""


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants in, and whom they would come in as: nobody, where no such person could."""

    login: Login
    who: Who | None = None

    @property
    def hash(self) -> str | None:
        """What their password has to match."""
        return self.who.hash if self.who else None


async def begin_login(tx: AsyncSession, login: Login) -> Attempt:
    """F032: count the try, find the person. Raises TooManyTries."""
    await count_try(tx, login.ip, login.email)
    return Attempt(login, await find_who(tx, login.audience, login.email))


async def count_try(tx: AsyncSession, ip: str, what: str) -> None:
    """Count a try at something from this address; `what` is whom it is at, and at what if not at logging in.

    Raises TooManyTries.
    """
    [wait] = await fetch(tx, _TRY, tenant_of(tx), ip, what, new_id())
    if wait["seconds"] and wait["seconds"] > 0:
        raise TooManyTries(headers={"retry-after": str(wait["seconds"])})


async def find_who(tx: AsyncSession, audience: Audience, email: str) -> Who | None:
    """Who could come in under this address."""
    rows = await fetch(tx, _WHO_BY_EMAIL[audience], tenant_of(tx), email)
    return _who(rows[0]) if rows else None


async def who_by_passkey(
    tx: AsyncSession, audience: Audience, credential_id: bytes, host: str
) -> tuple[Who, Any] | None:
    """Whose passkey this is, if it was made at this host and they could come in, and the passkey's row."""
    rows = await fetch(tx, _WHO_BY_KEY[audience], tenant_of(tx), credential_id, host)
    return (_who(rows[0]), rows[0]) if rows else None


def _who(row: Any) -> Who:
    factor: Factor = "asked" if row["has_factor"] else "needed" if row["needs_factor"] else "none"
    who = row["id"], row["name"], row["email"], row["organisation_id"], row["hash"], row["version"]
    return Who(*who, row["support_start_on"], None if row["may_look"] else row["support_end_on"], factor, row["magic"])


async def finish_login(tx: AsyncSession, attempt: Attempt) -> Admission:
    """Let somebody in whose password matched, or ask for more.

    Raises AccessNotYet, AccessOver, and LoginRefused when the person, or the password, changed in the meantime.
    """
    if attempt.who is None:
        raise LoginRefused()
    login = attempt.login
    return await admit(tx, attempt.who, Entrance(login.audience, login.ip, login.user_agent, "password", login.email))


async def arrive(tx: AsyncSession, who: Who, ip: str, user_agent: str) -> Admission:
    """F040: let somebody in who has just chosen their password by an invitation, or ask for more.

    Raises AccessNotYet, AccessOver, and LoginRefused when they may not come in any more.
    """
    return await admit(tx, who, Entrance("portal", ip, user_agent, "activation"))


async def admit(tx: AsyncSession, who: Who, entrance: Entrance) -> Admission:
    """A session for somebody who has proven who they are; a ticket to the second step where one is asked for.

    Raises AccessNotYet, AccessOver, LoginRefused.
    """
    refuse_outside(who.starts_on, who.ends_on)
    if who.factor != "none" and entrance.method != "passkey":
        person = Addressee(kind_of(entrance.audience), who.id, who.name, who.email)
        return await ask_for_more(tx, person, who.factor, who.password_version, entrance)
    return await let_in(tx, entrance, who.id, who.password_version, proven=entrance.method == "passkey")


def refuse_outside(starts_on: date | None, ends_on: date | None) -> None:
    """F052: nobody comes in before the support window begins, or after it ends. Days are UTC's."""
    today = now().date()
    if starts_on is not None and today < starts_on:
        raise AccessNotYet(f"Your access starts on {starts_on:%d %B %Y}.")
    if ends_on is not None and today > ends_on:
        raise AccessOver(f"Your access ended on {ends_on:%d %B %Y}. Ask the company whose portal this is.")
