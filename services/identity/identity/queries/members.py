"""Who acts for which organisations."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import ContactNotFound
from identity.policy import sees_everybody
from kit.caller import Caller
from kit.db import fetch, tenant_of

_MINE = """
SELECT o.id, o.name, o.id = $3 AS current, o.id = c.organisation_id AS own, o.id = c.default_organisation_id AS chosen,
    CASE WHEN o.id = c.organisation_id THEN c.manager ELSE m.manager END AS manager
FROM contacts c
LEFT JOIN memberships m ON m.tenant_id = c.tenant_id AND m.contact_id = c.id
JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id IN (c.organisation_id, m.organisation_id) AND o.active
WHERE c.tenant_id = $1 AND c.id = $2
ORDER BY o.sort_name, o.id
"""

_THEIRS = """
SELECT o.id AS organisation_id, o.name AS organisation_name, o.external_id AS organisation_external_id, m.manager,
    m.modules
FROM contacts c
LEFT JOIN (memberships m JOIN organisations o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id)
    ON m.tenant_id = c.tenant_id AND m.contact_id = c.id
WHERE c.tenant_id = $1 AND c.id = $2
ORDER BY o.sort_name, o.id
"""


async def my_organisations(tx: AsyncSession, caller: Caller) -> list[dict[str, Any]]:
    """Every organisation the caller may act for, by name: which now, and which after logging in."""
    if caller.kind != "contact":
        return []
    rows = await fetch(tx, _MINE, tenant_of(tx), caller.id, caller.organisation_id)
    mine = {row["id"]: row for row in rows}
    chosen = any(row["chosen"] for row in mine.values())
    return [
        {name: row[name] for name in ("id", "name", "manager", "current")}
        | {"default": bool(row["chosen"]) if chosen else row["own"]}
        for row in mine.values()
    ]


async def memberships(tx: AsyncSession, caller: Caller, contact_id: UUID) -> list[dict[str, Any]]:
    """The further organisations a contact acts for. Raises ContactNotFound."""
    rows = await fetch(tx, _THEIRS, tenant_of(tx), contact_id) if sees_everybody(caller) else []
    if not rows:
        raise ContactNotFound()
    return [dict(row) for row in rows if row["organisation_id"]]
