"""Configuration of identity."""

from kit.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """What identity is told beyond what every service is."""

    service: str = "identity"
    portal_origin: str
    """Where browsers find the portal: the only origin that addresses in events are made from."""
