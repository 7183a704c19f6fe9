"""Links by mail: a token is made, sealed into the event that the letter is written from, and used once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import AccessIssued
from identity import passwords
from identity.errors import LinkOver
from identity.models import Token
from kit.db import fetch, tenant_of
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


# Both in one statement, for one or for a thousand: what was unused is over, and the new ones are there.
_ISSUE = """
WITH given AS (
    SELECT * FROM unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::text[]) AS g (id, hash, person_id, email)
), over AS (
    UPDATE tokens t SET used_at = now() FROM given g
    WHERE t.tenant_id = $1 AND t.person_id = g.person_id AND t.purpose = $6 AND t.used_at IS NULL
)
INSERT INTO tokens (tenant_id, id, hash, purpose, person_id, email, data, created_at, expires_at)
SELECT $1, id, hash, $6, person_id, email, $7::text::jsonb, now(), $8 FROM given
"""


async def issue(
    tx: AsyncSession,
    purpose: str,
    to: Addressee,
    *,
    lives: timedelta | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """A new token for one purpose. An unused one of the same purpose and person is over with it."""
    [secret] = await issue_all(tx, purpose, [to], lives=lives, data=data)
    return secret


async def issue_all(
    tx: AsyncSession,
    purpose: str,
    people: Sequence[Addressee],
    *,
    lives: timedelta | None = None,
    data: dict[str, Any] | None = None,
) -> list[str]:
    """A new token for each of them, as `issue` makes one."""
    secrets = [passwords.token() for _ in people]
    columns = (
        [new_id() for _ in people],
        [passwords.digest(secret) for secret in secrets],
        [to.id for to in people],
        [to.email for to in people],
    )
    said = orjson.dumps(data or {}).decode()
    await fetch(tx, _ISSUE, tenant_of(tx), *columns, purpose, said, now() + (lives or LIFETIME[purpose]))
    return secrets


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
