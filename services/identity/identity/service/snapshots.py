"""E7: everything said again, so that whoever keeps a copy can build it anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts import Event
from identity.models import Contact, Organisation, PortalSettings, Staff, Tenant
from identity.service import said
from identity.service.contacts import FURTHER
from kit import paging
from kit.outbox import emit

BATCH = 500
_ORDER: tuple[tuple[Any, tuple[Any, ...], Callable[..., Event]], ...] = (
    (Organisation, (), said.organisation),
    (Contact, (FURTHER,), said.contact),
    (Staff, (), said.staff),
)
"""What is said, in which order: the table, what else its event tells, and how it is told."""


async def say_everything_again(tx: AsyncSession, origin: str, cursor: str | None = None) -> tuple[int, str | None]:
    """Say one batch of a tenant's records as they are. Returns how many, and where to go on.

    Versions are those of the records, so a copy that is as new already takes no notice.
    """
    after = paging.decode(cursor, int, UUID)
    if after is None:
        await _say_settings(tx, origin)
    turn, last_id = after or (0, UUID(int=0))
    if not 0 <= turn < len(_ORDER):
        raise paging.BadCursor()
    model, also, as_event = _ORDER[turn]
    query = select(model, *also).where(model.id > last_id).order_by(model.id).limit(BATCH)
    rows = (await tx.execute(query)).all()
    for row in rows:
        emit(tx, as_event(*row), version=row[0].version)
    if len(rows) == BATCH:
        return len(rows), paging.encode(turn, rows[-1][0].id)
    return len(rows), paging.encode(turn + 1, UUID(int=0)) if turn + 1 < len(_ORDER) else None


async def _say_settings(tx: AsyncSession, origin: str) -> None:
    columns = PortalSettings, select(Tenant.slug).scalar_subquery()
    found = (await tx.execute(select(*columns))).one_or_none()
    if found is not None:
        emit(tx, said.settings(found[0], found[1], origin), version=found[0].version)
