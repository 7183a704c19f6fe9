"""F022-F026, F052: portal access, given to contacts and leads and taken away."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.schemas.ways_in import Enabling
from identity.service import audit, said
from identity.service.found import Found, find_contact
from identity.service.requirements import refuse_without_dates, refuse_without_email
from identity.service.rows import Changes, changed
from identity.service.shutting import shut_out
from identity.service.welcome import invite_by_itself
from kit.caller import Caller
from kit.outbox import emit
from kit.seal import Seal


async def enable_contact(tx: AsyncSession, caller: Caller, seal: Seal, contact_id: UUID, wanted: Enabling) -> Found:
    """Let a contact or lead in; one that the CRM enables gets the welcome letter where the tenant chose so (F053).

    Raises ContactNotFound, MayNotDoThat, EmailNeeded, WindowNeeded, WrongWindow.
    """
    found = await find_contact(tx, caller, contact_id)
    row = found.contact
    refuse_without_email(row.email)
    named: dict[str, Any] = wanted.model_dump(exclude_unset=True)
    window = {name: named.get(name, getattr(row, name)) for name in ("support_start_on", "support_end_on")}
    refuse_without_dates(found.choices, window)
    if different := changed(row, named | {"portal_enabled": True}):
        if caller.kind == "key" and "portal_enabled" in different:
            await invite_by_itself(tx, seal, found.choices, [row])
        _say(tx, caller, "enabled", found, different)
    return found


async def disable_contact(tx: AsyncSession, caller: Caller, contact_id: UUID) -> Found:
    """Shut a contact or lead out: their sessions and links are over at once. Raises ContactNotFound, MayNotDoThat."""
    found = await find_contact(tx, caller, contact_id)
    row = found.contact
    if different := changed(row, {"portal_enabled": False}):
        shut_out(tx, [(row.id, different)])
        _say(tx, caller, "disabled", found, different)
    return found


def _say(tx: AsyncSession, caller: Caller, verb: str, found: Found, different: Changes) -> None:
    row = found.contact
    emit(tx, said.contact(row, found.further), version=row.version)
    audit.note(tx, caller, audit.Line(f"contact.{verb}", row.kind, row.id, row.name, different))
