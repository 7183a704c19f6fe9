"""F033, F040, F045: passwords that people choose themselves: by an invitation, by a reset link, by the one before."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.errors import LinkOver, SessionNotFound
from identity.schemas.words import Audience
from identity.service import audit
from identity.service.logins import count_try
from kit.caller import Caller
from kit.db import fetch, tenant_of

# Who may come in at all, one table of both kinds. `silent`: gets no mail (F051). `arrived`: has chosen a password.
PEOPLE: dict[Audience, str] = {
    "portal": """
        SELECT c.tenant_id, c.id, c.name, c.email, c.email_key, 'contact' AS kind, c.email_opt_out AS silent,
            c.activated_at IS NOT NULL AS arrived, c.support_start_on, c.support_end_on
        FROM contacts c
        JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.active
        JOIN tenants t ON t.tenant_id = c.tenant_id AND t.status = 'active'
        WHERE c.portal_enabled
    """,
    "console": """
        SELECT f.tenant_id, f.id, f.name, f.email, f.email_key, 'staff' AS kind, false AS silent,
            true AS arrived, NULL::date AS support_start_on, NULL::date AS support_end_on
        FROM staff f JOIN tenants t ON t.tenant_id = f.tenant_id AND t.status = 'active'
        WHERE f.active
    """,
}

_LOOK = """
SELECT p.id, p.name, p.email, p.kind, p.support_start_on AS starts_on,
    CASE WHEN s.access ->> 'after_window' = 'read_only' THEN NULL ELSE p.support_end_on END AS ends_on,
    EXISTS (SELECT FROM totps f WHERE f.tenant_id = p.tenant_id AND f.person_id = p.id) AS has_factor
FROM tokens k
JOIN ({people}) p ON p.tenant_id = k.tenant_id AND p.id = k.person_id
JOIN portal_settings s ON s.tenant_id = k.tenant_id
WHERE k.tenant_id = $1 AND k.hash = $2 AND k.purpose = $3 AND k.used_at IS NULL AND k.expires_at > now()
"""

# A password that is chosen ends what the one before opened, and every link that was under way to its owner.
_CHOOSE = """
others AS (UPDATE tokens SET used_at = now() FROM owner
    WHERE tokens.tenant_id = $1 AND tokens.person_id = owner.id AND tokens.used_at IS NULL AND tokens.hash <> $2),
arrived AS (UPDATE contacts SET activated_at = now() FROM owner
    WHERE contacts.tenant_id = $1 AND contacts.id = owner.id AND contacts.activated_at IS NULL),
chosen AS (INSERT INTO passwords AS w (tenant_id, person_id, hash, must_change, version, changed_at)
    SELECT $1, owner.id, $3, false, 1, now() FROM owner
    ON CONFLICT (tenant_id, person_id)
    DO UPDATE SET hash = $3, must_change = false, version = w.version + 1, changed_at = now()
    RETURNING w.version)
"""
_BY_LINK = f"""
WITH owner AS (UPDATE tokens SET used_at = now()
    WHERE tenant_id = $1 AND hash = $2 AND purpose = $4 AND used_at IS NULL AND expires_at > now()
    RETURNING person_id AS id), {_CHOOSE}
SELECT version FROM chosen
"""  # noqa: S608 - put together of constants
# The session goes on under another token, so that no process remembers what the old one was granted.
_IN_SESSION = f"""
WITH owner AS (SELECT person_id AS id FROM sessions WHERE tenant_id = $1 AND token_hash = $2 AND ended_at IS NULL),
{_CHOOSE}, forgiven AS (DELETE FROM login_tries WHERE tenant_id = $1 AND email_key = $5)
UPDATE sessions SET token_hash = $4, password_version = chosen.version FROM chosen
WHERE tenant_id = $1 AND token_hash = $2
RETURNING 1
"""  # noqa: S608 - put together of constants

_WHOSE = """
SELECT p.id, p.name, p.email, p.kind, w.hash
FROM sessions s
JOIN ({people}) p ON p.tenant_id = s.tenant_id AND p.id = s.person_id
JOIN passwords w ON w.tenant_id = s.tenant_id AND w.person_id = s.person_id AND w.version = s.password_version
WHERE s.tenant_id = $1 AND s.token_hash = $2 AND s.audience = $3 AND s.ended_at IS NULL AND s.ends_at > now()
"""


@dataclass(frozen=True)
class Owner:
    """Whose password it is, from when to when they may come in, and whether a code is asked for then."""

    id: UUID
    name: str
    email: str
    kind: Literal["contact", "staff"]
    starts_on: date | None = None
    ends_on: date | None = None
    has_factor: bool = False


async def look_at_link(tx: AsyncSession, purpose: str, audience: Audience, secret: str) -> Owner:
    """Whose link it is; looking does not use it. Raises LinkOver."""
    values = tenant_of(tx), passwords.digest(secret), purpose
    rows: list[Any] = await fetch(tx, _LOOK.format(people=PEOPLE[audience]), *values)
    if not rows:
        raise LinkOver()
    return Owner(**rows[0])


async def choose_by_link(tx: AsyncSession, owner: Owner, purpose: str, secret: str, hashed: str) -> int:
    """F040, F045: use a link up: its owner has chosen this password. Says the password's version. Raises LinkOver."""
    rows: list[Any] = await fetch(tx, _BY_LINK, tenant_of(tx), passwords.digest(secret), hashed, purpose)
    if not rows:
        raise LinkOver()
    _note(tx, owner, "contact.activated" if purpose == "activate" else "password.reset")
    return int(rows[0]["version"])


async def begin_change(tx: AsyncSession, audience: Audience, token: str, ip: str) -> tuple[Owner, str | None]:
    """F033: whose session this is, and the hash of their present password. Raises SessionNotFound, TooManyTries."""
    values = tenant_of(tx), passwords.digest(token), audience
    rows: list[Any] = await fetch(tx, _WHOSE.format(people=PEOPLE[audience]), *values)
    if not rows:
        raise SessionNotFound()
    whose = dict(rows[0])
    present = whose.pop("hash")
    await count_try(tx, ip, _trying(whose["id"]))
    return Owner(**whose), present


async def finish_change(tx: AsyncSession, owner: Owner, token: str, hashed: str) -> str:
    """F033: another password: every session but this one is over. Says the token under which this one goes on.

    Raises SessionNotFound.
    """
    kept = passwords.token()
    values = passwords.digest(token), hashed, passwords.digest(kept), _trying(owner.id)
    if not await fetch(tx, _IN_SESSION, tenant_of(tx), *values):
        raise SessionNotFound()
    _note(tx, owner, "password.changed")
    return kept


def _trying(person_id: UUID) -> str:
    return f"change {person_id}"


def _note(tx: AsyncSession, owner: Owner, action: str) -> None:
    themselves = Caller(kind=owner.kind, tenant_id=tenant_of(tx), id=owner.id, name=owner.name)
    audit.note(tx, themselves, audit.Line(action, owner.kind, owner.id, owner.name))
