"""Keys: publishable ones that name a portal, secret ones that open its API."""

from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import KeyNotFound, MayNotDoThat
from identity.models import Key
from identity.passwords import digest
from identity.policy import visible_keys
from identity.schemas.keys import NewKey
from identity.service import audit
from kit.caller import Caller
from kit.ids import new_id, now

SHOWN = 8
"""Characters of a key by which people tell it from others."""


async def make_key(tx: AsyncSession, caller: Caller, new: NewKey) -> tuple[Key, str]:
    """Make a key; returns it and what is shown once. A secret one is kept as its hash only."""
    if not (caller.kind == "system" or (caller.kind == "staff" and caller.has("keys.manage"))):
        raise MayNotDoThat("Only those who manage keys can make one.")
    publishable = new.kind == "publishable"
    secret = f"pk_{token_urlsafe(18)}" if publishable else f"sk_{token_urlsafe(30)}"
    key = Key(
        id=new_id(),
        kind=new.kind,
        name=new.name,
        prefix=secret[:SHOWN],
        hash=digest(secret),
        key=secret if publishable else None,
        scopes=list(dict.fromkeys(new.scopes)),
        created_by=caller.name,
        created_at=now(),
        expires_at=new.expires_at,
    )
    tx.add(key)
    grants = {"kind": [None, new.kind], "scopes": [None, key.scopes], "expires_at": [None, new.expires_at]}
    audit.note(tx, caller, audit.Line("key.made", "key", key.id, key.name, grants))
    return key, secret


async def revoke_key(tx: AsyncSession, caller: Caller, key_id: UUID) -> Key:
    """End a key, at once and for good. Revoking it again changes nothing."""
    query = select(Key).where(visible_keys(caller), Key.id == key_id).with_for_update()
    key = (await tx.execute(query)).scalar_one_or_none()
    if key is None:
        raise KeyNotFound()
    if key.revoked_at is None:
        key.revoked_at = now()
        audit.note(tx, caller, audit.Line("key.revoked", "key", key.id, key.name))
    return key
