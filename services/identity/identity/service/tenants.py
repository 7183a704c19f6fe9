"""Tenants and how their portals are set."""

import base64
import binascii
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity import queries
from identity.errors import HostTaken, MayNotDoThat, NotAnImage, SlugTaken, TenantNotFound
from identity.models import Host, PortalSettings, Tenant
from identity.queries import Portal
from identity.schemas.portal import PortalSettingsChange
from identity.service import audit, said
from identity.service.rows import changed, written
from kit.caller import Caller
from kit.db import tenant_of
from kit.ids import now
from kit.outbox import emit
from kit.problems import VersionStale

LOGO_BYTES = 256 * 1024


async def create_tenant(tx: AsyncSession, slug: str, settings: PortalSettingsChange, origin: str) -> None:
    """F007: make the tenant this transaction is inside of, with its portal. Raises SlugTaken."""
    tx.add(Tenant(tenant_id=tenant_of(tx), slug=slug))
    await written(tx, {"tenants_slug": SlugTaken})
    row = PortalSettings(**_wanted(settings), version=1)
    tx.add(row)
    emit(tx, said.settings(row, slug, origin), version=row.version)


async def change_settings(
    tx: AsyncSession, caller: Caller, change: PortalSettingsChange, version: int, origin: str
) -> Portal:
    """F009, F067-F069: set a portal's name, look, modules and scopes. Raises VersionStale, NotAnImage."""
    if caller.kind != "staff" or not caller.has("settings.edit"):
        raise MayNotDoThat("Only those who edit the portal's settings can change them.")
    columns = PortalSettings, select(Tenant.slug).scalar_subquery()
    found = (await tx.execute(select(*columns).with_for_update(of=PortalSettings))).one_or_none()
    if found is None:
        raise TenantNotFound()
    row, slug = found
    if row.version != version:
        raise VersionStale()
    wanted, shown = _wanted(change), row.logo_hash
    image = wanted.pop("logo", None)
    if different := changed(row, wanted):
        if row.logo_hash != shown:
            row.logo = image
        emit(tx, said.settings(row, slug, origin), version=row.version)
        await tx.flush()
        audit.note(tx, caller, audit.Line("portal_settings.changed", "portal", None, row.name, different))
    return await queries.portal(tx) or {}


async def add_host(tx: AsyncSession, host: str) -> None:
    """F005: let a host name that was proven to be the tenant's lead to its portal. Raises HostTaken."""
    await tx.merge(Host(tenant_id=tenant_of(tx), host=host.lower(), verified_at=now()))
    await written(tx, {"hosts_verified": HostTaken})


def _wanted(change: PortalSettingsChange) -> dict[str, Any]:
    wanted = change.model_dump(exclude_unset=True, exclude={"logo"}) | {"modules": change.modules}
    for whole in {"access", "company"} & change.model_fields_set:
        wanted[whole] = getattr(change, whole).model_dump()
    if "logo" in change.model_fields_set:
        wanted |= _logo(change.logo)
    return wanted


def _logo(encoded: str | None) -> dict[str, Any]:
    """A logo's columns. Raises NotAnImage for what is not one by its content, whatever it was called."""
    if encoded is None:
        return {"logo": None, "logo_type": None, "logo_hash": None}
    try:
        image = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAnImage(errors=[{"field": "logo", "detail": "is not base64"}]) from error
    kind = _image_type(image)
    if kind is None or len(image) > LOGO_BYTES:
        raise NotAnImage(errors=[{"field": "logo", "detail": "must be PNG or JPEG, at most 256 KB"}])
    return {"logo": image, "logo_type": kind, "logo_hash": sha256(image).hexdigest()}


def _image_type(image: bytes) -> str | None:
    if image.startswith(b"\x89PNG\r\n\x1a\n") and image[12:16] == b"IHDR":
        return "image/png"
    if image.startswith(b"\xff\xd8\xff") and image.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return "image/jpeg"
    return None
