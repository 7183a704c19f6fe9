"""One's own ways in: sessions, second factor, PIN."""

from uuid import UUID

from fastapi import Depends, Response

from identity import passwords, queries, service
from identity.api.internal import Db
from identity.api.portal import MailSeal, VaultSeal
from identity.errors import WrongPassword
from identity.schemas.devices import browser_of, system_of
from identity.schemas.security import (
    PasskeyView,
    PasswordAgain,
    RecoveryCodes,
    SecurityView,
    Sessions,
    SessionsEnded,
    SessionView,
    TotpConfirm,
    TotpSetup,
)
from identity.service.passkeys import list_passkeys
from kit.caller import Caller as Person
from kit.db import AnyRow, Database
from kit.edge import Caller, Tx, router
from kit.idempotency import outside_first
from kit.problems import NotFound


async def somebody(caller: Caller) -> None:
    """Contacts and staff have ways in of their own; keys and guests have none."""
    if caller.kind not in ("contact", "staff") or caller.id is None:
        raise NotFound()


security = router(tags=["security"], dependencies=[Depends(somebody)])


@security.get("/me/sessions")
async def list_my_sessions(caller: Caller, tx: Tx) -> Sessions:
    """Where the caller is logged in."""
    return Sessions(items=[_session_view(row, caller.session_id) for row in await queries.sessions(tx, caller)])


@security.post("/me/sessions/{session_id}/end", status_code=204)
async def end_my_session(session_id: UUID, caller: Caller, tx: Tx) -> None:
    """Log one device out, everywhere within five seconds."""
    await service.end_own_session(tx, caller, session_id)


@security.post("/me/sessions/end-others")
async def end_my_other_sessions(caller: Caller, tx: Tx) -> SessionsEnded:
    """Log every device out but this one."""
    return SessionsEnded(ended=await service.end_other_sessions(tx, caller))


@security.get("/me/security")
async def read_my_security(caller: Caller, tx: Tx) -> SecurityView:
    """How the caller proves who they are."""
    passkeys = [PasskeyView.model_validate(row) for row in await list_passkeys(tx, caller)]
    return SecurityView.model_validate(await queries.security(tx, caller) | {"passkeys": passkeys})


@security.post("/me/second-factor/totp")
async def begin_totp(caller: Caller, tx: Tx, vault: VaultSeal, response: Response) -> TotpSetup:
    """F032: begin to add an authenticator app. Nothing changes before it has shown a code."""
    assert caller.id is not None
    found = await queries.portal(tx)
    response.headers["cache-control"] = "no-store"
    begun = service.begin_enrolment(vault, caller.id, caller.email, found["name"] if found else "")
    return TotpSetup.model_validate(begun)


@security.post("/me/second-factor/totp/confirm", status_code=201)
async def confirm_totp(
    confirm: TotpConfirm, caller: Caller, tx: Tx, vault: VaultSeal, mail: MailSeal, response: Response
) -> RecoveryCodes:
    """Add the app that shows this code. The recovery codes are told this once."""
    codes = await service.enrol(tx, vault, mail, caller, confirm.setup, confirm.code)
    response.headers["cache-control"] = "no-store"
    return RecoveryCodes(codes=codes)


@security.post("/me/second-factor/totp/remove", status_code=204)
@outside_first
async def remove_totp(again: PasswordAgain, caller: Caller, database: Db, mail: MailSeal) -> None:
    """Take the app away. The password is asked for first."""
    await confirm_password(database, caller, again.password)
    async with database.transaction(caller.tenant_id) as tx:
        await service.remove_totp(tx, mail, caller)


@security.post("/me/second-factor/recovery-codes", status_code=201)
@outside_first
async def renew_recovery_codes(
    again: PasswordAgain, caller: Caller, database: Db, mail: MailSeal, response: Response
) -> RecoveryCodes:
    """New recovery codes in place of the old ones. The password is asked for first; they are told this once."""
    await confirm_password(database, caller, again.password)
    async with database.transaction(caller.tenant_id) as tx:
        codes = await service.new_recovery_codes(tx, mail, caller)
    response.headers["cache-control"] = "no-store"
    return RecoveryCodes(codes=codes)


async def confirm_password(database: Database, caller: Person, password: str) -> None:
    """Ask for the password once more, with no connection held while it is hashed.

    Raises TooManyTries, PasswordMissing, WrongPassword.
    """
    async with database.transaction(caller.tenant_id) as tx:
        kept = await service.begin_confirmation(tx, caller)
    if not await passwords.matches(password, kept):
        raise WrongPassword(errors=[{"field": "password", "detail": WrongPassword.title}])


def _session_view(row: AnyRow, current: UUID | None) -> SessionView:
    device = {"browser": browser_of(row.user_agent), "system": system_of(row.user_agent)}
    return SessionView(
        id=row.id,
        ip=row.ip,
        method=row.method,
        created_at=row.created_at,
        seen_at=row.seen_at,
        current=row.id == current,
        **device,
    )
