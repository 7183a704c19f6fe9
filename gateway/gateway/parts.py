"""What the gateway is made of, wired once and shared by every request."""

from dataclasses import dataclass

from gateway.callers import Callers
from gateway.client import Services
from gateway.desks import Desks
from gateway.limits import Budget
from gateway.live import Live
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from gateway.tenants import Tenants


@dataclass(frozen=True)
class Parts:
    """The gateway's own parts. All state in them is either seconds old or a connection."""

    settings: GatewaySettings
    services: Services
    callers: Callers
    tenants: Tenants
    desks: Desks
    sessions: Sessions
    budget: Budget
    live: Live


def parts(settings: GatewaySettings) -> Parts:
    """The parts, wired."""
    callers = Callers(settings.caller_private_key.get_secret_value())
    services = Services(settings, callers)
    return Parts(
        settings=settings,
        services=services,
        callers=callers,
        tenants=Tenants(services, callers),
        desks=Desks(services, callers),
        sessions=Sessions(services, callers),
        budget=Budget(settings.requests_per_second, settings.requests_burst),
        live=Live(settings),
    )
