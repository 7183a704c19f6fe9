"""Reads of notifier."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from sqlalchemy import and_, false, literal, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kit import paging
from kit.db import AnyQuery, AnyRow, fetch
from kit.paging import BadCursor
from notifier.errors import CursorExpired
from notifier.models import KnownPerson, Mail, Portal
from notifier.schemas import NOW, MailFilters

_ROW: AnyQuery = select(
    Mail.id,
    Mail.recipient,
    Mail.recipient_id,
    Mail.recipient_kind,
    Mail.recipient_name,
    Mail.template,
    Mail.about,
    Mail.state,
    Mail.tries,
    Mail.error,
    Mail.created_at,
    Mail.next_at,
    Mail.sent_at,
)
_PERSON = (
    KnownPerson.id,
    KnownPerson.kind,
    KnownPerson.name,
    KnownPerson.email,
    KnownPerson.active,
    KnownPerson.opted_out,
    KnownPerson.on_duty,
    KnownPerson.organisation_ids,
)
_PORTAL = (
    Portal.name,
    Portal.slug,
    Portal.portal_url,
    Portal.accent,
    Portal.support_email,
    Portal.modules,
    Portal.has_logo,
)


async def page(tx: AsyncSession, filters: MailFilters) -> tuple[Sequence[AnyRow], str | None]:
    """One page of mails, newest first, and the cursor of the next."""
    query = _ROW
    if filters.state:
        query = query.where(Mail.state.in_(filters.state))
    if filters.to:
        query = query.where(Mail.recipient == filters.to.lower())
    order = (Mail.created_at, Mail.id)
    if after := paging.decode(filters.cursor, datetime, UUID):
        query = query.where(tuple_(*order) < after)
    query = query.order_by(*(column.desc() for column in order)).limit(filters.limit + 1)
    shown, last = paging.cut((await tx.execute(query)).all(), filters.limit)
    return shown, (paging.encode(last.created_at, last.id) if last else None)


async def portal(tx: AsyncSession) -> AnyRow | None:
    """How this tenant's portal looks, once known."""
    query: AnyQuery = select(*_PORTAL)
    return (await tx.execute(query)).one_or_none()


async def people(tx: AsyncSession, ids: Collection[UUID], *, on_duty: bool) -> Sequence[AnyRow]:
    """These people and, if asked for, all staff on duty."""
    pool = and_(KnownPerson.kind == "staff", KnownPerson.on_duty, KnownPerson.active) if on_duty else false()
    query: AnyQuery = select(*_PERSON).where(or_(KnownPerson.id.in_(ids), pool))
    return (await tx.execute(query)).all()


async def notifies_team(tx: AsyncSession, contact_id: UUID) -> bool | None:
    """F142: is the team to hear when this contact adds a file? None while the contact is not known."""
    query = select(KnownPerson.notify_team).where(KnownPerson.id == contact_id, KnownPerson.kind == "contact")
    return (await tx.execute(query)).scalar()


async def known_of(tx: AsyncSession, mail: AnyRow) -> AnyRow | None:
    """The recipient of a mail as they are now, with the portal as it looks now. A stranger is known by the mail."""
    columns = [column.label(f"portal_{column.key}") for column in _PORTAL]
    query: AnyQuery = select(*_PERSON, *columns).join(Portal, Portal.tenant_id == KnownPerson.tenant_id)
    if mail.recipient_kind == "stranger":
        query = select(literal(False).label("opted_out"), *columns)
        return (await tx.execute(query)).one_or_none()
    return (await tx.execute(query.where(KnownPerson.id == mail.recipient_id))).one_or_none()


@dataclass(frozen=True)
class Answering:
    """F202: does the outgoing server answer, and since when is it so?"""

    answers: bool
    since: datetime | None = None
    checked_at: datetime | None = None
    error: str | None = None


async def outgoing(tx: AsyncSession) -> Answering:
    """What the worker found out about the outgoing server."""
    row = (await tx.execute(text("SELECT answers, since, checked_at, error FROM outgoing_state()"))).one_or_none()
    return Answering(**row._mapping) if row else Answering(False, error="The mail server has not been asked yet.")


WINDOW = 5_000
"""How many changes are looked through for one page: a filter that fits none must not read a month of them."""
UNKNOWN = "This cursor does not belong to this feed. Use one that it gave you, or leave `since` out."

_CHANGES = """
SELECT h.head, h.swept, c.number, c.id, c.type, c.occurred_at, c.version, c.data
FROM change_heads h LEFT JOIN LATERAL (
    SELECT * FROM changes WHERE tenant_id = h.tenant_id AND number > greatest($1::bigint, h.swept)
        AND number <= greatest($1::bigint, h.swept) + $4 AND type = ANY ($2)
    ORDER BY number LIMIT $3
) AS c ON true ORDER BY c.number
"""


@dataclass(frozen=True)
class Changes:
    """A page of the changes feed, how far it reaches, and whether there is more behind it already."""

    rows: list[asyncpg.Record]
    reached: int
    more: bool

    @property
    def nothing(self) -> bool:
        """Is there nothing to tell, for now?"""
        return not self.rows and not self.more


async def changes(tx: AsyncSession, since: str | int | None, types: list[str], limit: int) -> Changes:
    """What happened after a number: from the first that is kept where there is none, and nothing yet from NOW on.

    One statement, so that what is there and how far it reaches fit together. Raises BadCursor, CursorExpired.
    """
    after = since if isinstance(since, int) else None
    rows = await fetch(tx, _CHANGES, after, types, 0 if since == NOW else limit, WINDOW)
    head, swept = (rows[0]["head"], rows[0]["swept"]) if rows else (0, 0)
    if after is not None and after > head:
        raise BadCursor(UNKNOWN)
    if after is not None and after < swept:
        raise CursorExpired()
    found = [row for row in rows if row["number"] is not None]
    reached = found[-1]["number"] if len(found) == limit else min(head, (swept if after is None else after) + WINDOW)
    reached = head if since == NOW else reached
    return Changes(found, reached, reached < head)
