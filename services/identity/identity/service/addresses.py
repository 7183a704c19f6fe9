"""F004, F005: the addresses a portal has, as browsers name them. What is bound to one is good at that one alone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from identity.service.said import portal_url


@dataclass(frozen=True)
class Addresses:
    """Where browsers find portals: below our own origin, by name below `subdomains_of`, at hosts of a tenant's own."""

    origin: str
    subdomains_of: str = ""

    def hosts_of(self, portal: dict[str, Any]) -> list[str]:
        """The origins at which a tenant's portal is alone."""
        ours = urlsplit(self.origin)
        port = f":{ours.port}" if ours.port else ""
        name = self.subdomains_of.strip(".").lower()
        below = [f"{portal['slug']}.{name}"] if name else []
        return [f"{ours.scheme}://{host}{port}" for host in (*below, *portal["hosts"])]

    def origins_of(self, portal: dict[str, Any]) -> list[str]:
        """Every origin at which a tenant's portal is."""
        return [self.origin.rstrip("/"), *self.hosts_of(portal)]

    def roots_of(self, portal: dict[str, Any]) -> list[str]:
        """Every address below which a tenant's portal is."""
        return [portal_url(self.origin, portal["slug"]), *self.hosts_of(portal)]
