"""Configuration of the gateway."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import SecretStr

from kit.settings import Settings

MEGABYTE = 1024 * 1024


class GatewaySettings(Settings):
    """Where the services are, what the gateway signs with, and how much it takes."""

    service: str = "gateway"
    caller_private_key: SecretStr
    """Ed25519 private key, a JWK as JSON: signs who is calling."""
    portal_origin: str
    """Where browsers find the portal, e.g. https://portal.example; below it `/portal/<slug>` is a tenant."""
    subdomains_of: str = ""
    """A name like portal.example.com: `<slug>.portal.example.com` leads to that tenant. Empty: by path alone."""
    s3_public_url: str = ""
    """Where browsers upload files to and fetch them from; named in the content security policy."""
    identity_url: str
    """Where identity answers."""
    cases_url: str
    """Where cases answers."""
    documents_url: str
    """Where documents answers."""
    knowledge_url: str
    """Where knowledge answers."""
    billing_view_url: str
    """Where billing-view answers."""
    notifier_url: str
    """Where notifier answers."""
    trusted_proxies: list[IPv4Network | IPv6Network] = []
    """Networks, as a JSON list, whose X-Forwarded-For is believed. Without any, a client is who connects."""
    requests_per_second: float = 100
    """What one tenant may ask of one gateway process, on average; beyond it 429 with Retry-After."""
    requests_burst: int = 400
    """What one tenant may ask of one gateway process at once."""
    api_body_bytes: int = 2 * MEGABYTE
    """The longest body of a request to /api. Files do not pass here: they go straight to storage."""
    import_bytes: int = 10 * MEGABYTE
    """The largest file of people or organisations that is imported at once; identity takes no larger one."""
    file_bytes: int = 25 * MEGABYTE
    """The largest file a form without script may carry."""
    largest_bytes: int = 5 * 1024 * MEGABYTE
    """The largest file a page with script sends, in parts: what documents takes as PORTICO_LARGE_UPLOAD_LIMIT."""
    form_files: int = 10
    """How many files such a form may carry."""
    service_seconds: float = 30
    """How long a service may stay silent before the gateway gives up on its answer."""
    live_streams: int = 5_000
    """Open live pages one process serves; beyond them a page asks every so often instead."""
    live_streams_each: int = 6
    """Open live pages of one session."""
    zone: str = "UTC"
    """The IANA time zone pages show times in."""

    def url_of(self, service: str) -> str:
        """Where a service answers."""
        found: str = getattr(self, f"{service.replace('-', '_')}_url")
        return found.rstrip("/")
