"""The second step of a login: an authenticator app, and the recovery codes that stand in for it once each."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, totp
from identity.errors import CodeRefused, FactorMissing, FactorNeeded, FactorThere, SetupOver, StepOver, TooManyTries
from identity.schemas.security import SecondStep
from identity.service import audit, tokens
from identity.service.admission import Entrance, Started, let_in
from identity.service.tokens import Addressee
from kit.at_last import literal
from kit.caller import Caller
from kit.db import fetch, opened, tenant_of
from kit.ids import new_id, now
from kit.seal import Seal, Unreadable

SETUP_SECONDS = 1800
"""How long the QR code on a page can be answered."""

# A try is counted before the code is looked at: five in five minutes for one person from one address, fifty from
# one address, and thirty an hour for one person from anywhere. That last one shuts nobody out whose password is
# not known: only who has shown it gets here.
_SECOND = """
WITH ticket AS (SELECT id, person_id, data FROM tokens WHERE tenant_id = $1 AND hash = $2
    AND purpose = 'second_factor' AND used_at IS NULL AND expires_at > now()
), wait AS (SELECT greatest(
    (SELECT at + interval '5 minutes' FROM login_tries WHERE tenant_id = $1 AND ip = $3
        AND email_key = 'second/' || ticket.person_id ORDER BY at DESC OFFSET 4 LIMIT 1),
    (SELECT at + interval '5 minutes' FROM login_tries WHERE tenant_id = $1 AND ip = $3
        ORDER BY at DESC OFFSET 49 LIMIT 1),
    (SELECT at + interval '1 hour' FROM login_tries WHERE tenant_id = $1
        AND email_key = 'second/' || ticket.person_id ORDER BY at DESC OFFSET 29 LIMIT 1)
) - now() AS longer FROM ticket), noted AS (
    INSERT INTO login_tries (tenant_id, id, ip, email_key)
    SELECT $1, $4, $3, 'second/' || ticket.person_id FROM ticket, wait
    WHERE longer IS NULL OR longer <= interval '0'
)
SELECT ticket.id, ticket.person_id, ticket.data, f.sealed, f.last_step,
    ceil(extract(epoch FROM wait.longer))::integer AS seconds
