"""F005: asks the name system for the records that prove whose a host name is. The only importer of dnspython."""

import dns.asyncresolver
import dns.exception
import dns.resolver

SECONDS = 5.0
"""How long an answer is waited for, all tries together."""


class Nameserver:
    """Who is asked: one server as `address:port`, or the machine's own where none is named."""

    def __init__(self, address: str = "") -> None:
        self._address = address

    async def texts(self, name: str) -> list[str] | None:
        """The TXT records of a name, [] where it has none; None where nobody could be asked, which proves nothing."""
        try:
            answer = await self._resolver().resolve(name, "TXT", lifetime=SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError):
            return None
        return [b"".join(record.strings).decode(errors="replace") for record in answer]

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if not self._address:
            return dns.asyncresolver.Resolver()
        address, _, port = self._address.rpartition(":")
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [address.strip("[]")], int(port)
        return resolver
