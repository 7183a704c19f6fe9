"""F022-F026, F052: portal access, given to contacts and leads and taken away."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import policy
from identity.errors import ContactNotFound, MayNotDoThat
from identity.models import Contact, PortalSettings
from identity.schemas.access import AccessSettings
from identity.schemas.ways_in import Enabling
from identity.service import audit, said
from identity.service.admission import refuse_without_dates, refuse_without_email
from identity.service.contacts import FURTHER
from identity.service.invitations import invite_by_itself
from identity.service.rows import Changes, changed
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.outbox import emit
from kit.seal import Seal

# Whoever is shut out does not come back with what they had: neither a session nor a link.
_SHUT = """
WITH links AS (UPDATE tokens SET used_at = now() WHERE tenant_id = $1 AND person_id = $2 AND used_at IS NULL)
UPDATE sessions SET ended_at = now() WHERE tenant_id = $1 AND person_id = $2 AND ended_at IS NULL
"""


class _Found(NamedTuple):
    contact: Contact
    choices: AccessSettings
    further: list[UUID]


async def enable_contact(tx: AsyncSession, caller: Caller, seal: Seal, contact_id: UUID, wanted: Enabling) -> None:
    """Let a contact or lead in; one that the CRM enables gets the welcome letter where the tenant chose so (F053).

    Raises ContactNotFound, MayNotDoThat, EmailNeeded, WindowRequired.
    """
    row, choices, further = await _find(tx, caller, contact_id)
    refuse_without_email(row.email)
    named: dict[str, Any] = wanted.model_dump(exclude_unset=True)
    window = {name: named.get(name, getattr(row, name)) for name in ("support_start_on", "support_end_on")}
    refuse_without_dates(choices, window)
    if different := changed(row, named | {"portal_enabled": True}):
        if caller.kind == "key" and "portal_enabled" in different:
            await invite_by_itself(tx, seal, choices, [row])
        _say(tx, caller, "enabled", row, further, different)


async def disable_contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> None:
    """Shut a contact or lead out: their sessions and links are over at once. Raises ContactNotFound, MayNotDoThat."""
    row, _, further = await _find(tx, caller, contact_id)
    if different := changed(row, {"portal_enabled": False}):
        await fetch(tx, _SHUT, tenant_of(tx), row.id)
        _say(tx, caller, "disabled", row, further, different)


async def _find(tx: AsyncSession, caller: Caller, contact_id: UUID) -> _Found:
    if not policy.may_edit_people(caller):
        raise MayNotDoThat("Only those who edit people can give portal access or take it away.")
    query = select(Contact, PortalSettings.access, FURTHER)
    query = query.join(PortalSettings, PortalSettings.tenant_id == Contact.tenant_id)
    found = (await tx.execute(query.where(Contact.id == contact_id).with_for_update(of=Contact))).one_or_none()
    if found is None:
        raise ContactNotFound()
    return _Found(found[0], AccessSettings.model_validate(found[1]), found[2] or [])


def _say(tx: AsyncSession, caller: Caller, verb: str, row: Contact, further: list[UUID], different: Changes) -> None:
    emit(tx, said.contact(row, further), version=row.version)
    audit.note(tx, caller, audit.Line(f"contact.{verb}", row.kind, row.id, row.name, different))
