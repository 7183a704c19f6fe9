"""Links by mail: a token is made, sealed into the event that the letter is written from, and used once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import AccessIssued
from identity import passwords
from identity.errors import LinkOver
from identity.models import Token
from kit.ids import new_id, now
from kit.outbox import emit
from kit.seal import Seal

LIFETIME = {
    "activate": timedelta(days=7),
    "reset": timedelta(hours=2),
    "magic": timedelta(hours=1),
    "confirm": timedelta(days=2),
}
"""How long the link of each purpose is good for; others name theirs."""


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to: a contact, somebody of the staff, or a stranger without an account."""

    kind: Literal["contact", "staff", "stranger"]
    id: UUID | None
    name: str
    email: str


async def issue(
    tx: AsyncSession,
    purpose: str,
    to: Addressee,
    *,
    lives: timedelta | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """A new token for one purpose. An unused one of the same purpose and person is over with it."""
    if to.id is not None:
        await revoke(tx, to.id, purpose)
    secret = passwords.token()
    expires_at = now() + (lives or LIFETIME[purpose])
    values = {"purpose": purpose, "person_id": to.id, "email": to.email, "data": data or {}}
    tx.add(Token(id=new_id(), hash=passwords.digest(secret), expires_at=expires_at, **values))
    return secret


async def peek(tx: AsyncSession, purpose: str, secret: str) -> Token:
    """The token behind a link, looked at and not used: a mail program that follows links does no harm.

    Raises LinkOver for one that is unknown, used, expired, or for another purpose.
    """
    live = select(Token).where(
        Token.hash == passwords.digest(secret),
        Token.purpose == purpose,
        Token.used_at.is_(None),
        Token.expires_at > now(),
    )
    token = (await tx.execute(live)).scalar_one_or_none()
    if token is None:
        raise LinkOver()
    return token


async def use(tx: AsyncSession, purpose: str, secret: str) -> Token:
    """Use a token up; of two at once, one. Raises LinkOver."""
    token = await peek(tx, purpose, secret)
    used = update(Token).where(Token.id == token.id, Token.used_at.is_(None)).values(used_at=now()).returning(Token.id)
    if (await tx.execute(used)).one_or_none() is None:
        raise LinkOver()
    return token


async def revoke(tx: AsyncSession, person_id: UUID, purpose: str) -> None:
    """End a person's unused tokens of one purpose."""
    mine = update(Token).where(Token.person_id == person_id, Token.purpose == purpose, Token.used_at.is_(None))
    await tx.execute(mine.values(used_at=now()))


def write_to(
    tx: AsyncSession, seal: Seal, template: str, to: Addressee, *, expires_at: datetime | None = None, **letter: Any
) -> None:
    """Have a letter sent. What the letter says (`path`: below the portal's address; `password`; ...) travels sealed.

    After `expires_at` it is no longer worth sending.
    """
    event = AccessIssued(
        issue_id=new_id(),
        template=template,
        person_id=to.id,
        person_kind=to.kind,
        name=to.name,
        email=to.email,
        sealed=seal.seal(letter),
        expires_at=expires_at,
    )
    emit(tx, event, version=1)
