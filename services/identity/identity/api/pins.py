"""F059: the PIN somebody signs with."""

from uuid import UUID

from fastapi import Depends

from identity import passwords, service
from identity.api.internal import Db, only_the_system
from identity.api.portal import MailSeal
from identity.api.security import confirm_password
from identity.errors import PinLocked, PinWrong
from identity.schemas.pins import PinChange, PinCheck, PinRight, PinView
from identity.service import pins as verbs
from kit.caller import Caller as Person
from kit.db import Database
from kit.edge import Caller, Tx, router
from kit.seal import Seal

pins = router(tags=["security"])
checks = router(prefix="/internal", tags=["internal"], dependencies=[Depends(only_the_system)])


@pins.get("/me/pin")
async def read_my_pin(caller: Caller, tx: Tx) -> PinView:
    """F058, F059: whether the caller, who may sign, has a PIN."""
    return await service.read_pin(tx, caller)


@pins.put("/me/pin")
async def put_my_pin(change: PinChange, caller: Caller, database: Db, mail: MailSeal) -> PinView:
    """F059: set one, change it with the one before, reset it with the password where that is allowed (O+1)."""
    verbs.refuse_simple(change.pin)
    async with database.transaction(caller.tenant_id) as tx:
        before = await service.read_pin(tx, caller)
    await _prove(change, before, caller, database, mail)
    hashed = await passwords.hashed(change.pin)
    async with database.transaction(caller.tenant_id) as tx:
        return await service.set_pin(tx, mail, caller, hashed, before)


async def _prove(change: PinChange, before: PinView, caller: Person, database: Database, mail: Seal) -> None:
    """The password for the first one and for a reset, else the PIN before. Raises whatever keeps the caller from it."""
    if change.password is not None:
        if before.set_at is not None:
            verbs.refuse_reset(before)
        await confirm_password(database, caller, change.password)
    else:
        assert caller.id is not None
        await check(
            database,
            mail,
            caller,
            PinCheck(tenant_id=caller.tenant_id, person_id=caller.id, pin=change.current_pin or ""),
        )


@pins.post("/contacts/{contact_id}/unlock-pin", status_code=204)
async def unlock_pin(contact_id: UUID, caller: Caller, tx: Tx, mail: MailSeal) -> None:
    """Staff let a contact try again whose PIN was locked."""
    await service.unlock_pin(tx, mail, caller, contact_id)


@pins.post("/contacts/{contact_id}/remove-pin", status_code=204)
async def remove_pin(contact_id: UUID, caller: Caller, tx: Tx, mail: MailSeal) -> None:
    """F059: staff take a forgotten PIN away; its owner sets a new one with their password."""
    await service.remove_pin(tx, mail, caller, contact_id)


@checks.post("/pin/check")
async def check_pin(asked: PinCheck, caller: Caller, database: Db, mail: MailSeal) -> PinRight:
    """Is it their PIN? 403 says how many tries are left, or that it is locked."""
    await check(database, mail, caller, asked)
    async with database.transaction(asked.tenant_id) as tx:
        await verbs.right(tx, asked.person_id)
    return PinRight()


async def check(database: Database, mail: Seal, caller: Person, asked: PinCheck) -> None:
    """Look at a PIN, with no connection held while it is hashed. Raises PinMissing, PinLocked, PinWrong."""
    async with database.transaction(asked.tenant_id) as tx:
        shown = await verbs.begin_try(tx, asked.person_id)
    if await passwords.matches(asked.pin, shown.hash):
        return
    if shown.last:
        async with database.transaction(asked.tenant_id) as tx:
            await verbs.locked(tx, mail, caller, asked.person_id)
        raise PinLocked()
    raise PinWrong(verbs.TRIES - shown.tries)
