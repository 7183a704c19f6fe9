"""For which of their organisations somebody acts: switched in a session, and chosen for the next login."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords, queries
from identity.errors import OrganisationNotFound, SessionNotFound
from identity.queries import Portal
from identity.service import audit
from kit.caller import Caller
from kit.db import fetch, tenant_of

_SWITCH = "UPDATE sessions SET organisation_id = $3 WHERE tenant_id = $1 AND token_hash = $2"

_DEFAULT = """
UPDATE contacts c SET default_organisation_id = o.id
FROM organisations o, contacts before
WHERE c.tenant_id = $1 AND c.id = $2 AND before.tenant_id = $1 AND before.id = $2
    AND o.tenant_id = $1 AND o.id = $3 AND o.active AND (o.id = c.organisation_id OR EXISTS (
        SELECT FROM memberships m WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.organisation_id = $3))
RETURNING before.default_organisation_id AS before, o.name
"""


async def switch(tx: AsyncSession, secret: str, organisation_id: UUID) -> tuple[Any, Caller, Portal]:
    """Have a session act for another organisation of its person's from now on, and say who it is then.

    Raises SessionNotFound; OrganisationNotFound for one that is not theirs.
    """
    digest = passwords.digest(secret)
    found = await queries.session_by(tx, digest, organisation_id)
    if found is None or found[1].tenant_id != tenant_of(tx):
        raise SessionNotFound()
    _, caller, _ = found
    if caller.organisation_id != organisation_id:
        raise OrganisationNotFound()
    await fetch(tx, _SWITCH, tenant_of(tx), digest, organisation_id)
    to = {"organisation_id": [None, organisation_id]}
    audit.note(tx, caller, audit.Line("session.switched", caller.kind, caller.id, caller.name, to))
    return found


async def set_default(tx: AsyncSession, caller: Caller, organisation_id: UUID) -> None:
    """Choose the organisation to act for after logging in. Raises OrganisationNotFound for one that is not theirs."""
    if caller.kind != "contact":
        raise OrganisationNotFound()
    rows = await fetch(tx, _DEFAULT, tenant_of(tx), caller.id, organisation_id)
    if not rows:
        raise OrganisationNotFound()
    if rows[0]["before"] != organisation_id:
        to = {"default_organisation_id": [rows[0]["before"], organisation_id]}
        audit.note(tx, caller, audit.Line("contact.changed", "contact", caller.id, caller.name, to))
