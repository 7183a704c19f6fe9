"""Configuration of identity."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import SecretStr

from kit.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """What identity is told beyond what every service is."""

    service: str = "identity"
    portal_origin: str
    """Where browsers find the portal: the only origin that addresses in events are made from."""
    mail_keys: SecretStr
    """What letters' secrets are sealed with on their way from identity to notifier: 32 bytes in base64url, the
    newest first, older ones behind commas."""
    vault_keys: SecretStr
    """What second factors' secrets are sealed with in identity's own database; the same form."""
    subdomains_of: str = ""
    """The name tenants' own subdomains hang from, as the gateway is told; no tenant may claim a name below it."""
    dns: str = ""
    """The name server that proofs of host names are asked for at, as address:port; empty: the machine's own."""
    egress_allow: list[IPv4Network | IPv6Network] = []
    """Private networks, as a JSON list, that an organisation's identity provider may stand in; none without it."""