FROM ticket, wait, totps f WHERE f.tenant_id = $1 AND f.person_id = ticket.person_id
"""
# Travels with BEGIN: "SELECT 1" where the ticket was good and the code was never used before.
_USED = """
WITH used AS (
    UPDATE tokens SET used_at = now() WHERE tenant_id = {tenant} AND id = {ticket} AND used_at IS NULL RETURNING id
), shown AS ({shown})
SELECT FROM used, shown
"""
_BY_STEP = _USED.replace(
    "{shown}",
    "UPDATE totps SET last_step = {step} WHERE tenant_id = {tenant} AND person_id = {person} AND last_step < {step} "
    "RETURNING 1",
)
_BY_RECOVERY = _USED.replace(
    "{shown}",
    "UPDATE recovery_codes SET used_at = now() WHERE tenant_id = {tenant} AND person_id = {person} "
    "AND hash = decode({hash}, 'hex') AND used_at IS NULL RETURNING 1",
)
_ENROL = """
WITH who AS ({who}), made AS (
    INSERT INTO totps (tenant_id, person_id, sealed, last_step, created_at)
    SELECT $1, person_id, $3, $4, now() FROM who ON CONFLICT DO NOTHING RETURNING person_id
), codes AS (
    INSERT INTO recovery_codes (tenant_id, person_id, hash)
    SELECT $1, person_id, hash FROM made, unnest($5::bytea[]) AS hash
)
SELECT who.*, made.person_id IS NOT NULL AS made FROM who LEFT JOIN made ON true
"""
_ENROL_KNOWN = _ENROL.format(who="SELECT $2::uuid AS person_id, '{}'::jsonb AS data")
_ENROL_BY_TICKET = _ENROL.format(
    who="UPDATE tokens SET used_at = now() WHERE tenant_id = $1 AND hash = $2 AND purpose = 'enrol_factor' "
    "AND used_at IS NULL AND expires_at > now() RETURNING person_id, data"
)

Change = Literal["totp_added", "totp_removed", "codes_renewed", "code_used", "passkey_added", "passkey_removed", "pin"]


@dataclass(frozen=True)
class Setup:
    """An app that is about to be enrolled: nothing is kept of it until it has shown a code."""

    setup: str
    secret: str
    uri: str


def begin_enrolment(vault: Seal, person_id: UUID, email: str, issuer: str) -> Setup:
    """A new secret, for the page that shows it as a QR code. What comes back with the code is `setup`."""
    secret = totp.new_secret()
    sealed = vault.seal({"totp": secret, "person": str(person_id), "until": now().timestamp() + SETUP_SECONDS})
    return Setup(sealed, secret, totp.address(secret, email, issuer))


async def enrol(tx: AsyncSession, vault: Seal, mail: Seal, caller: Caller, setup: str, code: str) -> list[str]:
    """Add the app that shows this code. Says the recovery codes, this once. Raises FactorThere, CodeRefused."""
    assert caller.id is not None
    new = _shown(vault, caller.id, setup, code)
    [made] = await fetch(tx, _ENROL_KNOWN, tenant_of(tx), caller.id, *new.row)
    if not made["made"]:
        raise FactorThere()
    say_changed(tx, mail, caller, "totp_added")
    return new.codes


async def enrol_with_ticket(
    tx: AsyncSession, vault: Seal, mail: Seal, step: SecondStep, setup: str
) -> tuple[Started, list[str]]:
    """Add the app of somebody who must have one to come in, and let them in. Raises CodeRefused, StepOver."""
    new = _shown(vault, None, setup, step.code)
    rows = await fetch(tx, _ENROL_BY_TICKET, tenant_of(tx), passwords.digest(step.ticket), *new.row)
    if not rows or not rows[0]["made"] or str(rows[0]["person_id"]) != new.person:
        raise StepOver()
    started = await _let_in(tx, rows[0]["person_id"], rows[0]["data"], step, "totp")
    say_changed(tx, mail, started.caller, "totp_added")
    return started, new.codes


@dataclass(frozen=True)
class _New:
    person: str
    row: tuple[str, int, list[bytes]]
    codes: list[str]


def _shown(vault: Seal, person_id: UUID | None, setup: str, code: str) -> _New:
    try:
        begun: dict[str, Any] = vault.open(setup)
    except Unreadable as error:
        raise SetupOver() from error
    fits = person_id is None or begun.get("person") == str(person_id)
    if "totp" not in begun or not fits or begun["until"] < now().timestamp():
        raise SetupOver()
    step = totp.step_of(begun["totp"], code)
    if step is None:
        raise CodeRefused()
    codes = totp.recovery_codes()
    kept = vault.seal({"secret": begun["totp"], "person": begun["person"]})
    return _New(begun["person"], (kept, step, [totp.digest(one) for one in codes]), codes)


@dataclass(frozen=True)
class SecondTry:
    """A code that was shown, before it is looked at."""

    step: SecondStep
    ticket_id: UUID
    person_id: UUID
    data: dict[str, Any]
    sealed: str


async def begin_second_step(tx: AsyncSession, step: SecondStep) -> SecondTry:
    """Count the try. Raises StepOver for a ticket that is over, and TooManyTries."""
    rows = await fetch(tx, _SECOND, tenant_of(tx), passwords.digest(step.ticket), step.ip, new_id())
    if not rows:
        raise StepOver()
    found = rows[0]
    if found["seconds"] and found["seconds"] > 0:
        raise TooManyTries(headers={"retry-after": str(found["seconds"])})
    return SecondTry(step, found["id"], found["person_id"], found["data"], found["sealed"])


@dataclass(frozen=True)
class Used:
    """The statement that uses a code and its ticket up, and which means it is of."""

    opening: str
    how: Literal["totp", "recovery_code"]


def use_up(vault: Seal, shown: SecondTry) -> Used:
    """What the transaction of `finish_second_step` opens with."""
    tenant, ticket = literal(shown.step.tenant_id), literal(shown.ticket_id)
    by = {"tenant": tenant, "ticket": ticket, "person": literal(shown.person_id)}
    step = totp.step_of(vault.open(shown.sealed)["secret"], shown.step.code)
    if step is not None:
        return Used(_BY_STEP.format(**by, step=int(step)), "totp")
    return Used(_BY_RECOVERY.format(**by, hash=literal(totp.digest(shown.step.code).hex())), "recovery_code")


async def finish_second_step(tx: AsyncSession, mail: Seal, shown: SecondTry, used: Used) -> Started:
    """Let somebody in whose code is right and was never used before. Raises CodeRefused, StepOver, LoginRefused."""
    if opened(tx) != "SELECT 1":
        raise CodeRefused()
    started = await _let_in(tx, shown.person_id, shown.data, shown.step, used.how)
    if used.how == "recovery_code":
        say_changed(tx, mail, started.caller, "code_used")
    return started


async def _let_in(tx: AsyncSession, person_id: UUID, data: dict[str, Any], step: SecondStep, how: str) -> Started:
    method = f"{data['method']}+{how}"
    entrance = Entrance(data["audience"], step.ip, step.user_agent, method, data["forgive"])
    return await let_in(tx, entrance, person_id, data["version"], proven=True)


_REMOVE = """
WITH asked AS (SELECT $3 AND coalesce((access ->> 'staff_second_factor')::boolean, false) AS needed
    FROM portal_settings WHERE tenant_id = $1
), gone AS (DELETE FROM totps f USING asked WHERE f.tenant_id = $1 AND f.person_id = $2 AND NOT asked.needed
    RETURNING f.person_id
), codes AS (DELETE FROM recovery_codes r USING gone WHERE r.tenant_id = $1 AND r.person_id = gone.person_id)
SELECT asked.needed, EXISTS (SELECT FROM gone) AS gone FROM asked
"""


async def remove_totp(tx: AsyncSession, mail: Seal, caller: Caller) -> None:
    """Take the app away, and the recovery codes with it. The password was asked for before.

    Raises FactorNeeded, FactorMissing.
    """
    [row] = await fetch(tx, _REMOVE, tenant_of(tx), caller.id, caller.kind == "staff")
    if row["needed"]:
        raise FactorNeeded()
    if not row["gone"]:
        raise FactorMissing()
    say_changed(tx, mail, caller, "totp_removed")


_RENEW = """
WITH mine AS (SELECT person_id FROM totps WHERE tenant_id = $1 AND person_id = $2),
gone AS (DELETE FROM recovery_codes WHERE tenant_id = $1 AND person_id = $2)
INSERT INTO recovery_codes (tenant_id, person_id, hash)
SELECT $1, mine.person_id, hash FROM mine, unnest($3::bytea[]) AS hash RETURNING 1
"""


async def new_recovery_codes(tx: AsyncSession, mail: Seal, caller: Caller) -> list[str]:
    """New recovery codes; the ones before are worth nothing any more. Raises FactorMissing."""
    codes = totp.recovery_codes()
    if not await fetch(tx, _RENEW, tenant_of(tx), caller.id, [totp.digest(code) for code in codes]):
        raise FactorMissing()
    say_changed(tx, mail, caller, "codes_renewed")
    return codes


def say_changed(tx: AsyncSession, mail: Seal, caller: Caller, what: Change) -> None:
    """A line in the trail, and a letter: nobody's ways in change without their hearing of it."""
    audit.note(tx, caller, audit.Line(f"security.{what}", caller.kind, caller.id, caller.name))
    kind: Literal["contact", "staff"] = "staff" if caller.kind == "staff" else "contact"
    person = Addressee(kind, caller.id, caller.name, caller.email)
    path = "/console/security" if kind == "staff" else "/account/security"
    tokens.write_to(tx, mail, "security_changed", person, path=path, change=what)
