"""Where a request really comes from, as far as proxies we trust tell."""

from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope


def address_of(scope: Scope, trusted: list[IPv4Network | IPv6Network]) -> str:
    """The client's address: the last one in X-Forwarded-For that is no proxy of ours, else who connects."""
    peer: str = (scope.get("client") or ("",))[0]
    if not _is_trusted(peer, trusted):
        return peer
    told = [part.strip() for line in Headers(scope=scope).getlist("x-forwarded-for") for part in line.split(",")]
    return next((one for one in reversed(told) if _is_address(one) and not _is_trusted(one, trusted)), peer)


def _is_trusted(address: str, trusted: list[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
