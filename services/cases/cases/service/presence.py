"""Who is writing on a case just now, so that two do not answer at once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

import contracts
from cases.errors import CaseNotFound, MayNotDoThat
from cases.models import Case, Presence
from cases.policy import may_use_canned, visible
from cases.queries import by_key
from cases.service.timeline import actor
from kit.caller import Caller
from kit.db import tenant_of
from kit.ids import now
from kit.outbox import emit

SECONDS = 25
"""How long somebody counts as writing after their page last said so."""


async def begin_reply(tx: AsyncSession, caller: Caller, key: str) -> None:
    """Say that the caller is writing; said anew while they go on. Only the beginning is told to others' pages."""
    if not may_use_canned(caller):
        raise MayNotDoThat()
    here = exists().where(Presence.case_id == Case.id, Presence.person_id == caller.id, Presence.until > now())
    query = select(Case.id, Case.version, here.label("here")).where(visible(caller), by_key(key))
    found = (await tx.execute(query)).one_or_none()
    if found is None:
        raise CaseNotFound()
    values: dict[str, Any] = {"name": caller.name, "until": now() + timedelta(seconds=SECONDS)}
    key_ = {"tenant_id": tenant_of(tx), "case_id": found.id, "person_id": caller.id}
    written = insert(Presence).values(**key_, **values)
    await tx.execute(written.on_conflict_do_update(index_elements=list(key_), set_=values))
    if not found.here:
        emit(tx, contracts.CaseReplyBegun(case_id=found.id, by=actor(caller)), version=found.version)


async def forget_writers(tx: AsyncSession) -> None:
    """Clear away who was writing an hour ago."""
    await tx.execute(delete(Presence).where(Presence.until < now() - timedelta(hours=1)))
