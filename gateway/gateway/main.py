"""The gateway's process."""

from starlette.types import ASGIApp

from gateway.doors import Doors
from gateway.guard import Guard
from gateway.pages.app import pages_app
from gateway.parts import Parts, parts
from gateway.settings import GatewaySettings
from gateway.trace import Trace
from kit import telemetry
from kit.access import Access
from kit.serve import serve


def build(wired: Parts) -> ASGIApp:
    """The layers, outermost first: trace, access log, guard, then the tenant's door."""
    return Trace(Access(Guard(Doors(pages_app(wired), wired), wired.settings)))


async def always_ready() -> None:
    """A gateway without its services still answers: with pages that say so."""


if __name__ == "__main__":
    settings = GatewaySettings()
    telemetry.start(settings)
    wired = parts(settings)
    serve(build(wired), settings, always_ready, drain=wired.live.drain)
