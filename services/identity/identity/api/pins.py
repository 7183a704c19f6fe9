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
    instead = await _proven(change, caller, database, mail)
    hashed = await passwords.hashed(change.pin)
    async with database.transaction(caller.tenant_id) as tx:
        await service.set_pin(tx, mail, caller, hashed, instead=instead)
        return await service.read_pin(tx, caller)


async def _proven(change: PinChange, caller: Person, database: Database, mail: Seal) -> bool:
    """Is there one that is replaced? Raises whatever keeps the caller from it."""
    async with database.transaction(caller.tenant_id) as tx:
        there = (await service.read_pin(tx, caller)).set_at is not None
        if there and change.password is not None:
            await verbs.refuse_reset(tx, caller)
    if change.password is not None:
        await confirm_password(database, caller, change.password)
    else:
        assert caller.id is not None
        await check(database, mail, caller, caller.id, change.current_pin or "")
    return there


@pins.post("/contacts/{contact_id}/unlock-pin", status_code=204)
async def unlock_pin(contact_id: UUID, caller: Caller, tx: Tx, mail: MailSeal) -> None:
    """Staff let a contact try again whose PIN was locked."""
    await service.unlock_pin(tx, mail, caller, contact_id)


@checks.post("/pin/check")
async def check_pin(asked: PinCheck, caller: Caller, database: Db, mail: MailSeal) -> PinRight:
    """Is it their PIN? 403 says how many tries are left, or that it is locked."""
    await check(database, mail, caller, asked.person_id, asked.pin, asked.tenant_id)
    return PinRight()


async def check(
    database: Database, mail: Seal, caller: Person, person_id: UUID, pin: str, tenant_id: UUID | None = None
) -> None:
    """Look at a PIN, with no connection held while it is hashed. Raises PinMissing, PinLocked, PinWrong."""
    tenant_id = tenant_id or caller.tenant_id
    async with database.transaction(tenant_id) as tx:
        shown = await verbs.begin_try(tx, person_id)
    same = await passwords.matches(pin, shown.hash)
    async with database.transaction(tenant_id) as tx:
        if same:
            await verbs.right(tx, person_id)
        elif shown.last:
            await verbs.locked(tx, mail, caller, person_id)
    if not same:
        raise PinLocked() if shown.last else PinWrong(verbs.TRIES - shown.tries)
