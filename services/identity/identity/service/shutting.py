"""F022: whoever is shut out does not come back with what they had: neither a session nor a link."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from identity.service.rows import Changes
from kit.at_last import at_last


def shut_out(tx: AsyncSession, differing: Iterable[tuple[UUID, Changes]]) -> None:
    """End the sessions and links of those who are not let in any more, in the round trip of the COMMIT."""
    shut = [person_id for person_id, different in differing if _is_shut(different)]
    if shut:
        at_last(tx, "people_shut", orjson.dumps(shut, default=str).decode())


def _is_shut(different: Mapping[str, list[object]]) -> bool:
    return different.get("portal_enabled", [None, None])[1] is False
