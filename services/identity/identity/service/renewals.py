"""F087: support that is about to end is told, once for each end it has."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import SupportEndNeared
from kit.db import Database, fetch, tenant_of
from kit.outbox import emit

# Marked and said in one transaction: of two workers one finds the row as it was.
_TELL = """
UPDATE contacts c SET renewal_told_on = c.support_end_on FROM organisations o
WHERE c.tenant_id = $1 AND c.id = ANY ($2) AND o.tenant_id = c.tenant_id AND o.id = c.organisation_id
    AND c.portal_enabled AND c.support_end_on >= current_date AND c.renewal_told_on IS DISTINCT FROM c.support_end_on
RETURNING c.id, c.name, c.organisation_id, o.name AS organisation_name, c.support_end_on, c.version
"""


async def tell_renewals(tx: AsyncSession, contact_ids: list[UUID]) -> int:
    """Say of these contacts that their support ends soon, unless that was said. Returns of how many it was said."""
    rows = await fetch(tx, _TELL, tenant_of(tx), contact_ids)
    for row in rows:
        event = SupportEndNeared(
            contact_id=row["id"],
            contact_name=row["name"],
            organisation_id=row["organisation_id"],
            organisation_name=row["organisation_name"],
            ends_on=row["support_end_on"],
        )
        emit(tx, event, version=row["version"])
    return len(rows)


async def look_for_renewals(database: Database, most: int = 500) -> int:
    """Of every tenant, those whose support ends within the days the tenant chose. Returns of how many it was said."""
    async with database.transaction(None) as tx:
        due = await fetch(tx, "SELECT * FROM renewals_due($1)", most)
    by_tenant: dict[UUID, list[UUID]] = {}
    for row in due:
        by_tenant.setdefault(row["tenant_id"], []).append(row["id"])
    said = 0
    for tenant_id, contact_ids in by_tenant.items():
        async with database.transaction(tenant_id) as tx:
            said += await tell_renewals(tx, contact_ids)
    return said
