"""F107, F128: what tenants call their cases and how these stand, as the cases' service knows it."""

from typing import Any
from uuid import UUID

from gateway.callers import Callers
from gateway.client import Refused, Services
from gateway.recent import Recent
from kit.problems import Unavailable

SECONDS = 10.0
"""How long a tenant's word is kept: it names things, and lets nobody in."""
USUAL = "cases"


class Desks:
    """The words of every tenant whose pages are drawn."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._known: Recent[UUID, dict[str, Any]] = Recent(seconds=SECONDS)

    async def alias(self, tenant_id: UUID) -> str:
        """ "cases" or "tickets"; as usual where nobody can be asked."""
        return str((await self._words(tenant_id)).get("alias", USUAL))

    async def status_words(self, tenant_id: UUID) -> dict[str, str]:
        """What customers read for a status, by its key, where that is not the usual word."""
        return dict((await self._words(tenant_id)).get("status_words", {}))

    async def _words(self, tenant_id: UUID) -> dict[str, Any]:
        return await self._known.get(tenant_id, lambda: self._ask(tenant_id))

    def forget(self, tenant_id: UUID) -> None:
        """The desk was set anew: ask again."""
        self._known.forget(tenant_id)

    async def _ask(self, tenant_id: UUID) -> dict[str, Any]:
        try:
            words = await self._services.call("cases", self._callers.system(tenant_id), "GET", "/internal/desk")
        except (Refused, Unavailable):
            return {}
        return dict(words)
