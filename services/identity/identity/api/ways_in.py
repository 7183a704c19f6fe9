"""What the gateway asks for people who are not logged in, or must choose a password first. F033, F040, F045, F046.

Each of them hashes between two transactions, so that nobody holds a database connection in the line of a thread.
"""

from fastapi import Response

from identity import passwords, service
from identity.api.internal import Db, admitted, internal
from identity.api.portal import MailSeal
from identity.errors import PasswordRefused, WrongPassword
from identity.schemas.internal import SessionStarted
from identity.schemas.security import StepNeeded
from identity.schemas.ways_in import (
    Activation,
    AnotherLink,
    Forgotten,
    LinkFor,
    LinkLook,
    PasswordChange,
    Reset,
    SessionKept,
)
from identity.service.admission import Factor
from kit.edge import Caller, Tx, router

ways_in = router(prefix="/internal", tags=["internal"], dependencies=internal.dependencies)


@ways_in.post("/activations/look")
async def look_at_invitation(link: LinkLook, tx: Tx) -> LinkFor:
    """F040: whose invitation this is. Looking does not use it."""
    return _link(await service.look_at_link(tx, "activate", "portal", link.token))


@ways_in.post("/activations", status_code=201, responses={202: {"model": StepNeeded}})
async def activate(taken: Activation, caller: Caller, database: Db, response: Response) -> SessionStarted | StepNeeded:
    """F040: choose a password, and be logged in; whoever has a second factor is asked for it. Outside of the support
    window the password is kept all the same."""
    async with database.transaction(caller.tenant_id) as tx:
        owner = await service.look_at_link(tx, "activate", "portal", taken.token)
    hashed = await _hashed(taken.password, owner.email)
    async with database.transaction(caller.tenant_id) as tx:
        version = await service.choose_by_link(tx, owner, "activate", taken.token, hashed)
    async with database.transaction(caller.tenant_id) as tx:
        admission = await service.arrive(tx, _who(owner, version), taken.ip, taken.user_agent)
    return admitted(admission, response)


@ways_in.post("/activations/again", status_code=204)
async def ask_for_invitation(asked: AnotherLink, tx: Tx, seal: MailSeal) -> None:
    """F040: a new link for the holder of one that is over. The answer is the same for everybody."""
    await service.ask_for_invitation(tx, seal, asked.token, asked.ip)


@ways_in.post("/passwords/forgotten", status_code=204)
async def forgot(asked: Forgotten, tx: Tx, seal: MailSeal) -> None:
    """F042, F045, F046: a letter to whoever has this address. For everybody one answer, in the same time."""
    await service.ask_again(tx, seal, asked)


@ways_in.post("/passwords/look")
async def look_at_reset(link: LinkLook, tx: Tx) -> LinkFor:
    """F045: whose link this is. Looking does not use it."""
    return _link(await service.look_at_link(tx, "reset", link.audience, link.token))


@ways_in.post("/passwords/reset", status_code=204)
async def reset(wanted: Reset, caller: Caller, database: Db) -> None:
    """F045: another password by the link of a mail; every session is over."""
    async with database.transaction(caller.tenant_id) as tx:
        owner = await service.look_at_link(tx, "reset", wanted.audience, wanted.token)
    hashed = await _hashed(wanted.password, owner.email)
    async with database.transaction(caller.tenant_id) as tx:
        await service.choose_by_link(tx, owner, "reset", wanted.token, hashed)


@ways_in.post("/passwords/change")
async def change(wanted: PasswordChange, caller: Caller, database: Db, response: Response) -> SessionKept:
    """F033: another password for whoever knows the present one; this session goes on, every other is over."""
    async with database.transaction(caller.tenant_id) as tx:
        owner, present = await service.begin_change(tx, wanted.audience, wanted.token, wanted.ip)
    if not await passwords.matches(wanted.old_password, present):
        raise WrongPassword(errors=[{"field": "old_password", "detail": WrongPassword.title}])
    if wanted.password == wanted.old_password:
        raise PasswordRefused(errors=[{"field": "password", "detail": "Choose another one than the present one."}])
    hashed = await _hashed(wanted.password, owner.email)
    async with database.transaction(caller.tenant_id) as tx:
        kept = await service.finish_change(tx, owner, wanted.token, hashed)
    response.headers["cache-control"] = "no-store"
    return SessionKept.model_validate({"token": kept})


def _who(owner: service.Owner, version: int) -> service.Who:
    """Somebody who has just chosen a password, as they come in by it."""
    days = {"starts_on": owner.starts_on, "ends_on": owner.ends_on}
    factor: Factor = "asked" if owner.has_factor else "none"
    return service.Who(owner.id, owner.name, owner.email, None, None, version, **days, factor=factor, magic=False)


def _link(owner: service.Owner) -> LinkFor:
    return LinkFor(name=owner.name, email=owner.email)


async def _hashed(password: str, email: str) -> str:
    """The hash to keep of a password that was chosen. Raises PasswordRefused."""
    if wrong := passwords.wrong_with(password, email):
        raise PasswordRefused(errors=[{"field": "password", "detail": wrong}])
    return await passwords.hashed(password)
