"""F040, F045-F049: letters to whoever forgot their password or user name, or let their invitation expire.

Known and unknown addresses are answered alike: the same statements run, the same secret is made and sealed;
only that one of them is nobody's, and no letter is written for it.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.schemas.ways_in import Forgotten
from identity.service import tokens
from identity.service.choosing import PEOPLE
from identity.service.logins import count_try
from identity.service.tokens import Addressee
from identity.service.welcome import PURPOSE as INVITATION
from kit.db import fetch, tenant_of
from kit.ids import new_id, now
from kit.seal import Seal

PATIENCE = timedelta(minutes=5)
"""One letter of a kind to one person in this time: the link they wait for stays good, whoever else asks for one."""

_PURPOSE = {"password": "reset", "username": "username"}

# Who may be written to. `fresh`: they were, a moment ago.
_FOUND = """
SELECT p.id, p.name, p.email, p.kind, p.arrived, s.access ->> 'forgot_password_template' AS reset_letter,
    s.access ->> 'login_details_template' AS welcome_letter,
    EXISTS (SELECT FROM tokens k WHERE k.tenant_id = p.tenant_id AND k.person_id = p.id AND k.purpose = $3
        AND k.used_at IS NULL AND k.created_at > now() - $4::interval) AS fresh
FROM ({people}) p JOIN portal_settings s ON s.tenant_id = p.tenant_id
WHERE p.tenant_id = $1 AND NOT p.silent AND {which}
"""
_BY_EMAIL = "p.email_key = lower($2)"
_BY_LINK = "p.id = (SELECT k.person_id FROM tokens k WHERE k.tenant_id = $1 AND k.hash = $2 AND k.purpose = $3)"


async def ask_again(tx: AsyncSession, seal: Seal, asked: Forgotten) -> None:
    """F045, F046: somebody says they forgot theirs. Raises TooManyTries, and nothing else whoever it is."""
    audience, what, email = asked.audience, asked.what, asked.email
    # F042: without a captcha five tries in five minutes for all addresses together, with one for each of them.
    await count_try(tx, asked.ip, f"{what} {audience} {email if asked.proven else '-'}")
    statement = _FOUND.format(people=PEOPLE[audience], which=_BY_EMAIL)
    rows: list[Any] = await fetch(tx, statement, tenant_of(tx), email, _PURPOSE[what], PATIENCE)
    found = rows[0] if rows and not rows[0]["fresh"] else None
    to = _addressee(found)
    secret = await tokens.issue(tx, _PURPOSE[what], to, lives=tokens.LIFETIME["reset"])
    root = "/console" if audience == "console" else ""
    letter = {"path": f"{root}/reset/{secret}" if what == "password" else f"{root}/login", "user_name": to.email}
    template = "username" if what == "username" else (found and found["reset_letter"]) or "reset"
    _write(tx, seal, template, to, letter, lives=tokens.LIFETIME["reset"])


async def ask_for_invitation(tx: AsyncSession, seal: Seal, secret: str, ip: str) -> None:
    """F040: the holder of a link that is over wants a new one; whoever else holds it learns nothing.

    Raises TooManyTries.
    """
    hashed = passwords.digest(secret)
    await count_try(tx, ip, f"invitation {hashed.hex()[:32]}")
    statement = _FOUND.format(people=PEOPLE["portal"], which=_BY_LINK)
    rows: list[Any] = await fetch(tx, statement, tenant_of(tx), hashed, INVITATION, PATIENCE)
    found = rows[0] if rows and not rows[0]["fresh"] and not rows[0]["arrived"] else None
    to = _addressee(found)
    newest = await tokens.issue(tx, INVITATION, to)
    letter = {"path": f"/activate/{newest}", "user_name": to.email}
    template = (found and found["welcome_letter"]) or "welcome"
    _write(tx, seal, template, to, letter, lives=tokens.LIFETIME[INVITATION])


def _addressee(found: Any) -> Addressee:
    """Whoever was found; else nobody, under an id that nobody has."""
    if found is None:
        return Addressee("stranger", new_id(), "", "")
    return Addressee(found["kind"], found["id"], found["name"], found["email"])


def _write(
    tx: AsyncSession, seal: Seal, template: str, to: Addressee, letter: dict[str, str], *, lives: timedelta
) -> None:
    """The letter; for nobody as much is done."""
    if to.kind != "stranger":
        tokens.write_to(tx, seal, template, to, expires_at=now() + lives, **letter)
    else:
        tokens.write_to_nobody(tx, seal, **letter)
