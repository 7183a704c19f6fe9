"""F029, F030: inviting a contact or lead, and the first password on a screen."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import HasPassword, InitialPasswordOff, MayNotDoThat, NotEnabled
from identity.models import Contact
from identity.service import audit
from identity.service.found import Found, find_contact
from identity.service.sessions import set_password
from identity.service.welcome import invite
from kit.caller import Caller
from kit.seal import Seal


async def send_welcome(tx: AsyncSession, caller: Caller, seal: Seal, contact_id: UUID) -> Found:
    """F029: send the welcome letter; again, and only its newest link is good. F051: who opted out gets none.

    Raises ContactNotFound, MayNotDoThat, NotEnabled.
    """
    found = await _enabled(tx, caller, contact_id)
    row = found.contact
    if not row.email_opt_out:
        await invite(tx, seal, found.choices, [row])
        audit.note(tx, caller, audit.Line("contact.invited", row.kind, row.id, row.name))
    return found


async def allow_initial_password(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Contact:
    """F030: may this contact be given a first password now, and by this caller?

    Raises ContactNotFound, MayNotDoThat, InitialPasswordOff, NotEnabled, HasPassword.
    """
    found = await _enabled(tx, caller, contact_id)
    if caller.kind != "staff":
        raise MayNotDoThat("A first password is shown to staff, on a screen. Send the welcome letter instead.")
    if not found.choices.initial_password:
        raise InitialPasswordOff()
    if found.has_own_password:
        raise HasPassword()
    return found.contact


async def give_initial_password(tx: AsyncSession, caller: Caller, contact_id: UUID, hashed: str) -> Contact:
    """F030: from here on the contact comes in by this password, and chooses another one first of all."""
    row = await allow_initial_password(tx, caller, contact_id)
    await set_password(tx, row.id, hashed, must_change=True)
    audit.note(tx, caller, audit.Line("contact.first_password_shown", row.kind, row.id, row.name))
    return row


async def _enabled(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Found:
    found = await find_contact(tx, caller, contact_id)
    if not found.contact.portal_enabled:
        raise NotEnabled()
    return found
