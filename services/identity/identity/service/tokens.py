"""Links by mail: a token is made, sealed into the event that the letter is written from, and used once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import AccessIssued
from identity import passwords
from identity.errors import LinkOver
from identity.models import Token
from kit.at_last import at_last, insert_at_last
from kit.db import fetch, tenant_of
from kit.ids import new_id, now
from kit.outbox import emit
from kit.seal import Seal

LIFETIME = {
    "activate": timedelta(days=7),
    "reset": timedelta(hours=2),
    "magic": timedelta(hours=1),
    "confirm": timedelta(days=2),
    "second_factor": timedelta(minutes=10),
    "enrol_factor": timedelta(minutes=30),
}
"""How long the link of each purpose is good for; others name theirs."""


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to: a contact, somebody of the staff, or a stranger without an account."""

    kind: Literal["contact", "staff", "stranger"]
    id: UUID | None
    name: str
    email: str


# Both in one statement: what was unused is over, and the new one is there. `tokens_issue` does it at the end.
_ISSUE = """
WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::text::jsonb) AS g (id uuid, hash text, person_id uuid, email text)
), over AS (
    UPDATE tokens t SET used_at = now() FROM given g
    WHERE t.tenant_id = $1 AND t.person_id = g.person_id AND t.purpose = $3 AND t.used_at IS NULL
)
INSERT INTO tokens (tenant_id, id, hash, purpose, person_id, email, data, created_at, expires_at)
SELECT $1, id, decode(hash, 'hex'), $3, person_id, email, $4::text::jsonb, now(), $5 FROM given
WHERE EXISTS (SELECT FROM tenants WHERE tenant_id = $1)
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
    secrets, given = _new([to])
    values = (orjson.dumps(given, default=str).decode(), purpose, orjson.dumps(data or {}).decode())
    await fetch(tx, _ISSUE, tenant_of(tx), *values, now() + (LIFETIME[purpose] if lives is None else lives))
    return secrets[0]


def issue_at_last(tx: AsyncSession, purpose: str, people: Sequence[Addressee]) -> list[str]:
    """A new token for each of them, as `issue` makes one, in the round trip of the COMMIT.

    Not where an address that is known and one that is not must cost the same (F034): there both issue.
    """
    secrets, given = _new(people)
    issued = {"purpose": purpose, "people": given, "data": {}, "expires_at": now() + LIFETIME[purpose]}
    at_last(tx, "tokens_issue", orjson.dumps(issued, default=str).decode())
    return secrets


def _new(people: Sequence[Addressee]) -> tuple[list[str], list[dict[str, Any]]]:
    secrets = [passwords.token() for _ in people]
    given: list[dict[str, Any]] = [
        {"id": new_id(), "hash": passwords.digest(secret).hex(), "person_id": to.id, "email": to.email}
        for secret, to in zip(secrets, people, strict=True)
    ]
    return secrets, given


async def peek(tx: AsyncSession, purpose: str, secret: str) -> Token:
    """The token behind a link, looked at and not used: a mail program that follows links does no harm.

    Raises LinkOver for one that is unknown, used, expired, or for another purpose.
    """
    token = (await tx.execute(select(Token).where(*_live(purpose, secret)))).scalar_one_or_none()
    if token is None:
        raise LinkOver()
    return token


async def use(tx: AsyncSession, purpose: str, secret: str) -> Token:
    """Use a token up; of two at once, one. Raises LinkOver."""
    used = update(Token).where(*_live(purpose, secret)).values(used_at=now()).returning(Token)
    token = (await tx.execute(used)).scalar_one_or_none()
    if token is None:
        raise LinkOver()
    return token


def _live(purpose: str, secret: str) -> tuple[ColumnElement[bool], ...]:
    named = Token.hash == passwords.digest(secret), Token.purpose == purpose
    return *named, Token.used_at.is_(None), Token.expires_at > now()


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


def write_to_nobody(tx: AsyncSession, seal: Seal, **letter: Any) -> None:
    """F034: as much as `write_to` does where there is nobody to write to: sealed, thrown away, and a row instead."""
    insert_at_last(
        tx,
        "tokens",
        tenant_id=tenant_of(tx),
        id=new_id(),
        hash=f"\\x{passwords.digest(passwords.token()).hex()}",
        purpose="nothing",
        email="",
        data=orjson.dumps({"length": len(seal.seal(letter))}).decode(),
        created_at=now().isoformat(),
        expires_at=now().isoformat(),
    )
