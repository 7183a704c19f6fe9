"""F029-F031, F048: the welcome letter with its link, and the first password on a screen."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.errors import ContactNotFound, HasPassword, InitialPasswordOff, MayNotDoThat, NotEnabled
from identity.models import Contact, Password, PortalSettings
from identity.schemas.access import AccessSettings
from identity.service import audit, tokens
from identity.service.sessions import set_password
from identity.service.tokens import Addressee
from kit.caller import Caller
from kit.ids import now
from kit.seal import Seal

PURPOSE = "activate"


async def send_welcome(tx: AsyncSession, caller: Caller, seal: Seal, contact_id: UUID) -> None:
    """F029: send the welcome letter; again, and only its newest link is good. F051: who opted out gets none.

    Raises ContactNotFound, MayNotDoThat, NotEnabled.
    """
    row, choices, _ = await _enabled(tx, caller, contact_id)
    if row.email_opt_out:
        return
    await _invite(tx, seal, choices, [row])
    audit.note(tx, caller, audit.Line("contact.invited", row.kind, row.id, row.name))


async def invite_by_itself(tx: AsyncSession, seal: Seal, choices: AccessSettings, rows: Sequence[Contact]) -> None:
    """F031, F053: the welcome letter for those whom the CRM has just enabled, where the tenant chose so."""
    told = {"contact": choices.contacts_auto_notify, "lead": choices.leads_auto_notify}
    if invited := [row for row in rows if told[row.kind] and not row.email_opt_out]:
        await _invite(tx, seal, choices, invited)


async def _invite(tx: AsyncSession, seal: Seal, choices: AccessSettings, rows: Sequence[Contact]) -> None:
    people = [Addressee("contact", row.id, row.name, row.email) for row in rows]
    secrets = await tokens.issue_all(tx, PURPOSE, people)
    at = now()
    for row, to, secret in zip(rows, people, secrets, strict=True):
        row.invited_at = at
        letter = {"path": f"/activate/{secret}", "user_name": row.email}
        expires_at = at + tokens.LIFETIME[PURPOSE]
        tokens.write_to(tx, seal, choices.login_details_template, to, expires_at=expires_at, **letter)


async def allow_initial_password(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Contact:
    """F030: may this contact be given a first password now, and by this caller?

    Raises ContactNotFound, MayNotDoThat, InitialPasswordOff, NotEnabled, HasPassword.
    """
    row, choices, password = await _enabled(tx, caller, contact_id)
    if caller.kind != "staff":
        raise MayNotDoThat("A first password is shown to staff, on a screen. Send the welcome letter instead.")
    if not choices.initial_password:
        raise InitialPasswordOff()
    if password is not None and password.hash is not None and not password.must_change:
        raise HasPassword()
    return row


async def give_initial_password(tx: AsyncSession, caller: Caller, contact_id: UUID, hashed: str) -> Contact:
    """F030: from here on the contact comes in by this password, and chooses another one first of all."""
    row = await allow_initial_password(tx, caller, contact_id)
    await set_password(tx, row.id, hashed, must_change=True)
    audit.note(tx, caller, audit.Line("contact.first_password_shown", row.kind, row.id, row.name))
    return row


async def _enabled(
    tx: AsyncSession, caller: Caller, contact_id: UUID
) -> tuple[Contact, AccessSettings, Password | None]:
    if not policy.may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can invite them.")
    query = select(Contact, PortalSettings.access, Password)
    query = query.join(PortalSettings, PortalSettings.tenant_id == Contact.tenant_id)
    mine = (Password.tenant_id == Contact.tenant_id) & (Password.person_id == Contact.id)
    query = query.outerjoin(Password, mine).where(Contact.id == contact_id).with_for_update(of=Contact)
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise ContactNotFound()
    if not found[0].portal_enabled:
        raise NotEnabled()
    return found[0], AccessSettings.model_validate(found[1]), found[2]
