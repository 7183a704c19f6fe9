"""F059: the PIN somebody signs with: set, changed, reset, asked for; five wrong ones lock it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import ContactNotFound, MayNotDoThat, PinLocked, PinMissing, PinNotYours, PinThere, PinTooSimple
from identity.schemas.pins import PinView
from identity.service import audit, tokens
from identity.service.factors import say_changed
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.seal import Seal

TRIES = 5

_READ = """
SELECT p.hash, p.tries, p.changed_at, c.may_reset_pin FROM contacts c
LEFT JOIN pins p ON p.tenant_id = c.tenant_id AND p.person_id = c.id WHERE c.tenant_id = $1 AND c.id = $2
"""
# The try is counted before the PIN is looked at, so that five at once are five.
_TRY = """
UPDATE pins SET tries = tries + 1, locked_at = CASE WHEN tries + 1 >= $3 THEN now() END
WHERE tenant_id = $1 AND person_id = $2 AND tries < $3 RETURNING hash, tries
"""
_SET = """
INSERT INTO pins (tenant_id, person_id, hash, tries, changed_at) VALUES ($1, $2, $3, 0, now())
ON CONFLICT (tenant_id, person_id) DO UPDATE SET hash = $3, tries = 0, locked_at = NULL, changed_at = now()
WHERE $4 RETURNING changed_at
"""
_FORGIVE = "UPDATE pins SET tries = 0, locked_at = NULL WHERE tenant_id = $1 AND person_id = $2"
_STAFFS: dict[str, str] = {
    "pin_unlocked": f"WITH found AS ({_FORGIVE} RETURNING person_id)",
    "pin_removed": "WITH found AS (DELETE FROM pins WHERE tenant_id = $1 AND person_id = $2 RETURNING person_id)",
}
_OF_WHOM = """
SELECT c.id, c.name, c.email, EXISTS (SELECT FROM found) AS there FROM contacts c WHERE c.tenant_id = $1 AND c.id = $2
"""
_WHOM_TO_TELL = """
SELECT c.id, c.name, c.email, 'contact' AS kind FROM contacts c WHERE c.tenant_id = $1 AND c.id = $2
UNION ALL
SELECT s.id, s.name, s.email, 'staff' FROM staff s WHERE s.tenant_id = $1 AND s.active AND 'admin' = ANY (s.roles)
ORDER BY kind LIMIT 50
"""


@dataclass(frozen=True)
class PinTry:
    """A PIN that was shown, before it is looked at."""

    hash: str
    tries: int

    @property
    def last(self) -> bool:
        """Is the PIN locked if this is not it?"""
        return self.tries >= TRIES


def refuse_simple(pin: str) -> None:
    """No row of one digit, no digits in a row, no pair again and again. Raises PinTooSimple."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    pairs = {pin[at : at + 2] for at in range(0, len(pin), 2)}
    if (len(steps) == 1 and steps <= {0, 1, 9}) or len(pairs) == 1:
        raise PinTooSimple()


async def read_pin(tx: AsyncSession, caller: Caller) -> PinView:
    """Whether there is one, since when, and whether it is locked."""
    row = await _row(tx, caller)
    tries = row["tries"] or 0
    return PinView(set_at=row["changed_at"], locked=tries >= TRIES, may_reset=row["may_reset_pin"])


def refuse_reset(pin: PinView) -> None:
    """O+1: only who may can reset theirs, and a locked one is for staff to unlock. Raises PinLocked, PinNotYours."""
    if pin.locked:
        raise PinLocked()
    if not pin.may_reset:
        raise PinNotYours()


async def _row(tx: AsyncSession, caller: Caller) -> Any:
    if caller.kind != "contact" or not caller.has("sign"):
        raise MayNotDoThat("A PIN is for those who may sign.")
    rows = await fetch(tx, _READ, tenant_of(tx), caller.id)
    if not rows:
        raise ContactNotFound()
    return rows[0]


async def begin_try(tx: AsyncSession, person_id: UUID) -> PinTry:
    """Count the try. Raises PinLocked; PinMissing where there is none."""
    rows = await fetch(tx, _TRY, tenant_of(tx), person_id, TRIES)
    if rows:
        return PinTry(rows[0]["hash"], rows[0]["tries"])
    there = await fetch(tx, "SELECT FROM pins WHERE tenant_id = $1 AND person_id = $2", tenant_of(tx), person_id)
    raise PinLocked() if there else PinMissing()


async def right(tx: AsyncSession, person_id: UUID) -> None:
    """It was the PIN: the tries before it are forgiven."""
    await fetch(tx, _FORGIVE, tenant_of(tx), person_id)


async def locked(tx: AsyncSession, mail: Seal, caller: Caller, person_id: UUID) -> None:
    """The fifth wrong one: its owner and the tenant's admins are told, and the trail."""
    people = await fetch(tx, _WHOM_TO_TELL, tenant_of(tx), person_id)
    name = next((one["name"] for one in people if one["kind"] == "contact"), "")
    audit.note(tx, caller, audit.Line("pin.locked", "contact", person_id, name))
    for one in people:
        about_them = one["kind"] == "staff"
        letter: dict[str, Any] = {
            "path": f"/console/contacts/{person_id}" if about_them else "/account/security",
            "who": name,
        }
        person = Addressee(one["kind"], one["id"], one["name"], one["email"])
        tokens.write_to(tx, mail, "pin_locked", person, about_them=about_them, **letter)


async def set_pin(tx: AsyncSession, mail: Seal, caller: Caller, hashed: str, before: PinView) -> PinView:
    """Keep a PIN; in place of the one that was there before, and of no other. Raises PinThere."""
    rows = await fetch(tx, _SET, tenant_of(tx), caller.id, hashed, before.set_at is not None)
    if not rows:
        raise PinThere()
    say_changed(tx, mail, caller, "pin")
    return PinView(set_at=rows[0]["changed_at"], locked=False, may_reset=before.may_reset)


async def unlock_pin(tx: AsyncSession, mail: Seal, caller: Caller, contact_id: UUID) -> None:
    """Staff let somebody try again. Raises MayNotDoThat, ContactNotFound, PinMissing."""
    await _by_staff(tx, mail, caller, contact_id, "pin_unlocked")


async def remove_pin(tx: AsyncSession, mail: Seal, caller: Caller, contact_id: UUID) -> None:
    """Staff take a forgotten PIN away: its owner sets a new one with their password.

    Raises MayNotDoThat, ContactNotFound, PinMissing.
    """
    await _by_staff(tx, mail, caller, contact_id, "pin_removed")


async def _by_staff(tx: AsyncSession, mail: Seal, caller: Caller, contact_id: UUID, change: str) -> None:
    """Done, noted, and its owner told."""
    if caller.kind != "staff" or not caller.has("people.edit"):
        raise MayNotDoThat("Only those who edit people can unlock a PIN, or take it away.")
    rows = await fetch(tx, _STAFFS[change] + _OF_WHOM, tenant_of(tx), contact_id)
    if not rows:
        raise ContactNotFound()
    if not rows[0]["there"]:
        raise PinMissing()
    person = Addressee("contact", contact_id, rows[0]["name"], rows[0]["email"])
    audit.note(tx, caller, audit.Line(change.replace("_", "."), "contact", contact_id, person.name))
    tokens.write_to(tx, mail, "security_changed", person, path="/account/security", change=change)
