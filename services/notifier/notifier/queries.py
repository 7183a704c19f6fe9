"""Reads of notifier."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, false, literal, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kit import paging
from kit.db import AnyQuery, AnyRow
from notifier.models import KnownPerson, Mail, Portal
from notifier.schemas import MailFilters

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
