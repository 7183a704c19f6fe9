"""Asking for access: the form, the letter that proves the address, and what comes of it once it is proven.

Nothing here tells whoever asks whether an address is known (F034): known and unknown ones take as many
statements and get the same answer, and all that differs is said in a letter to the address itself.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.errors import AnotherAddress, RegisteringOff
from identity.schemas.access import AccessSettings
from identity.schemas.registrations import Confirmation, Confirmed, LinkView, NewRegistration, WhichLink, Who
from identity.service import tokens
from identity.service.arrivals import let_wait, open_to_a_lead
from identity.service.tokens import Addressee
from identity.service.tries import LETTERS, count_a_try
from kit.db import fetch, tenant_of
from kit.ids import new_id, now
from kit.seal import Seal

_PURPOSES = {False: "confirm", True: "invite"}

# The link is used up and everything that decides how it goes on is read, in one statement: of two at once, one.
_USE = """
WITH used AS (
    UPDATE tokens SET used_at = now()
    WHERE tenant_id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > now()
    RETURNING email, data
)
SELECT used.email, used.data, c.id, c.name,
    coalesce(c.portal_enabled AND o.active, false) AS enabled, p.hash IS NOT NULL AS chosen,
    ARRAY(SELECT to_jsonb(f) FROM staff f WHERE f.tenant_id = $1 AND f.active AND f.on_duty
        AND 'registration_mapper' = ANY (f.roles) ORDER BY f.id) AS mappers
FROM used
LEFT JOIN contacts c ON c.tenant_id = $1 AND c.email_key = lower(used.email)
LEFT JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id
LEFT JOIN passwords p ON p.tenant_id = c.tenant_id AND p.person_id = c.id
"""


async def ask_for_access(tx: AsyncSession, seal: Seal, new: NewRegistration) -> None:
    """F034, F041: somebody asks for access. Raises RegisteringOff, TooManyRegistrations."""
    found = await count_a_try(tx, new.ip, new.email, proven=new.proven)
    access = AccessSettings.model_validate(found["access"])
    if access.register_mode == "off":
        raise RegisteringOff()
    if access.register_mode == "pre_enabled":
        await _write_to_the_enabled(tx, seal, access, found)
    elif found["before"] < LETTERS:
        to = Addressee("stranger", None, new.name, new.email.lower())
        secret = await tokens.issue(tx, "confirm", to, data=new.model_dump(exclude={"ip", "proven"}))
        tokens.write_to(tx, seal, "confirm", to, path=f"/register/confirm/{secret}")


async def _write_to_the_enabled(tx: AsyncSession, seal: Seal, access: AccessSettings, found: Any) -> None:
    """F034: whoever is portal-enabled gets a letter; for everybody else as much is done, and nothing comes of it."""
    written = found["enabled"] and found["before"] < LETTERS
    to = Addressee("contact", found["id"], found["name"], found["email"]) if written else None
    if to and not found["chosen"]:
        send_login_details(tx, seal, access, to, await tokens.issue(tx, "activate", to))
        return
    nobody = Addressee("stranger", new_id(), "", "")
    await tokens.issue(tx, "nobody", nobody, lives=timedelta(minutes=1))
    if to:
        tokens.write_to(tx, seal, "have_access", to, path="/login")
    else:
        tokens.write_to_nobody(tx, seal, path="/login")


def send_login_details(tx: AsyncSession, seal: Seal, access: AccessSettings, to: Addressee, secret: str) -> None:
    """F031, F039, F048: the letter the tenant chose to say how to sign in, with the link to choose a password."""
    expires_at = now() + tokens.LIFETIME["activate"]
    letter = {"path": f"/activate/{secret}", "user_name": to.email}
    tokens.write_to(tx, seal, access.login_details_template, to, expires_at=expires_at, **letter)


async def look_at_link(tx: AsyncSession, which: WhichLink) -> LinkView:
    """Whom a link was sent to. Looking uses nothing up. Raises LinkOver."""
    token = await tokens.peek(tx, _PURPOSES[which.invited], which.token)
    return LinkView(email=token.email, name=str(token.data.get("name", "")))


async def confirm_address(tx: AsyncSession, seal: Seal, given: Confirmation) -> Confirmed:
    """F035, F041, F044: use the link: the address is proven, and it goes on as the tenant chose.

    A link that is over is an outcome and no error, so that the try counts. Raises AnotherAddress,
    TooManyRegistrations, EmailTaken.
    """
    tried = await count_a_try(tx, given.ip, proven=True)
    access = AccessSettings.model_validate(tried["access"])
    used = await fetch(tx, _USE, tenant_of(tx), passwords.digest(given.token), _PURPOSES[given.invited])
    if not used or not _still_taken(access, invited=given.invited):
        return Confirmed(outcome="over")
    found = used[0]
    who = given.who or Who(email=found["email"], **{k: v for k, v in found["data"].items() if k != "email"})
    if who.email.lower() != found["email"].lower():
        raise AnotherAddress(errors=[{"field": "email", "detail": "is not the address that was invited"}])
    return await _go_on(tx, seal, access, found, who, invited=given.invited)


def _still_taken(access: AccessSettings, *, invited: bool) -> bool:
    return access.auto_invite if invited else access.register_mode in ("mapped", "open")


async def _go_on(
    tx: AsyncSession, seal: Seal, access: AccessSettings, found: Any, who: Who, *, invited: bool
) -> Confirmed:
    if found["enabled"] and found["chosen"]:
        return Confirmed(outcome="known")
    contact = Addressee("contact", found["id"], found["name"], found["email"]) if found["enabled"] else None
    # Somebody the tenant knows and has not enabled is for staff to decide, however open the door is.
    if contact is None and found["id"] is None and _opens(access, invited=invited):
        contact = await open_to_a_lead(tx, who)
    if contact is None:
        await let_wait(tx, seal, who, found["mappers"])
        return Confirmed(outcome="waiting")
    [secret] = tokens.issue_at_last(tx, "activate", [contact])
    return Confirmed.model_validate({"outcome": "activate", "path": f"/activate/{secret}"})


def _opens(access: AccessSettings, *, invited: bool) -> bool:
    """F052: where everybody needs a support window, somebody of the staff must give it."""
    return (invited or access.register_mode == "open") and not access.window_required
