"""F128: what tenants call their cases and where these stand, as the cases' service knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gateway.callers import Callers
from gateway.client import Refused, Services
from gateway.recent import Recent
from kit.problems import Unavailable

SECONDS = 10.0
"""How long a tenant's word is kept: it names things, and lets nobody in."""


@dataclass(frozen=True)
class Called:
    """A tenant's words: the module ("cases" or "tickets"), and by its key each status that has a word of its own."""

    alias: str = "cases"
    statuses: Mapping[str, str] = field(default_factory=dict)


USUAL = Called()


class Desks:
    """The words of every tenant whose pages are drawn."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._known: Recent[UUID, Called] = Recent(seconds=SECONDS)

    async def words(self, tenant_id: UUID) -> Called:
        """What customers read; as usual where nobody can be asked."""
        return await self._known.get(tenant_id, lambda: self._ask(tenant_id))

    def forget(self, tenant_id: UUID) -> None:
        """The desk was set anew: ask again."""
        self._known.forget(tenant_id)

    async def _ask(self, tenant_id: UUID) -> Called:
        try:
            words = await self._services.call("cases", self._callers.system(tenant_id), "GET", "/internal/desk")
        except (Refused, Unavailable):
            return USUAL
        return Called(str(words["alias"]), dict(words.get("status_words") or {}))
