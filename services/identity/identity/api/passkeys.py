"""Passkeys: one's own, and the login by one."""

from uuid import UUID

from fastapi import Depends, Response

from identity import service, webauthn
from identity.api.internal import Db, admitted, only_the_system
from identity.api.portal import MailSeal, Places, VaultSeal
from identity.api.security import somebody
from identity.schemas.internal import SessionStarted
from identity.schemas.passkeys import (
    NewPasskey,
    PasskeyAsked,
    PasskeyLogin,
    PasskeyLoginAsked,
    PasskeyOptions,
    Passkeys,
)
from identity.schemas.security import PasskeyView, StepNeeded
from identity.service import passkeys as verbs
from kit.edge import Caller, Tx, router

passkeys = router(tags=["security"], dependencies=[Depends(somebody)])
logins = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])


@passkeys.get("/me/passkeys")
async def list_my_passkeys(caller: Caller, tx: Tx) -> Passkeys:
    """The caller's passkeys."""
    return Passkeys(items=[PasskeyView.model_validate(row) for row in await verbs.list_passkeys(tx, caller)])


@passkeys.post("/me/passkeys/options")
async def begin_passkey(
    asked: PasskeyAsked, caller: Caller, tx: Tx, vault: VaultSeal, places: Places, response: Response
) -> PasskeyOptions:
    """What to ask the browser for: the argument of `navigator.credentials.create`."""
    response.headers["cache-control"] = "no-store"
    return PasskeyOptions.model_validate(await verbs.ask_for_passkey(tx, vault, caller, places, asked.origin))


@passkeys.post("/me/passkeys", status_code=201)
async def add_passkey(new: NewPasskey, caller: Caller, tx: Tx, vault: VaultSeal, mail: MailSeal) -> PasskeyView:
    """Keep the passkey the browser made, under a name."""
    return PasskeyView.model_validate(await service.add_passkey(tx, vault, mail, caller, new))


@passkeys.post("/me/passkeys/{passkey_id}/remove", status_code=204)
async def remove_passkey(passkey_id: UUID, caller: Caller, tx: Tx, mail: MailSeal) -> None:
    """Let nobody in by it any more."""
    await service.remove_passkey(tx, mail, caller, passkey_id)


@logins.post("/passkeys/options")
async def ask_for_a_passkey(
    asked: PasskeyLoginAsked, database: Db, vault: VaultSeal, places: Places, response: Response
) -> PasskeyOptions:
    """The argument of `navigator.credentials.get`: whoever has a passkey here says who they are by it."""
    async with database.transaction(asked.tenant_id) as tx:
        await verbs.portal_at(tx, places, asked.origin)
    response.headers["cache-control"] = "no-store"
    return PasskeyOptions.model_validate(webauthn.ask_for_known(vault, asked.origin, asked.audience))


@logins.post("/sessions/passkey", status_code=201)
async def come_in_by_a_passkey(
    login: PasskeyLogin, database: Db, vault: VaultSeal, response: Response
) -> SessionStarted | StepNeeded:
    """F032: a passkey counts as both factors."""
    async with database.transaction(login.tenant_id) as tx:
        admission = await service.passkey_login(tx, vault, login)
    return admitted(admission, response)
