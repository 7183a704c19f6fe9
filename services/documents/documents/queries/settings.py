"""What a tenant set for its files, read."""

from sqlalchemy import Uuid, false, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from documents.models import TenantSettings, Usage
from kit.db import AnyQuery, AnyRow, tenant_of


async def settings(tx: AsyncSession) -> AnyRow:
    """What the tenant set, and how much room its files take; version 0 while nothing was set."""
    tenant = select(literal(tenant_of(tx), Uuid).label("id")).subquery()
    query: AnyQuery = (
        select(
            TenantSettings.quota_bytes,
            TenantSettings.tell_id,
            func.coalesce(TenantSettings.tell_text, "").label("tell_text"),
            func.coalesce(TenantSettings.old_versions, false()).label("old_versions"),
            func.coalesce(TenantSettings.thumbnails, true()).label("thumbnails"),
            func.coalesce(TenantSettings.unscanned, false()).label("unscanned"),
            TenantSettings.case_days,
            TenantSettings.loose_days,
            func.coalesce(TenantSettings.version, 0).label("version"),
            func.coalesce(Usage.bytes, 0).label("used_bytes"),
        )
        .select_from(tenant)
        .outerjoin(TenantSettings, TenantSettings.tenant_id == tenant.c.id)
        .outerjoin(Usage, Usage.tenant_id == tenant.c.id)
    )
    return (await tx.execute(query)).one()
