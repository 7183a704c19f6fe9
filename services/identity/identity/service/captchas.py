"""F042: a solved captcha counts once."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity import passwords
from identity.models import Token
from identity.schemas.registrations import SolvedChallenge
from kit.db import tenant_of
from kit.ids import new_id, now


async def spend_captcha(tx: AsyncSession, solved: SolvedChallenge) -> bool:
    """Use a solution up. Says whether this was the first time; of two at once, one is."""
    moment = now()
    row = {"tenant_id": tenant_of(tx), "id": new_id(), "hash": passwords.digest(solved.challenge), "data": {}}
    row |= {"purpose": "captcha", "email": "", "created_at": moment, "used_at": moment}
    new = insert(Token).values(row | {"expires_at": solved.expires_at})
    first = new.on_conflict_do_nothing(constraint="tokens_hash").returning(Token.id)
    return (await tx.execute(first)).one_or_none() is not None
