"""The one way out: requests to addresses that somebody typed in, which may lead anywhere and answer anything.

The address a name leads to is checked and is the one connected to; nothing private is reached unless it is named,
no redirect is followed, an answer has an end, and so has waiting for it.
"""

import socket
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

SECONDS = 10.0
MOST_BYTES = 512 * 1024

Networks = Sequence[IPv4Network | IPv6Network]


class EgressRefused(Exception):
    """The address is not one that may be asked, or what came back is no answer."""


class Egress:
    """Asks addresses that come from outside. `allow` names the private networks that may be reached."""

    def __init__(self, allow: Networks = ()) -> None:
        self._allow = allow

    async def json(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        even_refused: bool = False,
    ) -> dict[str, Any]:
        """The JSON object behind an address; with `even_refused`, the one that says why not. Raises EgressRefused."""
        self._check(url)
        connector = aiohttp.TCPConnector(resolver=_Checked(self._may), use_dns_cache=False)
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        jar = aiohttp.DummyCookieJar()
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar) as session,
                session.request(method, url, data=form, headers=headers, allow_redirects=False) as response,
            ):
                return await _object(response, 500 if even_refused else 300)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise EgressRefused(f"{urlsplit(url).netloc}: {error!r}") from error

    def _check(self, url: str) -> None:
        """HTTPS, unless the host is an address that is allowed by name. Addresses in figures ask no resolver."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise EgressRefused(f"{url!r} is no address") from error
        literal = _literal(parts.hostname or "")
        if literal is not None and not self._may(literal):
            raise EgressRefused(f"{parts.hostname} may not be reached")
        named = literal is not None and any(literal in network for network in self._allow)
        if parts.scheme != "https" and not (parts.scheme == "http" and named):
            raise EgressRefused("only https addresses are asked")
        if parts.username or parts.password:
            raise EgressRefused("an address holds no password")

    def _may(self, address: IPv4Address | IPv6Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None) or address
        return (mapped.is_global and not mapped.is_multicast) or any(mapped in network for network in self._allow)


class _Checked(AbstractResolver):
    """Names, resolved; what may not be reached is as if it had no address."""

    def __init__(self, may: Any) -> None:
        self._may = may
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if self._may(ip_address(one["host"].split("%")[0]))]
        if not kept:
            raise OSError(f"{host} leads nowhere that may be reached")
        return kept

    async def close(self) -> None:
        await self._inner.close()


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


async def _object(response: aiohttp.ClientResponse, refused_from: int) -> dict[str, Any]:
    content = b""
    async for chunk in response.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            raise EgressRefused("the answer is too long")
    if response.status >= refused_from or 300 <= response.status < 400:
        raise EgressRefused(f"{response.url.host} answered {response.status}")
    found = orjson.loads(content)
    if not isinstance(found, dict):
        raise EgressRefused("the answer is no object")
    return found
