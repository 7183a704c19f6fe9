"""A link by mail in place of a password, where the tenant offers it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from identity.errors import LinkOver
from identity.schemas.security import MagicAsked, MagicUsed
from identity.service import tokens
from identity.service.admission import Admission, Entrance
from identity.service.logins import admit, count_try, find_who
from identity.service.tokens import Addressee
from kit.ids import new_id, now
from kit.seal import Seal


async def magic_link(tx: AsyncSession, mail: Seal, asked: MagicAsked) -> None:
    """Write a link to whoever has this address, and do as much work for whoever has not. Raises TooManyTries."""
    await count_try(tx, asked.ip, f"magic/{asked.email}")
    who = await find_who(tx, "portal", asked.email)
    if who is None or not who.magic:
        nobody = Addressee("stranger", new_id(), "", asked.email)
        secret = await tokens.issue(tx, "magic", nobody, lives=timedelta())
        tokens.write_to_nobody(tx, mail, path=f"/magic/{secret}")
        return
    person = Addressee("contact", who.id, who.name, who.email)
    secret = await tokens.issue(tx, "magic", person)
    tokens.write_to(tx, mail, "magic", person, path=f"/magic/{secret}", expires_at=now() + tokens.LIFETIME["magic"])


async def magic_login(tx: AsyncSession, used: MagicUsed) -> Admission:
    """Use a link up and come in by it; a second factor is still asked for.

    Raises LinkOver, AccessNotYet, AccessOver.
    """
    token = await tokens.use(tx, "magic", used.token)
    who = await find_who(tx, "portal", token.email)
    if who is None or not who.magic or who.id != token.person_id:
        raise LinkOver()
    return await admit(tx, who, Entrance("portal", used.ip, used.user_agent, "magic", token.email))
