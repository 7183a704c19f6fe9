"""How often access is asked for: counted by source, address and tenant, and refused without locking anybody out."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import TooManyRegistrations
from kit.db import fetch, tenant_of
from kit.ids import new_id

LETTERS = 3
"""So many letters an hour go to one address; then those it has must do, and the answer stays the same."""
_FROM_ONE, _OF_TENANT = 20, 300
_FROM_ONE_UNPROVEN, _OF_TENANT_UNPROVEN = 5, 60
"""An hour, from one source and for a whole tenant. Without a solved captcha only such tries count, and fewer do."""

# The tenant's limit does not hold for a source from which somebody has logged in before. Whom the address
# belongs to is read along, so that a known and an unknown one cost the same.
_ASK = """
WITH gone AS (DELETE FROM register_tries WHERE tenant_id = $1 AND at < now() - interval '1 hour'),
wait AS (SELECT greatest(
    (SELECT at FROM register_tries WHERE tenant_id = $1 AND ip = $2 AND at > now() - interval '1 hour'
        AND (NOT proven OR $5) ORDER BY at DESC OFFSET $6 LIMIT 1),
    CASE WHEN NOT EXISTS (SELECT FROM sessions WHERE tenant_id = $1 AND ip = $2) THEN
        (SELECT at FROM register_tries WHERE tenant_id = $1 AND at > now() - interval '1 hour'
            AND (NOT proven OR $5) ORDER BY at DESC OFFSET $7 LIMIT 1) END
) + interval '1 hour' - now() AS longer), noted AS (
    INSERT INTO register_tries (tenant_id, id, ip, email_key, proven)
    SELECT $1, $4, $2, lower($3), $5 FROM wait WHERE longer IS NULL
)
SELECT ceil(extract(epoch FROM wait.longer))::integer AS seconds, s.access,
    (SELECT count(*) FROM register_tries t WHERE t.tenant_id = $1 AND t.email_key = lower($3)
        AND t.at > now() - interval '1 hour') AS before,
    c.id, c.name, c.email, coalesce(c.portal_enabled AND o.active, false) AS enabled, p.hash IS NOT NULL AS chosen
FROM wait CROSS JOIN portal_settings s
LEFT JOIN contacts c ON c.tenant_id = s.tenant_id AND c.email_key = lower($3)
LEFT JOIN organisations o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id
LEFT JOIN passwords p ON p.tenant_id = c.tenant_id AND p.person_id = c.id
WHERE s.tenant_id = $1
"""


async def count_a_try(tx: AsyncSession, ip: str, email: str = "", *, proven: bool) -> Any:
    """Count it, and say how the tenant is set and whom the address belongs to. Raises TooManyRegistrations."""
    from_one, of_tenant = (_FROM_ONE, _OF_TENANT) if proven else (_FROM_ONE_UNPROVEN, _OF_TENANT_UNPROVEN)
    tried: UUID = new_id()
    values = (tenant_of(tx), ip, email, tried, proven, from_one - 1, of_tenant - 1)
    [found] = await fetch(tx, _ASK, *values)
    if found["seconds"]:
        raise TooManyRegistrations(headers={"retry-after": str(found["seconds"])})
    return found
