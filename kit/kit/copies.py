"""Copies of other services' records."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import tenant_of


async def keep_newest(tx: AsyncSession, model: Any, **values: Any) -> None:
    """Write a copy of another service's record, unless what is here is as new or newer (its `version`)."""
    statement = insert(model).values(tenant_id=tenant_of(tx), **values)
    newer = {name: statement.excluded[name] for name in values if name != "id"}
    key = [column.name for column in inspect(model).primary_key]
    where = statement.excluded.version > model.version
    await tx.execute(statement.on_conflict_do_update(index_elements=key, set_=newer, where=where))
