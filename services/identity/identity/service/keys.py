"""Keys: publishable ones that name a portal, secret ones that open its API."""

from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import KeyNotFound, KeyOver, MayNotDoThat
from identity.models import Key
from identity.passwords import digest
from identity.policy import visible_keys
from identity.schemas.keys import NewKey, Rotation
from identity.service import audit
from kit.caller import Caller
from kit.ids import new_id, now

SHOWN = 8
"""Characters of a key by which people tell it from others."""


async def make_key(tx: AsyncSession, caller: Caller, new: NewKey) -> tuple[Key, str]:
    """Make a key; returns it and what is shown once. A secret one is kept as its hash only."""
    if not (caller.kind == "system" or (caller.kind == "staff" and caller.has("keys.manage"))):
        raise MayNotDoThat("Only those who manage keys can make one.")
    return _make(tx, caller, new.kind, new.name, list(dict.fromkeys(new.scopes)), new.expires_at)


def _make(
    tx: AsyncSession, caller: Caller, kind: str, name: str, scopes: list[str], expires_at: datetime | None
) -> tuple[Key, str]:
    publishable = kind == "publishable"
    secret = f"pk_{token_urlsafe(18)}" if publishable else f"sk_{token_urlsafe(30)}"
    key = Key(
        id=new_id(),
        kind=kind,
        name=name,
        prefix=secret[:SHOWN],
        hash=digest(secret),
        key=secret if publishable else None,
        scopes=scopes,
        created_by=caller.name,
        created_at=now(),
        expires_at=expires_at,
    )
    tx.add(key)
    grants = {"kind": [None, kind], "scopes": [None, scopes], "expires_at": [None, expires_at]}
    audit.note(tx, caller, audit.Line("key.made", "key", key.id, key.name, grants))
    return key, secret


async def rotate_key(tx: AsyncSession, caller: Caller, key_id: UUID, rotation: Rotation) -> tuple[Key, str]:
    """Make a key that grants the same; the old one goes on beside it until its end. Raises KeyNotFound, KeyOver."""
    old = await _key(tx, caller, key_id)
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now()):
        raise KeyOver()
    lasts = old.expires_at and now() + (old.expires_at - old.created_at)
    made, secret = _make(tx, caller, old.kind, old.name, list(old.scopes), rotation.expires_at or lasts)
    ends = max(now(), rotation.old_ends_at)
    if old.expires_at is None or ends < old.expires_at:
        change = {"expires_at": [old.expires_at, ends]}
        old.expires_at = ends
        audit.note(tx, caller, audit.Line("key.rotated", "key", old.id, old.name, change))
    return made, secret


async def revoke_key(tx: AsyncSession, caller: Caller, key_id: UUID) -> Key:
    """End a key, at once and for good. Revoking it again changes nothing."""
    key = await _key(tx, caller, key_id)
    if key.revoked_at is None:
        key.revoked_at = now()
        audit.note(tx, caller, audit.Line("key.revoked", "key", key.id, key.name))
    return key


async def _key(tx: AsyncSession, caller: Caller, key_id: UUID) -> Key:
    query = select(Key).where(visible_keys(caller), Key.id == key_id).with_for_update()
    key = (await tx.execute(query)).scalar_one_or_none()
    if key is None:
        raise KeyNotFound()
    return key
