"""F128: what tenants call their cases, as the cases' service knows it."""

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
        self._known: Recent[UUID, str] = Recent(seconds=SECONDS)

    async def alias(self, tenant_id: UUID) -> str:
        """ "cases" or "tickets"; as usual where nobody can be asked."""
        return await self._known.get(tenant_id, lambda: self._ask(tenant_id))

    def forget(self, tenant_id: UUID) -> None:
        """The desk was set anew: ask again."""
        self._known.forget(tenant_id)

    async def _ask(self, tenant_id: UUID) -> str:
        try:
            words = await self._services.call("cases", self._callers.system(tenant_id), "GET", "/internal/desk")
        except (Refused, Unavailable):
            return USUAL
        return str(words["alias"])
