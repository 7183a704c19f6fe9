"""Asking for the password again, before something that matters is changed by whoever holds the session."""

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import PasswordMissing, TooManyTries
from kit.caller import Caller
from kit.db import fetch, tenant_of
from kit.ids import new_id

# Five in five minutes for one person, right or wrong, wherever they are: who gets here holds their session, and
# nobody is kept from logging in by it.
_CONFIRM = """
WITH wait AS (SELECT (SELECT at FROM login_tries WHERE tenant_id = $1 AND email_key = 'confirm/' || $2::uuid
    ORDER BY at DESC OFFSET 4 LIMIT 1) + interval '5 minutes' - now() AS longer), noted AS (
    INSERT INTO login_tries (tenant_id, id, ip, email_key)
    SELECT $1, $3, '', 'confirm/' || $2::uuid FROM wait WHERE longer IS NULL OR longer <= interval '0'
)
SELECT ceil(extract(epoch FROM wait.longer))::integer AS seconds, w.hash
FROM wait LEFT JOIN passwords w ON w.tenant_id = $1 AND w.person_id = $2
"""


async def begin_confirmation(tx: AsyncSession, caller: Caller) -> str:
    """Count the try, and say what the password has to match. Raises TooManyTries, PasswordMissing."""
    [row] = await fetch(tx, _CONFIRM, tenant_of(tx), caller.id, new_id())
    if row["seconds"] and row["seconds"] > 0:
        raise TooManyTries(headers={"retry-after": str(row["seconds"])})
    if row["hash"] is None:
        raise PasswordMissing()
    return str(row["hash"])
