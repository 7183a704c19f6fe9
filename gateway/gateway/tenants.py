"""Tenants and their keys, as identity knows them: by slug, by host, by publishable key, by secret key."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from gateway.callers import Callers, Grant
from gateway.client import Services
from gateway.recent import Recent
from gateway.theme import DEFAULT_ACCENT, theme_css, theme_name
from kit.caller import Caller

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
HOST = re.compile(r"[a-z0-9.-]{1,253}")
PUBLISHABLE = re.compile(r"pk_[A-Za-z0-9_-]{16,100}")
SECRET = re.compile(r"sk_[A-Za-z0-9_-]{16,100}")


class Tenant(BaseModel):
    """A company whose portal this is. `accent` is #rrggbb; `accent_dark` the same for dark screens, or none."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    slug: str
    name: str
    logo_url: str | None = None
    accent: str = DEFAULT_ACCENT
    accent_dark: str | None = None
    modules: tuple[str, ...] = ()
    settings_version: int = 0
    support_email: str | None = None
    access: dict[str, Any] = {}
    """The tenant's choices about the ways in."""
    company: dict[str, Any] = {}
    landing: str = "home"
    welcome: str = ""

    @property
    def register_mode(self) -> str:
        """F034: who may ask for access: "off" is nobody."""
        return str(self.access.get("register_mode", "off"))

    @property
    def theme(self) -> str:
        """The tenant's style sheet."""
        return _theme(self.accent, self.accent_dark)

    @property
    def theme_url(self) -> str:
        """Where it is; the address changes with the content."""
        return f"/theme/{theme_name(self.slug, self.theme)}"

    def shown_at(self, root: str) -> "Tenant":
        """The tenant with its logo at our own address, below its root; it changes with the settings."""
        if not self.logo_url:
            return self
        return self.model_copy(update={"logo_url": f"{root}/logo?v={self.settings_version}"})

    @cached_property
    def guest(self) -> Grant:
        """Somebody who is not logged in."""
        return Grant(Caller(kind="guest", tenant_id=self.id, modules=frozenset(self.modules)))


@lru_cache(maxsize=1_000)
def _theme(accent: str, accent_dark: str | None) -> str:
    try:
        return theme_css(accent, accent_dark)
    except ValueError:
        return theme_css(DEFAULT_ACCENT)


@dataclass(frozen=True)
class Key:
    """A tenant's secret key in use."""

    tenant_id: UUID
    grant: Grant


class Tenants:
    """Who a portal address or key belongs to."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._tenants: Recent[tuple[str, str], Tenant | None] = Recent()
        self._keys: Recent[bytes, Key | None] = Recent()

    async def by_slug(self, slug: str) -> Tenant | None:
        """The tenant below /portal/<slug>."""
        return await self._find("slug", slug) if SLUG.fullmatch(slug) else None

    async def by_host(self, host: str) -> Tenant | None:
        """The tenant with a host name of its own."""
        return await self._find("host", host) if HOST.fullmatch(host) else None

    async def by_api_key(self, key: str) -> Tenant | None:
        """The tenant a public link names; none for a wrong or revoked key."""
        return await self._find("api_key", key) if PUBLISHABLE.fullmatch(key) else None

    async def _find(self, by: str, value: str) -> Tenant | None:
        return await self._tenants.get((by, value), lambda: self._resolve({by: value}))

    async def _resolve(self, question: dict[str, Any]) -> Tenant | None:
        answer = await self._services.ask_identity(self._callers.system(), "tenants/resolve", question)
        return None if answer is None else Tenant.model_validate(answer)

    async def key(self, secret: str) -> Key | None:
        """Whose secret key this is; none for a wrong, expired or revoked one. Kept by its hash."""
        if not SECRET.fullmatch(secret):
            return None
        return await self._keys.get(sha256(secret.encode()).digest(), lambda: self._resolve_key(secret))

    async def _resolve_key(self, secret: str) -> Key | None:
        answer = await self._services.ask_identity(self._callers.system(), "keys/resolve", {"key": secret})
        if answer is None:
            return None
        caller = Caller.model_validate(answer["caller"])
        return Key(caller.tenant_id, Grant(caller))
