"""Reads of a tenant's portal: by what names it, its keys, its logo, and how far it is set up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.models import Key, PortalSettings
from kit import paging
from kit.caller import Caller
from kit.db import AnyQuery, AnyRow, fetch

Portal = dict[str, Any]
"""A row of the view `portals`: a tenant with its settings."""

_KEY: AnyQuery = select(
    Key.id,
    Key.kind,
    Key.name,
    Key.prefix,
    Key.key,
    Key.scopes,
    Key.created_by,
    Key.created_at,
    Key.expires_at,
    Key.last_used_at,
    Key.revoked_at,
)


async def portal(tx: AsyncSession) -> Portal | None:
    """The tenant this transaction is inside of, with its settings."""
    rows = await fetch(tx, "SELECT to_jsonb(p) AS portal FROM portals p")
    return rows[0]["portal"] if rows else None


async def portal_by(tx: AsyncSession, means: str, value: bytes | str) -> Portal | None:
    """F001, F004, F005: the active tenant that a publishable key's hash, a slug or a proven host names."""
    statement = {
        "key": "SELECT tenant_by_key($1) AS portal",
        "slug": "SELECT tenant_by_slug($1) AS portal",
        "host": "SELECT tenant_by_host($1) AS portal",
    }[means]
    [row] = await fetch(tx, statement, value)
    return row["portal"] if row["portal"] else None


async def key_by(tx: AsyncSession, key_hash: bytes) -> tuple[Caller, Portal] | None:
    """Whose secret key this is and what it grants; None where it grants nothing any more."""
    rows = await fetch(tx, "SELECT * FROM key_resolve($1)", key_hash)
    if not rows:
        return None
    portal = rows[0]["portal"]
    return policy.caller_of_key(rows[0], portal), portal


async def logo(tx: AsyncSession) -> AnyRow | None:
    """F009: the tenant's logo: bytes, type, hash."""
    query: AnyQuery = select(PortalSettings.logo, PortalSettings.logo_type, PortalSettings.logo_hash)
    return (await tx.execute(query.where(PortalSettings.logo.is_not(None)))).one_or_none()


async def keys(tx: AsyncSession, caller: Caller, cursor: str | None, limit: int) -> tuple[Sequence[AnyRow], str | None]:
    """A page of keys, newest first."""
    query = _KEY.where(policy.visible_keys(caller)).order_by(Key.id.desc()).limit(limit + 1)
    if after := paging.decode(cursor, UUID):
        query = query.where(Key.id < after[0])
    shown, last = paging.cut((await tx.execute(query)).all(), limit)
    return shown, (paging.encode(last.id) if last else None)


_SETUP = """
SELECT s.name, s.support_email, s.company, s.logo_hash IS NOT NULL AS logo, s.installed_at,
    (SELECT k.key FROM keys k WHERE k.kind = 'publishable' AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now()) ORDER BY k.id DESC LIMIT 1) AS api_key,
    EXISTS (SELECT FROM staff f WHERE f.active AND f.on_duty) AS duty
FROM portal_settings s
"""


async def setup(tx: AsyncSession, *, lock: bool) -> Any | None:
    """F008: what a portal has of what it needs; with `lock`, nobody else sets it up meanwhile."""
    if lock:
        await fetch(tx, "SELECT FROM portal_settings FOR UPDATE")
    rows = await fetch(tx, _SETUP)
    return rows[0] if rows else None
