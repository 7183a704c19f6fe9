"""F022: whoever is shut out does not come back with what they had: neither a session nor a link."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity.service.rows import Changes
from kit.db import fetch, tenant_of

_SHUT = """
WITH links AS (UPDATE tokens SET used_at = now() WHERE tenant_id = $1 AND person_id = ANY ($2) AND used_at IS NULL)
UPDATE sessions SET ended_at = now() WHERE tenant_id = $1 AND person_id = ANY ($2) AND ended_at IS NULL
"""


async def shut_out(tx: AsyncSession, differing: Iterable[tuple[UUID, Changes]]) -> None:
    """End the sessions and links of those who are not let in any more. One statement, if there is anybody."""
    shut = [person_id for person_id, different in differing if _is_shut(different)]
    if shut:
        await fetch(tx, _SHUT, tenant_of(tx), shut)


def _is_shut(different: Mapping[str, list[object]]) -> bool:
    return different.get("portal_enabled", [None, None])[1] is False
