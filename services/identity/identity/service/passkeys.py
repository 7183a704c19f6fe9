"""Passkeys: added, removed, and come in by. One counts as both factors: the device, and what unlocks it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, queries, webauthn
from identity.errors import AddressUnknown, PasskeyNotFound, PasskeyRefused, PasskeysFull, PasskeyThere
from identity.models import Passkey
from identity.schemas.passkeys import NewPasskey, PasskeyLogin
from identity.service.addresses import Addresses
from identity.service.admission import Admission, Entrance
from identity.service.factors import say_changed
from identity.service.logins import Who, admit, who_by_passkey
from identity.service.rows import written
from kit.caller import Caller
from kit.db import AnyRow, fetch, tenant_of
from kit.ids import new_id
from kit.seal import Seal

MOST = 20
"""Passkeys of one person."""

# Once: a question that was answered is never again, so an answer that somebody caught is worth nothing.
_USED = """
WITH once AS (
    INSERT INTO tokens (tenant_id, id, hash, purpose, person_id, email, data, created_at, expires_at, used_at)
    VALUES ($1, $2, $3, 'passkey', $4, '', '{}', now(), now(), now()) ON CONFLICT DO NOTHING RETURNING id
)
UPDATE passkeys SET sign_count = $6, last_used_at = now()
WHERE tenant_id = $1 AND id = $5 AND EXISTS (SELECT FROM once) RETURNING 1
"""


async def portal_at(tx: AsyncSession, places: Addresses, origin: str) -> str:
    """The name of the portal at this address. Raises AddressUnknown for one that is not the tenant's."""
    found = await queries.portal(tx)
    if found is None or origin not in places.origins_of(found):
        raise AddressUnknown()
    return str(found["name"])


async def list_passkeys(tx: AsyncSession, caller: Caller) -> Sequence[AnyRow]:
    """The caller's own, oldest first."""
    columns = Passkey.id, Passkey.name, Passkey.host, Passkey.created_at, Passkey.last_used_at, Passkey.credential_id
    mine = select(*columns).where(Passkey.person_id == caller.id, Passkey.audience == _audience(caller))
    return (await tx.execute(mine.order_by(Passkey.id).limit(MOST))).all()


async def ask_for_passkey(tx: AsyncSession, vault: Seal, caller: Caller, places: Addresses, origin: str) -> Any:
    """What to ask the caller's browser for. Raises AddressUnknown, PasskeysFull."""
    assert caller.id is not None
    name = await portal_at(tx, places, origin)
    known = await list_passkeys(tx, caller)
    if len(known) >= MOST:
        raise PasskeysFull()
    person = caller.id, caller.email, caller.name
    return webauthn.ask_for_new(vault, origin, name, person, [one.credential_id for one in known])


async def add_passkey(tx: AsyncSession, vault: Seal, mail: Seal, caller: Caller, new: NewPasskey) -> Passkey:
    """Keep the key that the caller's browser made. Raises PasskeyRefused, PasskeyThere."""
    assert caller.id is not None
    try:
        made = webauthn.made(vault, new.setup, caller.id, new.credential)
    except webauthn.NotProven as error:
        raise PasskeyRefused() from error
    key = {"credential_id": made.credential_id, "public_key": made.public_key, "sign_count": made.sign_count}
    row = Passkey(id=new_id(), person_id=caller.id, audience=_audience(caller), name=new.name, host=made.host, **key)
    tx.add(row)
    await written(tx, {"passkeys_credential": PasskeyThere})
    say_changed(tx, mail, caller, "passkey_added")
    return row


async def remove_passkey(tx: AsyncSession, mail: Seal, caller: Caller, passkey_id: UUID) -> None:
    """Nobody comes in by it any more. Raises PasskeyNotFound."""
    mine = Passkey.id == passkey_id, Passkey.person_id == caller.id, Passkey.audience == _audience(caller)
    if (await tx.execute(delete(Passkey).where(*mine).returning(Passkey.id))).one_or_none() is None:
        raise PasskeyNotFound()
    say_changed(tx, mail, caller, "passkey_removed")


async def passkey_login(tx: AsyncSession, vault: Seal, login: PasskeyLogin) -> Admission:
    """Come in by a passkey. Raises PasskeyRefused, AccessNotYet, AccessOver, LoginRefused."""
    try:
        asked = webauthn.question(vault, login.setup, "known", login.audience)
        found = await who_by_passkey(tx, login.audience, webauthn.credential_id(login.credential), asked.host)
        if found is None:
            raise PasskeyRefused()
        who, key = found
        count = webauthn.shown(asked, login.credential, key["public_key"], key["sign_count"])
    except webauthn.NotProven as error:
        raise PasskeyRefused() from error
    return await _come_in(tx, login, asked, who, key["key_id"], count)


async def _come_in(
    tx: AsyncSession, login: PasskeyLogin, asked: webauthn.Question, who: Who, key_id: UUID, count: int
) -> Admission:
    once = passwords.digest(f"passkey/{asked.challenge.hex()}")
    if not await fetch(tx, _USED, tenant_of(tx), new_id(), once, who.id, key_id, count):
        raise PasskeyRefused()
    return await admit(tx, who, Entrance(login.audience, login.ip, login.user_agent, "passkey", who.email))


def _audience(caller: Caller) -> str:
    return "portal" if caller.kind == "contact" else "console"
