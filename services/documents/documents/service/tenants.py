"""What a tenant sets for its files: how much room they may take, and who hears of uploads."""

from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents import queries
from documents.errors import OverQuota, SettingsNotFound, TooLargeToScan
from documents.models import Document, TenantSettings
from documents.policy import sets_up
from documents.schemas import SettingsChange
from kit.caller import Caller
from kit.db import AnyRow, tenant_of
from kit.problems import VersionStale


async def change_settings(tx: AsyncSession, caller: Caller, version: int, change: SettingsChange) -> AnyRow:
    """F145: set those that are named, as long as nobody else did meanwhile; the others stay."""
    if not sets_up(caller):
        raise SettingsNotFound()
    values: dict[str, Any] = change.values | {"version": version + 1}
    statement = insert(TenantSettings).values(tenant_id=tenant_of(tx), **values)
    stands = TenantSettings.version == version
    if version:
        written = statement.on_conflict_do_update(index_elements=["tenant_id"], set_=values, where=stands)
    else:
        written = statement.on_conflict_do_nothing()
    if (await tx.execute(written.returning(TenantSettings.version))).scalar() != version + 1:
        raise VersionStale()
    return await queries.settings(tx)


async def keep_within(tx: AsyncSession, size: int, scannable: int | None) -> None:
    """Raises OverQuota when the tenant's files, with the one of `size` bytes just announced, take more room than they
    may, and TooLargeToScan where that one is beyond the scanner (`scannable` bytes; None: there is none).

    The count is kept by the database with each row, in the same transaction, so that of two uploads at once the
    second waits for the first and is counted after it.
    """
    row = await queries.settings(tx)
    if beyond_scanner(row, size, scannable):
        raise TooLargeToScan()
    if row.quota_bytes is not None and row.used_bytes > row.quota_bytes:
        raise OverQuota()


def beyond_scanner(settings: AnyRow, size: int, scannable: int | None) -> bool:
    """Would a file of that size come in unscanned, at a tenant that takes none so?"""
    return scannable is not None and size > scannable and not settings.unscanned


async def takes_unscanned(tx: AsyncSession) -> bool:
    """Does the tenant take files that are larger than the scanner takes?"""
    return bool((await tx.execute(select(TenantSettings.unscanned))).scalar())


def told_of_uploads() -> tuple[ScalarSelect[Any], ...]:
    """F145: the member of staff who hears of a customer's upload, and in which words, beside a document that is
    written; `Told` of the two."""
    return tuple(
        select(column).where(TenantSettings.tenant_id == Document.tenant_id).correlate(Document).scalar_subquery()
        for column in (TenantSettings.tell_id, TenantSettings.tell_text)
    )
