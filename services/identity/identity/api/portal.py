"""The caller themselves, and the portal's settings."""

from typing import Annotated

from fastapi import Depends, Request, Response

from identity import queries, service
from identity.errors import TenantNotFound
from identity.queries import Portal
from identity.schemas.internal import TenantView
from identity.schemas.portal import Me, PortalSettingsChange, PortalSettingsView
from identity.service.addresses import Addresses
from identity.service.said import portal_url
from kit.edge import Caller, Tx, router
from kit.schemas import Person
from kit.seal import Seal
from kit.versions import IfMatch

portal = router(tags=["portal"])


async def _origin(request: Request) -> str:
    found: str = request.app.state.portal_origin
    return found


Origin = Annotated[str, Depends(_origin)]
"""Where browsers find the portal."""


async def _addresses(request: Request) -> Addresses:
    return Addresses(request.app.state.portal_origin, request.app.state.subdomains_of)


Places = Annotated[Addresses, Depends(_addresses)]
"""Every address a portal can have."""


async def _mail_seal(request: Request) -> Seal:
    found: Seal = request.app.state.mail_seal
    return found


async def _vault_seal(request: Request) -> Seal:
    found: Seal = request.app.state.vault_seal
    return found


MailSeal = Annotated[Seal, Depends(_mail_seal)]
"""What letters' secrets are sealed with on their way to notifier."""

VaultSeal = Annotated[Seal, Depends(_vault_seal)]
"""What secrets are kept sealed with."""


@portal.get("/me")
async def read_me(caller: Caller) -> Me:
    """Who the caller is, and what they are granted."""
    person = Person(id=caller.id, name=caller.name, kind=caller.kind, email=caller.email or None)
    return Me(caller=caller, person=person)


@portal.get("/portal-settings")
async def read_settings(caller: Caller, tx: Tx, origin: Origin, response: Response) -> PortalSettingsView:
    """F004, F009: how the portal is named, looks, and what it shows. Known to whoever is in it."""
    found = await queries.portal(tx)
    if found is None:
        raise TenantNotFound()
    return _settings_view(found, origin, response)


@portal.put("/portal-settings")
async def change_settings(
    change: PortalSettingsChange, version: IfMatch, caller: Caller, tx: Tx, origin: Origin, response: Response
) -> PortalSettingsView:
    """F009, F067-F069: staff set the portal's name, look, modules and scopes."""
    return _settings_view(await service.change_settings(tx, caller, change, version, origin), origin, response)


def _settings_view(found: Portal, origin: str, response: Response) -> PortalSettingsView:
    response.headers["etag"] = f'"{found["settings_version"]}"'
    return PortalSettingsView(
        **{field: found[field] for field in _SHOWN},
        portal_url=portal_url(origin, found["slug"]),
        logo_url=_logo_url(found),
        version=found["settings_version"],
    )


_CHOICES = ("access", "company", "landing", "welcome")
_SHOWN = ("name", "slug", "hosts", "accent", "accent_dark", "support_email", "modules", "scopes", *_CHOICES)


def tenant_view(found: Portal) -> TenantView:
    """A tenant, as the gateway draws its portal."""
    return TenantView(
        id=found["tenant_id"],
        slug=found["slug"],
        name=found["name"],
        hosts=found["hosts"],
        logo_url=_logo_url(found),
        accent=found["accent"],
        accent_dark=found["accent_dark"],
        modules=found["modules"],
        settings_version=found["settings_version"],
        support_email=found["support_email"],
        status=found["status"],
        **{field: found[field] for field in _CHOICES},
    )


def _logo_url(found: Portal) -> str | None:
    """A path below the tenant's root; another logo has another address, so it can be kept for ever."""
    return f"/logo?v={found['logo_hash'][:16]}" if found["logo_hash"] else None
